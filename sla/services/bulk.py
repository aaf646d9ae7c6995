"""Clocks of generated and imported cases: thousands in a few statements, and nobody is told of what is long past."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from accounts.models import User
from cases.models import Case
from sla.choices import ClockEventKind, ClockState
from sla.models import Clock, ClockEvent
from sla.selectors.planning import Rulebook, load_rulebook
from sla.services.clocks import first_event, new_clock
from sla.services.ledger import PROJECTED
from sla.services.reminders import load_ladders, schedule

BATCH = 500


@transaction.atomic
def start_clocks_bulk(
    cases: Iterable[Case], *, actor: User, now: datetime, rulebook: Rulebook | None = None
) -> list[Clock]:
    """Start the clocks of saved cases and return them. The caller saves each case's `next_due_at`, which is set here.

    A caller that works in batches reads the rulebook once and passes it in.
    """
    rulebook, ladders = rulebook or load_rulebook(), load_ladders()
    clocks = [
        new_clock(case, planned)
        for case in cases
        for planned in rulebook.plan(
            rulebook.situation_of(case), received_at=case.received_at, logged_at=case.logged_at
        )
    ]
    for clock in clocks:
        clock.reminded_until = now
        schedule(clock, ladders, now=now)
        if not clock.target.is_window:
            clock.case.next_due_at = min(filter(None, (clock.case.next_due_at, clock.due_at)))
    Clock.objects.bulk_create(clocks, batch_size=BATCH)
    events = [first_event(clock, actor=actor, now=now) for clock in clocks]
    ClockEvent.objects.bulk_create(events, batch_size=BATCH)
    return clocks


@transaction.atomic
def finish_clocks_bulk(
    ends: Iterable[tuple[Clock, datetime]],
    *,
    actor: User,
    now: datetime,
    kind: ClockEventKind = ClockEventKind.SATISFIED,
) -> None:
    """End each clock, never paused or extended, at its moment; the caller saves each case's `next_due_at`."""
    clocks: list[Clock] = []
    events: list[ClockEvent] = []
    for clock, at in ends:
        if at > clock.due_at and not clock.target.is_window:
            clock.breached_at = clock.due_at
            events.append(_event(clock, ClockEventKind.BREACHED, clock.due_at, actor, now))
        events.append(_event(clock, kind, at, actor, now))
        met = kind == ClockEventKind.SATISFIED
        clock.state = ClockState.SATISFIED if met else ClockState.CANCELLED
        clock.satisfied_at, clock.ended_at, clock.next_reminder_at = at if met else None, at, None
        clocks.append(clock)
    Clock.objects.bulk_update(clocks, [*PROJECTED, "next_reminder_at"], batch_size=BATCH)
    ClockEvent.objects.bulk_create(events, batch_size=BATCH)


def _event(clock: Clock, kind: ClockEventKind, at: datetime, actor: User, now: datetime) -> ClockEvent:
    return ClockEvent(clock=clock, kind=kind, at=at, recorded_at=now, actor=actor)
