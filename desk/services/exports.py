"""Lists as files. Taking one is a read of personal data, so it is written down before the first row leaves."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from cases.models import Case
from cases.permissions import CaseAction, may
from cases.querysets import CaseQuerySet
from cases.services.reads import note_read
from core.dates import moment

COLUMNS: Final = (
    "Reference",
    "Type",
    "Stage",
    "Summary",
    "Customer",
    "Priority",
    "Next deadline",
    "Owner",
    "Team",
    "Category",
    "Received",
    "Closed",
)
AT_ONCE: Final = 1000


@transaction.atomic
def export_rows(cases: CaseQuerySet, *, actor: User, now: datetime, view: str) -> Iterator[tuple[Any, ...]]:
    """Write down that `actor` takes the list, and return its rows to be read as they are sent."""
    if not may(actor, CaseAction.EXPORT):
        raise PermissionDenied("Team leaders and managers export lists. Ask one of them for the file.")
    note_read(None, actor=actor, now=now, what="export", via=f"Queue: {view}")
    shown = cases.with_people().defer("story").order_by("pk")
    return (_row(case) for case in shown.iterator(chunk_size=AT_ONCE))


def _row(case: Case) -> tuple[Any, ...]:
    return (
        case.reference,
        case.get_kind_display(),
        case.get_status_display(),
        case.summary,
        case.customer.name,
        case.get_priority_display(),
        moment(case.next_due_at) if case.next_due_at else "",
        case.owner.full_name if case.owner else "",
        case.team.name if case.team else "",
        case.category.name if case.category else "",
        moment(case.received_at),
        moment(case.closed_at) if case.closed_at else "",
    )
