"""Stakeholders are told by e-mail: colleagues and partners on a list, and never a customer."""

from datetime import datetime

from django.db import transaction

from accounts.models import OutboxEmail, User
from cases.choices import LinkKind
from cases.models import Case, CaseLink
from cases.services.history import record_event
from core.errors import UserFacingError
from incidents.choices import IncidentEvent
from incidents.models import IncidentUpdate, Listener
from incidents.permissions import Right
from incidents.services.locking import lock_incident


@transaction.atomic
def add_listener(*, case_id: int, name: str, email: str, actor: User, now: datetime) -> Listener:
    """Put somebody on the list; the same address stands on it once."""
    case, _ = lock_incident(case_id, actor=actor, right=Right.TELL)
    if _is_of_a_customer(case, email):
        raise UserFacingError("This is the address of an affected customer. Customers are told on their own page.")
    row, is_new = Listener.objects.get_or_create(
        case=case, email=email.lower(), defaults={"name": name, "added_by": actor}
    )
    if is_new:
        _record(row, IncidentEvent.LISTENER_ADDED, actor=actor, now=now)
    return row


@transaction.atomic
def remove_listener(*, listener_id: int, actor: User, now: datetime) -> None:
    row = Listener.objects.select_related("case").get(pk=listener_id)
    lock_incident(row.case_id, actor=actor, right=Right.TELL)
    _record(row, IncidentEvent.LISTENER_REMOVED, actor=actor, now=now)
    row.delete()


def broadcast(update: IncidentUpdate, *, now: datetime) -> int:
    """Queue the update for everybody on the list, in the transaction that writes it; return how many that are."""
    case = update.case
    emails = [
        OutboxEmail(
            to=listener.email,
            subject=f"{case.reference}: {case.summary}"[:200],
            body=update.text,
            dedupe_key=f"broadcast:{update.pk}:{listener.pk}",
            send_after=now,
            created_at=now,
        )
        for listener in case.listeners.all()
    ]
    OutboxEmail.objects.bulk_create(emails)
    return len(emails)


def _is_of_a_customer(case: Case, email: str) -> bool:
    links = CaseLink.objects.filter(target=case, kind=LinkKind.CAUSED_BY, source__customer__email__iexact=email)
    return case.customer.email.lower() == email.lower() or links.exists()


def _record(row: Listener, event: IncidentEvent, *, actor: User, now: datetime) -> None:
    record_event(row.case, actor=actor, action=event, now=now, changes={"stakeholder": ("", row.name)})
