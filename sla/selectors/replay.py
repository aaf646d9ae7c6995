"""Hold what is stored of the clocks against what their ledgers say."""

from collections.abc import Iterator
from typing import Any

from django.db.models import F, Min, Q

from cases.models import Case
from sla.choices import ClockState
from sla.models import Clock
from sla.selectors.ledgers import events_of, standing_of

BATCH = 1000
Differences = dict[str, tuple[Any, Any]]


def replay() -> Iterator[tuple[Clock, Differences]]:
    """Yield every clock with the columns that differ from its ledger, in bounded memory."""
    last = 0
    while batch := list(Clock.objects.filter(pk__gt=last).select_related("case", "target").order_by("pk")[:BATCH]):
        last = batch[-1].pk
        ledgers = events_of(batch)
        for clock in batch:
            standing = standing_of(ledgers[clock.pk])
            said = {
                "state": standing.state,
                "started_at": standing.deadline.start,
                "due_at": standing.due,
                "paused_since": standing.paused_since,
                "satisfied_at": standing.satisfied_at,
                "ended_at": standing.ended_at,
                "breached_at": standing.breached_at,
            }
            yield (
                clock,
                {
                    field: (getattr(clock, field), value)
                    for field, value in said.items()
                    if getattr(clock, field) != value
                },
            )


def cases_with_another_next_due() -> Iterator[Case]:
    """Yield the open cases whose next deadline is not the earliest of their running clocks."""
    promises = Q(clocks__state=ClockState.RUNNING, clocks__target__is_window=False)
    running = Min("clocks__due_at", filter=promises)
    cases = Case.objects.open().annotate(earliest=running)
    yield from cases.exclude(next_due_at=F("earliest")).exclude(next_due_at=None, earliest=None).iterator()
