"""The way to a deadline, one dated line after another."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby

from sla.arithmetic import words
from sla.arithmetic.calendars import ONE_DAY, Calendar
from sla.arithmetic.counting import DayCount, corresponding_day, end_of, first_day, receipt_day
from sla.arithmetic.durations import (
    CalendarPeriod,
    CloseOfWorkingDay,
    Duration,
    ElapsedTime,
    FixedDate,
    PeriodUnit,
    WorkingDays,
    WorkingHours,
)
from sla.arithmetic.pauses import Pause


@dataclass(frozen=True, slots=True)
class AccountLine:
    """What happened on a day or a run of days, and what it counted for."""

    text: str
    counted: str = ""


def account_of(
    duration: Duration, start: datetime, due: datetime, calendar: Calendar, pauses: Sequence[Pause]
) -> tuple[AccountLine, ...]:
    """Return the lines from the start to the due moment, both included."""
    match duration:
        case WorkingHours(time):
            body = _working_hours(time, start, due, calendar, pauses)
        case WorkingDays() | CloseOfWorkingDay():
            body = _working_days(duration, start, due, calendar, pauses)
        case CalendarPeriod():
            body = _calendar_period(duration, start, due, calendar, pauses)
        case ElapsedTime():
            body = _elapsed_time(start, due)
        case FixedDate():
            body = _closed_run(duration.day, due.date(), calendar)
    first = AccountLine(f"Starts {words.moment_words(start)}", f"{duration} allowed")
    last = AccountLine(f"Due {words.moment_words(due)}", str(due.tzname() or ""))
    return (first, *_pause_lines(pauses, calendar), *_change_lines(start, due, calendar), *body, last)


def _pause_lines(pauses: Sequence[Pause], calendar: Calendar) -> Iterator[AccountLine]:
    for pause in pauses:
        starts, ends = calendar.local(pause.starts), calendar.local(pause.ends)
        yield AccountLine(f"Paused {words.moment_words(starts)} to {words.moment_words(ends)}", "not counted")


def _change_lines(start: datetime, due: datetime, calendar: Calendar) -> Iterator[AccountLine]:
    for day in calendar.changes:
        if start.date() < day <= due.date():
            zone = dict(calendar.zone_changes).get(day)
            where = f", in the time zone {zone.key}" if zone else ""
            yield AccountLine(f"Other opening hours hold from {words.long_day(day)}{where}")


def _working_hours(
    allowed: timedelta, start: datetime, due: datetime, calendar: Calendar, pauses: Sequence[Pause]
) -> Iterator[AccountLine]:
    left, since, until = allowed, start.astimezone(UTC), due.astimezone(UTC)
    for is_open, run in groupby(_days(start.date(), due.date()), key=calendar.is_working_day):
        if not is_open:
            yield AccountLine(_closed_text(list(run), calendar), "0")
            continue
        for day in run:
            for opens, closes in calendar.open_intervals(day):
                begins, ends = max(opens, since), min(closes, until)
                if begins >= ends:
                    continue
                counted = ends - begins - _paused_within(begins, ends, pauses)
                left -= counted
                text = f"{words.short_day(day)}, {_between(begins, ends, calendar)}"
                yield AccountLine(text, f"{words.hours(counted)}, {words.hours(left)} left")
        if not left:
            return


def _between(begins: datetime, ends: datetime, calendar: Calendar) -> str:
    return " to ".join(words.time_of(calendar.local(moment)) for moment in (begins, ends))


def _paused_within(begins: datetime, ends: datetime, pauses: Sequence[Pause]) -> timedelta:
    overlaps = (min(ends, pause.ends) - max(begins, pause.starts) for pause in pauses)
    return sum((overlap for overlap in overlaps if overlap > timedelta(0)), timedelta(0))


def _working_days(
    duration: DayCount, start: datetime, due: datetime, calendar: Calendar, pauses: Sequence[Pause]
) -> Iterator[AccountLine]:
    ends, left = end_of(duration, calendar), duration.count

    def state(day: date) -> str:
        if not calendar.is_working_day(day):
            return "closed"
        return "paused" if any(pause.starts <= ends(day) < pause.ends for pause in pauses) else "counted"

    first = first_day(duration, start, calendar)
    if start.date() < first:
        yield AccountLine(_receipt_text(duration, start, calendar), "0")
    for kind, run in groupby(_days(first, due.date()), key=state):
        days = list(run)
        if kind == "closed":
            yield AccountLine(_closed_text(days, calendar), "0")
        elif kind == "paused":
            yield AccountLine(f"{_span(days)}: paused at the end of the day", "0")
        else:
            left -= len(days)
            yield AccountLine(_span(days), f"{words.amount(len(days), 'working day')}, {left:,} left")


def _receipt_text(duration: DayCount, start: datetime, calendar: Calendar) -> str:
    day = words.short_day(start.date())
    taken_as = receipt_day(duration, start, calendar)
    if taken_as != start.date():
        return f"{day}: after the cut-off, so taken as received on {words.short_day(taken_as)}"
    return f"{day}: the day of receipt, not counted"


def _calendar_period(
    duration: CalendarPeriod, start: datetime, due: datetime, calendar: Calendar, pauses: Sequence[Pause]
) -> Iterator[AccountLine]:
    day = corresponding_day(duration, start.date())
    yield AccountLine(f"{words.short_day(start.date())} plus {duration} is {words.long_day(day)}", str(duration))
    if duration.unit is PeriodUnit.MONTHS and day.day != start.day:
        yield AccountLine(f"{day:%B %Y} has no day {start.day}, so its last day counts", "0")
    paused = sum((calendar.local_day(pause.ends) - calendar.local_day(pause.starts)).days for pause in pauses)
    if paused:
        day += paused * ONE_DAY
        yield AccountLine(f"Later by the time paused: {words.long_day(day)}", words.amount(paused, "day"))
    yield from _closed_run(day, due.date(), calendar)


def _elapsed_time(start: datetime, due: datetime) -> Iterator[AccountLine]:
    yield AccountLine("Every hour counts, nights, weekends and holidays too", "")
    before, after = start.utcoffset() or timedelta(0), due.utcoffset() or timedelta(0)
    if before != after:
        way = "forward" if after > before else "back"
        yield AccountLine(
            f"The clocks go {way} on the way, so the time of day differs", words.hours(abs(after - before))
        )


def _closed_run(first: date, due: date, calendar: Calendar) -> Iterator[AccountLine]:
    closed = [day for day in _days(first, due) if not calendar.is_working_day(day)]
    if closed and first != due:
        yield AccountLine(f"{_closed_text(closed, calendar)}, so moved to the next working day", "0")


def _closed_text(days: list[date], calendar: Calendar) -> str:
    named = [
        f"{words.short_day(day)} is {calendar.exception_on[day].name}" for day in days if day in calendar.exception_on
    ]
    return ": ".join([_span(days), "closed" if not named else f"closed ({', '.join(named)})"])


def _span(days: list[date]) -> str:
    if len(days) == 1:
        return words.short_day(days[0])
    return f"{words.short_day(days[0])} to {words.short_day(days[-1])}"


def _days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += ONE_DAY
