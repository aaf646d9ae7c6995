"""Writing to a clock's ledger, and keeping what is shown equal to what it says."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from django.db.models import Min

from accounts.models import User
from cases.models import Case
from sla.arithmetic.ledger import Standing
from sla.choices import ClockEventKind, ClockState
from sla.models import Clock, ClockEvent
from sla.selectors.ledgers import events_of, standing_of
from sla.services.reminders import load_ladders, schedule

PROJECTED = ("state", "started_at", "due_at", "paused_since", "satisfied_at", "ended_at", "breached_at")
WITH_REMINDERS = (*PROJECTED, "generation", "reminded_until", "next_reminder_at")


def lock_case(case: Case) -> None:
    """Make every change to the clocks of one case wait for the one before."""
    Case.objects.select_for_update(of=("self",)).only("pk").get(pk=case.pk)


def open_clocks(case: Case) -> list[Clock]:
    return list(case.clocks.open().with_policy().order_by("due_at", "pk"))


def append(
    clock: Clock, kind: ClockEventKind, *, at: datetime, actor: User, now: datetime, **details: Any
) -> ClockEvent:
    return ClockEvent.objects.create(clock=clock, kind=kind, at=at, actor=actor, recorded_at=now, **details)


def project(clocks: Iterable[Clock], *, now: datetime) -> None:
    """Bring the columns of `clocks` in line with their ledgers, and their reminders with their deadlines."""
    clocks = list(clocks)
    if not clocks:
        return
    events, ladders = events_of(clocks), load_ladders()
    for clock in clocks:
        before = clock.due_at
        show(clock, standing_of(events[clock.pk]))
        schedule(clock, ladders, now=now, before=before)
        clock.save(update_fields=[*WITH_REMINDERS, "pause_expires_at", "allowance", "calendar_version", "updated_at"])


def show(clock: Clock, standing: Standing) -> None:
    """Copy the projection to the clock's columns, unsaved."""
    clock.state = ClockState(standing.state)
    clock.started_at = standing.deadline.start.astimezone(UTC)
    clock.due_at = standing.due.astimezone(UTC)
    clock.paused_since = standing.paused_since
    clock.satisfied_at = standing.satisfied_at
    clock.ended_at = standing.ended_at
    clock.breached_at = standing.breached_at
    if standing.paused_since is None:
        clock.pause_expires_at = None


def note_breach(clock: Clock, *, at: datetime, actor: User, now: datetime) -> None:
    """Write down that the deadline passed before `at`, once; later events cannot hide it."""
    if is_newly_late(clock, at=at):
        breach_event(clock, actor=actor, now=now).save()


def is_newly_late(clock: Clock, *, at: datetime) -> bool:
    runs = clock.state == ClockState.RUNNING and not clock.target.is_window
    return runs and clock.breached_at is None and clock.due_at < at


def has_passed(clock: Clock, *, at: datetime) -> bool:
    """Return whether the clock is a window that nobody used in time."""
    return clock.state == ClockState.RUNNING and clock.target.is_window and clock.due_at < at


def lapse_event(clock: Clock, *, actor: User, now: datetime) -> ClockEvent:
    """Return the line that says that the window has passed, unsaved, and show it on the clock."""
    clock.state, clock.ended_at, clock.next_reminder_at = ClockState.CANCELLED, clock.due_at, None
    return ClockEvent(clock=clock, kind=ClockEventKind.LAPSED, at=clock.due_at, actor=actor, recorded_at=now)


def breach_event(clock: Clock, *, actor: User, now: datetime) -> ClockEvent:
    """Return the line that says when the clock became late, unsaved, and show it on the clock."""
    clock.breached_at = clock.due_at
    return ClockEvent(clock=clock, kind=ClockEventKind.BREACHED, at=clock.due_at, actor=actor, recorded_at=now)


def keep_next_due(case: Case) -> None:
    """Set the case's next deadline to the earliest one of its running clocks; a window is not a deadline."""
    case.next_due_at = case.clocks.running().promises().aggregate(earliest=Min("due_at"))["earliest"]
    Case.objects.filter(pk=case.pk).update(next_due_at=case.next_due_at)
