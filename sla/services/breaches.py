"""A missed deadline is learned from: its cause is asked for before the case closes."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from cases.permissions import CaseAction, require
from cases.services.history import record_event
from sla.choices import BreachCause, ClockAction
from sla.models import Clock


@transaction.atomic
def give_breach_cause(clock: Clock, *, cause: BreachCause, note: str, actor: User, now: datetime) -> Clock:
    """Record why the deadline was missed; the latest answer counts and the history keeps the others."""
    clock = Clock.objects.select_for_update(of=("self",)).select_related("case", "target").get(pk=clock.pk)
    require(actor, CaseAction.INVESTIGATE, clock.case)
    changes = {"breach_cause": (clock.breach_cause, cause)}
    clock.breach_cause, clock.breach_note = cause, note
    clock.save(update_fields=["breach_cause", "breach_note", "updated_at"])
    record_event(
        clock.case,
        actor=actor,
        action=ClockAction.CAUSE_GIVEN,
        now=now,
        changes=changes,
        note=note,
        subject=f"clock:{clock.pk}",
    )
    return clock
