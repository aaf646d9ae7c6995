"""How long there is, or how late it is, in the words of a badge."""

from datetime import datetime, timedelta

from sla.arithmetic import words
from sla.arithmetic.calendars import Calendar
from sla.arithmetic.deadlines import elapsed

SHORT = timedelta(hours=8)


def time_left(calendar: Calendar, now: datetime, due: datetime) -> str:
    """Return "Due in 2 working days", "Due in 4 working hours", "Due today", or "Late by 4 working hours"."""
    if due < now:
        return f"Late by {_span(calendar, due, now)}"
    if not elapsed(calendar, now, due):
        return f"Due in {_clock_span(due - now)}"
    return f"Due in {_span(calendar, now, due)}"


def is_soon(calendar: Calendar, now: datetime, due: datetime) -> bool:
    """Return whether less than a working day is left."""
    return elapsed(calendar, now, due) <= SHORT


def _span(calendar: Calendar, since: datetime, until: datetime) -> str:
    """Return working days where more than a day's work lies between, working hours where less does."""
    worked = elapsed(calendar, since, until)
    if worked <= SHORT:
        return _hours(worked) if worked else _clock_span(until - since)
    days = calendar.working_days_between(calendar.local_day(since), calendar.local_day(until))
    return words.amount(max(len(days) - 1, 1), "working day")


def _hours(worked: timedelta) -> str:
    minutes = worked // timedelta(minutes=1)
    if minutes < 1:
        return "less than a minute"
    if minutes < 60:
        return words.amount(minutes, "working minute")
    return words.amount(round(minutes / 60), "working hour")


def _clock_span(span: timedelta) -> str:
    minutes = span // timedelta(minutes=1)
    if minutes < 60:
        return words.amount(max(minutes, 1), "minute")
    if minutes < 48 * 60:
        return words.amount(round(minutes / 60), "hour")
    return words.amount(round(minutes / 60 / 24), "day")
