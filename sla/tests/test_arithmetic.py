from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from sla.arithmetic import (
    Calendar,
    CalendarError,
    CalendarPeriod,
    CloseOfWorkingDay,
    DatedWeek,
    DayException,
    Duration,
    DurationError,
    ElapsedTime,
    FixedDate,
    NeverFinishesError,
    Opening,
    Pause,
    PeriodUnit,
    WorkingDays,
    WorkingHours,
    add,
    elapsed,
    parse_week,
)

LONDON = ZoneInfo("Europe/London")
EASTER = (DayException(date(2026, 4, 3), "Good Friday"), DayException(date(2026, 4, 6), "Easter Monday"))


def office(hours: str = "mon-fri 08:00-18:00", *exceptions: DayException) -> Calendar:
    return Calendar("Office", LONDON, parse_week(hours), exceptions)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


def hours(number: float) -> WorkingHours:
    return WorkingHours(timedelta(hours=number))


@pytest.mark.parametrize(
    ("duration", "start", "due"),
    [
        pytest.param(hours(4), "2026-01-09T16:00", "2026-01-12T10:00", id="over a weekend"),
        pytest.param(hours(2), "2026-01-09T16:00", "2026-01-09T18:00", id="to the last second of the day"),
        pytest.param(hours(1), "2026-01-10T12:00", "2026-01-12T09:00", id="from a closed day"),
        pytest.param(hours(1), "2026-01-09T17:59:59", "2026-01-12T08:59:59", id="from the last second"),
        pytest.param(hours(1), "2026-01-09T18:00", "2026-01-12T09:00", id="from closing time"),
        pytest.param(WorkingDays(3), "2026-04-02T23:59", "2026-04-09T23:59:59", id="days over Easter"),
        pytest.param(CloseOfWorkingDay(3), "2026-04-02T07:00", "2026-04-09T18:00", id="close over Easter"),
        pytest.param(
            CloseOfWorkingDay(1, closes_at=time(16)), "2026-04-02T07:00", "2026-04-07T16:00", id="a close of its own"
        ),
        pytest.param(WorkingDays(1, time(15)), "2026-04-02T15:00", "2026-04-07T23:59:59", id="at the cut-off"),
        pytest.param(WorkingDays(1, time(15)), "2026-04-02T15:01", "2026-04-08T23:59:59", id="after the cut-off"),
        pytest.param(WorkingDays(1, time(15)), "2026-04-04T09:00", "2026-04-08T23:59:59", id="cut-off, closed day"),
        pytest.param(
            WorkingDays(1, counts_from_next_day=False), "2026-04-02T15:00", "2026-04-02T23:59:59", id="the day is 1"
        ),
        pytest.param(
            WorkingDays(2, time(12), counts_from_next_day=False), "2026-04-02T15:00", "2026-04-08T23:59:59", id="both"
        ),
        pytest.param(
            CalendarPeriod(1, PeriodUnit.MONTHS), "2027-01-30T12:00", "2027-02-28T23:59:59", id="month clipped"
        ),
        pytest.param(CalendarPeriod(1, PeriodUnit.MONTHS), "2028-01-31T12:00", "2028-02-29T23:59:59", id="leap day"),
        pytest.param(CalendarPeriod(14, PeriodUnit.MONTHS), "2026-12-31T12:00", "2028-02-29T23:59:59", id="years on"),
        pytest.param(CalendarPeriod(8, PeriodUnit.WEEKS), "2026-10-31T12:00", "2026-12-26T23:59:59", id="no roll"),
        pytest.param(
            CalendarPeriod(1, PeriodUnit.DAYS, rolls=True), "2026-04-02T12:00", "2026-04-07T23:59:59", id="roll"
        ),
        pytest.param(FixedDate(date(2026, 6, 30)), "2026-04-02T12:00", "2026-06-30T23:59:59", id="fixed"),
        pytest.param(FixedDate(date(2026, 4, 3), rolls=True), "2026-03-02T12:00", "2026-04-07T23:59:59", id="rolled"),
        pytest.param(
            ElapsedTime(timedelta(hours=72)), "2026-10-24T10:00", "2026-10-27T09:00", id="72 hours, clocks go back"
        ),
    ],
)
def test_a_deadline_falls_where_the_rule_says(duration: Duration, start: str, due: str) -> None:
    assert add(duration, at(start), office("mon-fri 08:00-18:00", *EASTER)).due.isoformat() == at(due).isoformat()


@pytest.mark.parametrize(
    ("duration", "due"),
    [
        pytest.param(hours(16), "2026-01-13T12:00", id="hours: 4 on Friday, 8 on Monday, then 4 that end at noon"),
        pytest.param(WorkingDays(3), "2026-01-14T23:59:59", id="days: Monday, Tuesday, Wednesday"),
        pytest.param(CloseOfWorkingDay(2), "2026-01-13T20:00", id="close: the hours of that day"),
    ],
)
def test_hours_that_change_on_the_way_count_from_their_first_day(duration: Duration, due: str) -> None:
    evening = DatedWeek(date(2026, 1, 13), parse_week("mon-fri 08:00-20:00"))
    calendar = Calendar("Office", LONDON, parse_week("mon-fri 09:00-17:00"), later_weeks=(evening,))

    deadline = add(duration, at("2026-01-09T13:00"), calendar)

    assert deadline.due.isoformat() == at(due).isoformat()
    assert "Other opening hours hold from Tuesday 13 January 2026" in [line.text for line in deadline.account]


@pytest.mark.parametrize(
    ("duration", "pause", "due"),
    [
        pytest.param(hours(8), ("2026-01-09T09:00", "2026-01-09T11:30"), "2026-01-09T18:30", id="hours"),
        pytest.param(hours(8), ("2026-01-09T16:00", "2026-01-10T10:00"), "2026-01-09T16:00", id="begins when due"),
        pytest.param(hours(8), ("2026-01-09T19:00", "2026-01-12T08:00"), "2026-01-09T16:00", id="too late to hide it"),
        pytest.param(
            ElapsedTime(timedelta(hours=8)), ("2026-01-09T09:00", "2026-01-10T09:00"), "2026-01-10T16:00", id="elapsed"
        ),
        pytest.param(
            CalendarPeriod(1, PeriodUnit.MONTHS),
            ("2026-01-12T09:00", "2026-01-14T09:00"),
            "2026-02-11T23:59:59",
            id="c",
        ),
        pytest.param(
            WorkingDays(5), ("2026-01-12T09:00", "2026-01-12T17:00"), "2026-01-16T23:59:59", id="within one day"
        ),
        pytest.param(WorkingDays(5), ("2026-01-16T09:00", "2026-01-17T17:00"), "2026-01-19T23:59:59", id="on the last"),
        pytest.param(
            FixedDate(date(2026, 2, 1)), ("2026-01-16T09:00", "2026-01-17T17:00"), "2026-02-01T23:59:59", id="fixed"
        ),
    ],
)
def test_a_pause_moves_the_deadline_by_what_it_cost(duration: Duration, pause: tuple[str, str], due: str) -> None:
    pauses = [Pause(at(pause[0]), at(pause[1]))]

    deadline = add(duration, at("2026-01-09T08:00"), office("mon-fri 08:00-19:00"), pauses)

    assert deadline.due.isoformat() == at(due).isoformat()


def test_overlapping_pauses_count_once() -> None:
    pauses = [
        Pause(at("2026-01-09T10:00"), at("2026-01-09T12:00")),
        Pause(at("2026-01-09T09:00"), at("2026-01-09T11:00")),
        Pause(at("2026-01-08T09:00"), at("2026-01-09T08:30")),
    ]

    due = add(hours(1), at("2026-01-09T08:00"), office(), pauses).due

    assert due == at("2026-01-09T09:30") + timedelta(hours=3)


def test_the_account_of_working_hours_leads_from_the_start_to_the_deadline() -> None:
    deadline = add(hours(16), at("2025-11-20T16:00"), office("mon-fri 09:00-17:30"))

    assert [(line.text, line.counted) for line in deadline.account] == [
        ("Starts Thursday 20 November 2025 at 4:00pm", "16 working hours allowed"),
        ("Thu 20 Nov, 4:00pm to 5:30pm", "1.5 hours, 14.5 hours left"),
        ("Fri 21 Nov, 9:00am to 5:30pm", "8.5 hours, 6 hours left"),
        ("Sat 22 Nov to Sun 23 Nov: closed", "0"),
        ("Mon 24 Nov, 9:00am to 3:00pm", "6 hours, 0 left"),
        ("Due Monday 24 November 2025 at 3:00pm", "GMT"),
    ]


def test_the_account_of_working_days_names_the_holidays_and_the_pause() -> None:
    pauses = [Pause(at("2026-04-08T10:00"), at("2026-04-09T11:00"))]

    account = add(WorkingDays(2, time(15)), at("2026-04-02T16:00"), office("mon-fri 09:00-17:00", *EASTER), pauses)

    assert [(line.text, line.counted) for line in account.account][1:-1] == [
        ("Paused Wednesday 8 April 2026 at 10:00am to Thursday 9 April 2026 at 11:00am", "not counted"),
        ("Thu 2 Apr: after the cut-off, so taken as received on Tue 7 Apr", "0"),
        ("Wed 8 Apr: paused at the end of the day", "0"),
        ("Thu 9 Apr to Fri 10 Apr", "2 working days, 0 left"),
    ]


def test_the_account_of_a_month_says_what_was_clipped_and_rolled() -> None:
    deadline = add(CalendarPeriod(1, PeriodUnit.MONTHS, rolls=True), at("2027-01-30T16:00"), office())

    assert [line.text for line in deadline.account][1:] == [
        "Sat 30 Jan plus 1 month is Sunday 28 February 2027",
        "February 2027 has no day 30, so its last day counts",
        "Sun 28 Feb: closed, so moved to the next working day",
        "Due the end of Monday 1 March 2027",
    ]


def test_the_account_of_elapsed_time_says_that_the_clocks_change() -> None:
    deadline = add(ElapsedTime(timedelta(hours=72)), at("2026-10-24T10:00"), office())

    assert deadline.account[2].text == "The clocks go back on the way, so the time of day differs"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "no opening hours"),
        ("mon 17:00-09:00", "Closing time must be after opening time on Monday"),
        ("tue 09:00-12:00 11:00-17:00", "The periods on Tuesday overlap"),
        ("funday 09:00-12:00", "does not begin with weekdays"),
        ("mon 9-5", "Write them as 09:00-17:30"),
        ("mon 09:75-17:00", "09:75 is not a time of day"),
        ("mon 09:00-25:00", "25:00 is not a time of day"),
    ],
)
def test_hours_that_cannot_be_kept_are_refused_with_the_remedy(text: str, sentence: str) -> None:
    with pytest.raises(CalendarError, match=sentence):
        office(text)


def test_a_date_with_two_rows_is_refused() -> None:
    with pytest.raises(CalendarError, match="the same date twice"):
        office("mon 09:00-12:00", *EASTER, *EASTER)


@pytest.mark.parametrize("count", [0, -3, 99_999])
def test_a_count_that_nobody_could_keep_is_refused(count: int) -> None:
    with pytest.raises(DurationError, match="must be"):
        WorkingDays(count)


@pytest.mark.parametrize("time", [timedelta(0), timedelta(hours=-1), timedelta(days=9999)])
def test_a_time_that_nobody_could_keep_is_refused(time: timedelta) -> None:
    with pytest.raises(DurationError, match="must be"):
        WorkingHours(time)


@pytest.mark.parametrize("duration", [hours(2000), WorkingDays(3660)])
def test_a_calendar_that_hardly_opens_never_finishes(duration: Duration) -> None:
    with pytest.raises(NeverFinishesError, match="more than 30 years on the calendar Office"):
        add(duration, at("2026-01-09T08:00"), office("mon 09:00-09:01"))


def test_a_start_without_a_time_zone_is_refused() -> None:
    with pytest.raises(DurationError, match="needs a time zone"):
        add(hours(1), datetime(2026, 1, 9, 8), office())  # noqa: DTZ001


def test_a_pause_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(DurationError, match="must end after it begins"):
        Pause(at("2026-01-09T10:00"), at("2026-01-09T09:00"))


def test_an_overnight_shift_on_sunday_ends_on_monday() -> None:
    week = parse_week("sun 22:00-06:00+1")

    assert week[6] == (Opening(22 * 60, 24 * 60),)
    assert week[0] == (Opening(0, 6 * 60),)


def test_day_ranges_may_wrap_around_the_week() -> None:
    assert [bool(row) for row in parse_week("fri-mon 10:00-12:00")] == [True, False, False, False, True, True, True]


def test_a_whole_day_has_the_hours_that_it_has() -> None:
    open_always = office("mon-sun 00:00-24:00")

    assert add(hours(24), at("2026-03-28T12:00"), open_always).due == at("2026-03-29T13:00")
    assert add(hours(24), at("2026-10-24T12:00"), open_always).due.astimezone(UTC) == datetime(
        2026, 10, 25, 11, tzinfo=UTC
    )


def test_the_last_day_before_a_zone_further_east_ends_early_and_loses_its_last_hours() -> None:
    tokyo = DatedWeek(date(2026, 6, 2), parse_week("mon-fri 09:00-17:00"), ZoneInfo("Asia/Tokyo"))
    calendar = Calendar("Moving", ZoneInfo("Europe/London"), parse_week("mon-fri 09:00-17:00"), (), (tokyo,))
    monday_at_three = datetime(2026, 6, 1, 14, tzinfo=UTC)  # 3:00pm in London; in Tokyo Tuesday begins in an hour

    due = add(WorkingHours(timedelta(hours=2)), monday_at_three, calendar).due

    assert due.isoformat() == "2026-06-02T10:00:00+09:00"
    assert elapsed(calendar, monday_at_three, due) == timedelta(hours=2)


def test_a_zone_further_west_begins_its_first_day_later() -> None:
    london = DatedWeek(date(2026, 6, 2), parse_week("mon-fri 09:00-17:00"), ZoneInfo("Europe/London"))
    calendar = Calendar("Moving", ZoneInfo("Asia/Tokyo"), parse_week("mon-fri 09:00-17:00"), (), (london,))
    monday_at_four = datetime(2026, 6, 1, 16, tzinfo=ZoneInfo("Asia/Tokyo"))

    due = add(WorkingHours(timedelta(hours=2)), monday_at_four, calendar).due

    assert due.isoformat() == "2026-06-02T10:00:00+01:00"
