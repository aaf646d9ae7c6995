from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sla.arithmetic import (
    Calendar,
    CloseOfWorkingDay,
    DatedWeek,
    DayException,
    Opening,
    Pause,
    WorkingDays,
    WorkingHours,
    add,
    elapsed,
    parse_week,
)
from sla.tests.oracle import add_minutes, count_minutes, nth_working_day

# Around each of these something goes wrong in a careless program; Lord Howe moves its clocks by half an hour, Santiago
# at midnight, and Apia went without 30 December 2011.
TRAPS = {
    "Europe/London": [(2026, 3, 29), (2026, 10, 25), (2028, 2, 29), (2026, 12, 31)],
    "America/New_York": [(2026, 3, 8), (2026, 11, 1)],
    "Australia/Lord_Howe": [(2026, 4, 5), (2026, 10, 4)],
    "America/Santiago": [(2026, 4, 4), (2026, 9, 6)],
    "Pacific/Apia": [(2011, 12, 30)],
}
WEEKS = [
    "mon-fri 09:00-17:00",
    "mon-fri 08:00-12:30 13:15-17:00; sat 09:00-12:00",
    "mon-sun 00:00-24:00",
    "mon-sun 22:00-06:00+1",
    "sat-sun 01:30-02:30",
    "sun 00:15-01:30 01:30-03:00; thu 23:00-24:00",
]


@st.composite
def situations(draw: st.DrawFn) -> tuple[Calendar, datetime]:
    """Draw a calendar, which may change its hours and its time zone, and a minute within three days of a trap."""
    zone = draw(st.sampled_from(sorted(TRAPS)))
    trap = date(*draw(st.sampled_from(TRAPS[zone])))
    near = st.integers(-3, 8).map(lambda offset: trap + timedelta(days=offset))
    closed = draw(st.lists(near, max_size=3, unique=True))
    half = draw(st.lists(near, max_size=1).filter(lambda days: not set(days) & set(closed)))
    exceptions = [DayException(day, "Holiday") for day in closed]
    exceptions += [DayException(day, "Half day", (Opening(9 * 60, 12 * 60),)) for day in half]
    changes = sorted(draw(st.lists(near, max_size=2, unique=True)))
    other = st.none() | st.sampled_from(sorted(TRAPS)).map(ZoneInfo)
    later = tuple(DatedWeek(day, parse_week(draw(st.sampled_from(WEEKS))), draw(other)) for day in changes)
    calendar = Calendar("Trap", ZoneInfo(zone), parse_week(draw(st.sampled_from(WEEKS))), tuple(exceptions), later)
    start = datetime.combine(trap, datetime.min.time(), UTC) + timedelta(minutes=draw(st.integers(-3 * 1440, 3 * 1440)))
    return calendar, start


@given(situations(), st.integers(1, 1500))
@settings(max_examples=150, deadline=None)
def test_working_time_is_what_stepping_through_the_minutes_gives(
    situation: tuple[Calendar, datetime], minutes: int
) -> None:
    calendar, start = situation

    due = add(WorkingHours(timedelta(minutes=minutes)), start, calendar).due

    assert due.astimezone(UTC) == add_minutes(calendar, start, minutes)


@given(situations(), st.integers(0, 4 * 1440))
@settings(max_examples=150, deadline=None)
def test_measuring_is_what_stepping_through_the_minutes_gives(
    situation: tuple[Calendar, datetime], minutes: int
) -> None:
    calendar, start = situation
    until = start + timedelta(minutes=minutes)

    assert elapsed(calendar, start, until) == timedelta(minutes=count_minutes(calendar, start, until))


@given(situations(), st.timedeltas(timedelta(microseconds=1), timedelta(days=120)))
@settings(max_examples=400, deadline=None)
def test_measuring_undoes_adding(situation: tuple[Calendar, datetime], time: timedelta) -> None:
    calendar, start = situation

    due = add(WorkingHours(time), start, calendar).due

    assert elapsed(calendar, start, due) == time
    assert elapsed(calendar, due, start) == -time


@given(situations(), st.timedeltas(timedelta(microseconds=1), timedelta(days=30)))
@settings(max_examples=300, deadline=None)
def test_adding_undoes_measuring_up_to_closed_time(situation: tuple[Calendar, datetime], span: timedelta) -> None:
    calendar, start = situation
    worked = elapsed(calendar, start, start + span)
    assume(worked)

    due = add(WorkingHours(worked), start, calendar).due

    assert due <= start + span
    assert elapsed(calendar, due, start + span) == timedelta(0)


@given(situations(), st.integers(1, 400))
@settings(max_examples=200, deadline=None)
def test_working_days_are_what_walking_the_dates_gives(situation: tuple[Calendar, datetime], count: int) -> None:
    calendar, start = situation
    last = nth_working_day(calendar, calendar.local_day(start), count)

    by_end = add(WorkingDays(count), start, calendar).due
    by_close = add(CloseOfWorkingDay(count), start, calendar).due

    assert by_end.date() == last
    assert calendar.close_of(last) == by_close.astimezone(UTC)


@given(
    situations(),
    st.timedeltas(timedelta(minutes=1), timedelta(hours=40)),
    st.lists(st.tuples(st.integers(0, 9000), st.integers(0, 4000)), max_size=3),
)
@settings(max_examples=200, deadline=None)
def test_time_paused_is_not_counted(
    situation: tuple[Calendar, datetime], time: timedelta, spells: list[tuple[int, int]]
) -> None:
    calendar, start = situation
    pauses = [
        Pause(start + timedelta(minutes=begin), start + timedelta(minutes=begin + length)) for begin, length in spells
    ]

    deadline = add(WorkingHours(time), start, calendar, pauses)

    paused = sum((elapsed(calendar, pause.starts, pause.ends) for pause in deadline.pauses), timedelta(0))
    assert elapsed(calendar, start, deadline.due) == time + paused
    assert not any(pause.starts < deadline.due.astimezone(UTC) < pause.ends for pause in deadline.pauses)


@given(situations(), st.integers(1, 40), st.lists(st.tuples(st.integers(0, 40000), st.integers(0, 9000)), max_size=3))
@settings(max_examples=200, deadline=None)
def test_a_day_that_ended_paused_is_not_counted(
    situation: tuple[Calendar, datetime], count: int, spells: list[tuple[int, int]]
) -> None:
    calendar, start = situation
    pauses = [
        Pause(start + timedelta(minutes=begin), start + timedelta(minutes=begin + length)) for begin, length in spells
    ]
    day, left = calendar.local_day(start), count
    while left:
        day += timedelta(days=1)
        end = calendar.end_of_day(day)
        left -= calendar.is_working_day(day) and not any(pause.starts <= end < pause.ends for pause in pauses)

    assert add(WorkingDays(count), start, calendar, pauses).due.date() == day


@given(situations(), st.integers(1, 3000))
@settings(max_examples=150, deadline=None)
def test_the_account_ends_with_nothing_left_on_the_due_moment(
    situation: tuple[Calendar, datetime], minutes: int
) -> None:
    calendar, start = situation

    account = add(WorkingHours(timedelta(minutes=minutes)), start, calendar).account

    assert account[-2].counted.endswith(", 0 left")
    assert account[-1].text.startswith("Due ")
