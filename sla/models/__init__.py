"""Calendars and targets as dated versions, and the clocks that run under them."""

from sla.models.calendars import CalendarException, CalendarVersion, CalendarWeek, WorkingCalendar
from sla.models.clocks import Clock, ClockEvent, Reminder
from sla.models.extensions import Extension
from sla.models.moves import ClockMove
from sla.models.reminders import ReminderStep
from sla.models.targets import (
    Allowance,
    DeadlineExample,
    FormerTerms,
    Rule,
    RuleSet,
    RuleSetVersion,
    Target,
    TargetDraft,
)

__all__ = [
    "Allowance",
    "CalendarException",
    "CalendarVersion",
    "CalendarWeek",
    "Clock",
    "ClockEvent",
    "ClockMove",
    "DeadlineExample",
    "Extension",
    "FormerTerms",
    "Reminder",
    "ReminderStep",
    "Rule",
    "RuleSet",
    "RuleSetVersion",
    "Target",
    "TargetDraft",
    "WorkingCalendar",
]
