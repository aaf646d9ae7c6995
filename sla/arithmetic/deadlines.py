"""Add a duration to a moment, and measure the working time between two: each undoes the other."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import assert_never

from sla.arithmetic.account import AccountLine, account_of
from sla.arithmetic.calendars import (
    HORIZON_YEARS,
    MICROSECOND,
    ONE_DAY,
    Calendar,
    from_microseconds,
    to_microseconds,
)
from sla.arithmetic.counting import DayCount, corresponding_day, end_of, first_day
from sla.arithmetic.durations import (
    CalendarPeriod,
    CloseOfWorkingDay,
    Duration,
    ElapsedTime,
    FixedDate,
    WorkingDays,
    WorkingHours,
)
from sla.arithmetic.errors import DurationError
from sla.arithmetic.pauses import Pause, in_order

__all__ = ["AccountLine", "Deadline", "Pause", "add", "elapsed"]


@dataclass(frozen=True)
class Deadline:
    """A moment and everything it followed from."""

    due: datetime
    duration: Duration
    start: datetime
    calendar: Calendar
    pauses: tuple[Pause, ...] = ()

    @cached_property
    def account(self) -> tuple[AccountLine, ...]:
        """Return the dated lines that lead a reader from the start to the due moment."""
        return account_of(self.duration, self.start, self.due, self.calendar, self.pauses)


def add(duration: Duration, start: datetime, calendar: Calendar, pauses: Iterable[Pause] = ()) -> Deadline:
    """Return when `duration` has passed since `start`, not counting `pauses`.

    A pause that begins at or after the deadline comes too late to move it. Where days are counted, a day that ended
    while the clock was paused does not count.
    """
    if start.tzinfo is None:
        raise DurationError("The start needs a time zone, such as +00:00.")
    paused = in_order(pauses, since=start)
    local = calendar.local(start)
    due = calendar.local(_due(duration, local, calendar, paused))
    return Deadline(due, duration, local, calendar, tuple(pause for pause in paused if pause.starts < due))


def elapsed(calendar: Calendar, since: datetime, until: datetime) -> timedelta:
    """Return the working time from `since` to `until`; negative if they are the other way round."""
    begin, end = to_microseconds(since), to_microseconds(until)
    if end < begin:
        return -elapsed(calendar, until, since)
    first, last = calendar.local_day(since).year, calendar.local_day(until).year
    worked = calendar.year(last).worked_until(end) - calendar.year(first).worked_until(begin)
    worked += sum(calendar.year(number).total for number in range(first, last))
    return worked * MICROSECOND


def _due(duration: Duration, start: datetime, calendar: Calendar, pauses: Sequence[Pause]) -> datetime:
    match duration:
        case ElapsedTime(time):
            # In UTC: adding to a local time would skip or repeat the hour at which the clocks change.
            return _spend(time, pauses, lambda pause: pause.ends - pause.starts, start.astimezone(UTC).__add__)
        case WorkingHours(time):
            return _spend(
                time,
                pauses,
                lambda pause: elapsed(calendar, pause.starts, pause.ends),
                lambda time: _after_working_time(time, start, calendar),
            )
        case WorkingDays() | CloseOfWorkingDay():
            return _day_end(duration, start, calendar, pauses)
        case CalendarPeriod():
            return _period_end(duration, start, calendar, pauses)
        case FixedDate(day, rolls):
            return calendar.end_of_day(_rolled(day, calendar) if rolls else day)
        case _:
            assert_never(duration)


def _spend(
    allowed: timedelta,
    pauses: Sequence[Pause],
    lost: Callable[[Pause], timedelta],
    after: Callable[[timedelta], datetime],
) -> datetime:
    due = after(allowed)
    for pause in pauses:
        if pause.starts < due:
            allowed += lost(pause)
            due = after(allowed)
    return due


def _after_working_time(time: timedelta, start: datetime, calendar: Calendar) -> datetime:
    number = start.year
    year = calendar.year(number)
    worked = year.worked_until(to_microseconds(start)) + time // MICROSECOND
    while worked > year.total:
        worked -= year.total
        number += 1
        if number > start.year + HORIZON_YEARS:
            raise calendar.never_finishes(str(WorkingHours(time)))
        year = calendar.year(number)
    return from_microseconds(year.instant_after(worked))


def _day_end(duration: DayCount, start: datetime, calendar: Calendar, pauses: Sequence[Pause]) -> datetime:
    """Return the end of the last day, later by every working day whose end fell within a pause."""
    ends, first = end_of(duration, calendar), first_day(duration, start, calendar)
    day = calendar.working_day_after(first - ONE_DAY, duration.count)
    for pause in pauses:
        if pause.starts < ends(day):
            begins = max(first, calendar.local_day(pause.starts))
            days = calendar.working_days_between(begins, calendar.local_day(pause.ends))
            lost = sum(pause.starts <= ends(paused) < pause.ends for paused in days)
            day = calendar.working_day_after(day, lost) if lost else day
    return ends(day)


def _period_end(duration: CalendarPeriod, start: datetime, calendar: Calendar, pauses: Sequence[Pause]) -> datetime:
    def ends(day: date) -> datetime:
        return calendar.end_of_day(_rolled(day, calendar) if duration.rolls else day)

    day = corresponding_day(duration, start.date())
    for pause in pauses:
        if pause.starts < ends(day):
            day += calendar.local_day(pause.ends) - calendar.local_day(pause.starts)
    return ends(day)


def _rolled(day: date, calendar: Calendar) -> date:
    return calendar.working_day_after(day - ONE_DAY, 1)
