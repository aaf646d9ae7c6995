"""Work passed on, with a receipt: asked, received, answered."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import User
from cases.services.history import record_event
from core.errors import TransitionNotAllowedError
from incidents.choices import IncidentEvent
from incidents.models import HandOff
from incidents.permissions import Right
from incidents.services.locking import lock_incident


@dataclass(frozen=True, kw_only=True)
class Request:
    resolver: str
    asked: str
    is_external: bool = False
    due_at: datetime | None = None


@transaction.atomic
def hand_off(*, case_id: int, request: Request, actor: User, now: datetime) -> HandOff:
    """Ask someone to resolve the incident, or a part of it."""
    case, _ = lock_incident(case_id, actor=actor, right=Right.HAND_OFF)
    if not case.is_open:
        raise TransitionNotAllowedError("A closed incident cannot be handed off. Reopen it first.")
    row = HandOff.objects.create(
        case=case,
        resolver=request.resolver,
        asked=request.asked,
        is_external=request.is_external,
        due_at=request.due_at,
        handed_by=actor,
        handed_at=now,
    )
    record_event(case, actor=actor, action=IncidentEvent.HANDED_OFF, now=now, subject=f"handoff:{row.pk}")
    return row


@transaction.atomic
def confirm_receipt(*, hand_off_id: int, receipt: str, actor: User, now: datetime) -> HandOff:
    """Record that the resolver has it: a name, or their reference."""
    row = _locked(hand_off_id, actor)
    if row.received_at:
        raise TransitionNotAllowedError(f"{row.resolver} has already confirmed receipt.")
    row.received_at, row.receipt = now, receipt
    row.save(update_fields=["received_at", "receipt"])
    record_event(row.case, actor=actor, action=IncidentEvent.HAND_OFF_RECEIVED, now=now, subject=f"handoff:{row.pk}")
    return row


@transaction.atomic
def record_answer(*, hand_off_id: int, answer: str, actor: User, now: datetime) -> HandOff:
    """Record what came back. An answer is a receipt too."""
    row = _locked(hand_off_id, actor)
    if row.answered_at:
        raise TransitionNotAllowedError(f"The answer of {row.resolver} is already recorded.")
    row.answered_at, row.answer = now, answer
    row.received_at = row.received_at or now
    row.save(update_fields=["answered_at", "answer", "received_at"])
    record_event(row.case, actor=actor, action=IncidentEvent.HAND_OFF_ANSWERED, now=now, subject=f"handoff:{row.pk}")
    return row


def _locked(hand_off_id: int, actor: User) -> HandOff:
    row = HandOff.objects.get(pk=hand_off_id)
    lock_incident(row.case_id, actor=actor, right=Right.HAND_OFF)
    return HandOff.objects.select_for_update(of=("self",)).select_related("case").get(pk=hand_off_id)
