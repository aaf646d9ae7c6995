"""The cases of a theme as a file. Taking it is written down."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from cases.permissions import CaseAction, may
from cases.services.reads import note_read
from core import dates
from reporting.models import Theme, ThemeMembership
from reporting.querysets import CaseThemeQuerySet

MEMBER_COLUMNS: Final = (
    "Case", "External reference", "Received", "Stage", "Category", "Product", "Team", "Closeness", "Put there by",
)  # fmt: skip
CHUNK = 2_000


@transaction.atomic
def export_members(
    rows: "CaseThemeQuerySet[ThemeMembership]", *, theme: Theme, actor: User, now: datetime
) -> Iterator[tuple[Any, ...]]:
    """Write down that `actor` takes the list, and return its lines; nobody's name is among them."""
    if not may(actor, CaseAction.EXPORT):
        raise PermissionDenied("Team leaders and managers export lists. Ask one of them for the file.")
    note_read(None, actor=actor, now=now, what="export", via=f"Theme {theme.reference}")
    return _lines(rows.select_related("case__category", "case__product", "case__team").defer("case__story"))


def _lines(rows: "CaseThemeQuerySet[ThemeMembership]") -> Iterator[tuple[Any, ...]]:
    for row in rows.iterator(chunk_size=CHUNK):
        case = row.case
        yield (
            case.reference,
            case.external_id,
            dates.day(row.received_day),
            case.get_status_display(),
            str(case.category or ""),
            str(case.product or ""),
            str(case.team or ""),
            f"{row.similarity:.2f}",
            "A person" if row.is_pinned else "The analysis",
        )
