"""Looking at personal data is written down: who, what, when, by which way, and as what they may."""

from datetime import datetime, timedelta
from functools import partial
from typing import Final

from django.core.cache import caches
from django.db import transaction

from accounts.choices import Role
from accounts.models import User
from cases import permissions
from cases.models import Case, PersonalDataRead
from cases.permissions import CaseAction
from core.bulk import insert_once

PERIOD: Final = timedelta(minutes=30)
KEPT: Final = timedelta(days=365)


@transaction.atomic
def record_read(case: Case, *, actor: User, now: datetime, what: str, via: str) -> PersonalDataRead:
    """Write down that `actor` looked at the customer's `what`, or refuse the look."""
    permissions.require(actor, CaseAction.SEE_CONTACT_DETAILS, case)
    return note_read(case, actor=actor, now=now, what=what, via=via)


def note_read(case: Case | None, *, actor: User, now: datetime, what: str, via: str) -> PersonalDataRead:
    """Write down a look that was allowed already: a file, a pack, a list; `case` is none for a list."""
    why = basis_of(actor, case) if case else actor.get_role_display()
    return PersonalDataRead.objects.create(case=case, reader=actor, what=what, via=via[:80], why=why, read_at=now)


def note_opening(case: Case, *, actor: User, now: datetime, via: str) -> None:
    """Write down that `actor` opened the case; turning its pages for half an hour is one opening.

    What this process has written is not written again; another process that does so changes nothing.
    """
    period = datetime.fromtimestamp(now.timestamp() // PERIOD.total_seconds() * PERIOD.total_seconds(), now.tzinfo)
    written, opening = caches["process"], f"opening-{case.pk}-{actor.pk}-{period.timestamp():.0f}"
    if opening in written:
        return
    read = PersonalDataRead(
        case=case,
        reader=actor,
        what="case",
        via=via[:80],
        why=basis_of(actor, case),
        read_at=now,
        period=period,
    )
    insert_once(read)
    transaction.on_commit(partial(written.set, opening, True, PERIOD.total_seconds()))


def basis_of(reader: User, case: Case) -> str:
    """Return as what the reader may look; asks no query."""
    if case.owner_id == reader.pk:
        return "Owner of the case"
    if reader.role == Role.MANAGER:
        return "Manager"
    if case.is_restricted:
        return "Named on a restricted case"
    if reader.role == Role.TEAM_LEADER:
        return "Leader of the team"
    return "Works in the team" if case.team_id == reader.team_id else reader.get_role_display()


def forget_old_reads(*, now: datetime) -> int:
    """Delete the reads of more than a year ago: they say how people work, and are kept no longer than needed."""
    deleted, _ = PersonalDataRead.objects.filter(read_at__lt=now - KEPT).delete()
    return deleted
