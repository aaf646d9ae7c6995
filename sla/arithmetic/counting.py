"""Which day a count of days starts on, ends on, and how it ends."""

from calendar import monthrange
from collections.abc import Callable
from datetime import date, datetime, timedelta

from sla.arithmetic.calendars import ONE_DAY, Calendar
from sla.arithmetic.durations import CalendarPeriod, CloseOfWorkingDay, PeriodUnit, WorkingDays

DayCount = WorkingDays | CloseOfWorkingDay


def receipt_day(duration: DayCount, start: datetime, calendar: Calendar) -> date:
    """Return the day of receipt or, where the cut-off has passed, the working day it is taken to be."""
    day, cut_off = start.date(), duration.cut_off
    if cut_off is not None and (not calendar.is_working_day(day) or start.time() > cut_off):
        return calendar.working_day_after(day, 1)
    return day


def first_day(duration: DayCount, start: datetime, calendar: Calendar) -> date:
    """Return the first day that can count."""
    day = receipt_day(duration, start, calendar)
    return day + ONE_DAY if duration.counts_from_next_day else day


def end_of(duration: DayCount, calendar: Calendar) -> Callable[[date], datetime]:
    """Return the function that says when a counted day is over."""
    if isinstance(duration, WorkingDays):
        return calendar.end_of_day
    closes_at = duration.closes_at
    if closes_at is None:
        return calendar.close_of
    return lambda day: calendar.moment(day, closes_at.hour * 60 + closes_at.minute)


def corresponding_day(duration: CalendarPeriod, day: date) -> date:
    """Return the same day so many days, weeks or months on; where the month is too short, its last."""
    match duration.unit:
        case PeriodUnit.DAYS:
            return day + timedelta(days=duration.count)
        case PeriodUnit.WEEKS:
            return day + timedelta(weeks=duration.count)
        case PeriodUnit.MONTHS:
            years, month = divmod(day.month - 1 + duration.count, 12)
            year = day.year + years
            return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
