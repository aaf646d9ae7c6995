"""Deadlines, worked out from nothing but their arguments: no database, no clock, no Django."""

from sla.arithmetic.account import AccountLine
from sla.arithmetic.calendars import Calendar, DatedWeek, DayException, Opening
from sla.arithmetic.deadlines import Deadline, Pause, add, elapsed
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
from sla.arithmetic.errors import CalendarError, DurationError, NeverFinishesError
from sla.arithmetic.opening_hours import parse_week

__all__ = [
    "AccountLine",
    "Calendar",
    "CalendarError",
    "CalendarPeriod",
    "CloseOfWorkingDay",
    "DatedWeek",
    "DayException",
    "Deadline",
    "Duration",
    "DurationError",
    "ElapsedTime",
    "FixedDate",
    "NeverFinishesError",
    "Opening",
    "Pause",
    "PeriodUnit",
    "WorkingDays",
    "WorkingHours",
    "add",
    "elapsed",
    "parse_week",
]
