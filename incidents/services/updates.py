"""Telling people: customers and the people inside, each in their own words and their own place."""

import uuid
from datetime import datetime
from typing import Final

from django.db import transaction

from accounts.models import User
from cases.models import Case
from cases.services.history import record_event
from core.errors import UserFacingError
from incidents.choices import Audience, IncidentEvent
from incidents.models import IncidentUpdate
from incidents.permissions import Right
from incidents.services.broadcasts import broadcast
from incidents.services.locking import lock_incident
from sla.choices import SatisfiedBy
from sla.services import satisfy_clocks

EVENTS: Final = {
    Audience.CUSTOMERS: IncidentEvent.CUSTOMERS_TOLD,
    Audience.STAKEHOLDERS: IncidentEvent.STAKEHOLDERS_TOLD,
}


class PromiseInThePastError(UserFacingError):
    """The next update was promised for a moment that has passed."""


@transaction.atomic
def post_update(
    *,
    case_id: int,
    audience: Audience,
    text: str,
    actor: User,
    now: datetime,
    next_update_at: datetime | None = None,
    submission: uuid.UUID | None = None,
) -> IncidentUpdate:
    """Record what one audience was told; stakeholders on the list get it by e-mail.

    The next update is chased for the moment that was promised, or else that the priority gives. The same `submission`
    arrives once.
    """
    case, incident = lock_incident(case_id, actor=actor, right=Right.TELL)
    if next_update_at and next_update_at <= now:
        raise PromiseInThePastError("The next update must be later than now.")
    if submission and (sent := IncidentUpdate.objects.filter(submission=submission).first()):
        return sent
    update = IncidentUpdate.objects.create(
        submission=submission,
        case=case,
        audience=audience,
        text=text,
        author=actor,
        sent_at=now,
        next_update_at=next_update_at,
    )
    record_event(case, actor=actor, action=EVENTS[audience], now=now, subject=f"incidentupdate:{update.pk}", note=text)
    if audience == Audience.CUSTOMERS:
        satisfy_clocks(case, satisfied_by=SatisfiedBy.UPDATE_SENT, at=now, actor=actor)
    else:
        update.sent_to = broadcast(update, now=now)
        update.save(update_fields=["sent_to"])
    if audience == Audience.CUSTOMERS or next_update_at:
        incident.next_update_due_at = next_update_at or _next_by_priority(case) if case.is_open else None
        incident.save(update_fields=["next_update_due_at", "updated_at"])
    return update


def _next_by_priority(case: Case) -> datetime | None:
    """Return when the next update is due by the incident's priority, where nothing was promised."""
    clock = case.clocks.open().filter(target__satisfied_by=SatisfiedBy.UPDATE_SENT).order_by("due_at", "pk").first()
    return clock.due_at if clock else None
