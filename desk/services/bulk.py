"""One change to many cases: each case in its own transaction, all of it shown afterwards, and undone within 10 minutes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import Team, User
from cases.models import Case
from cases.permissions import CaseAction, may
from cases.services.ownership import assign, change_team
from core.errors import UserFacingError
from desk.choices import BulkAction, BulkOutcome
from desk.models import BulkChange, BulkChangeRow

UNDO: Final = timedelta(minutes=10)
MOST: Final = 200


@dataclass(frozen=True, kw_only=True)
class BulkTerms:
    """What happens to every case: a new owner, or a new team."""

    owner: User | None = None
    team: Team | None = None
    reason: str = ""

    @property
    def action(self) -> BulkAction:
        return BulkAction.ASSIGN if self.owner else BulkAction.CHANGE_TEAM


def change_many(*, numbers: Iterable[str], terms: BulkTerms, actor: User, now: datetime) -> BulkChange:
    """Change each case that can be changed; say of every other one why not. A case that is not known is passed over."""
    if not may(actor, CaseAction.BULK):
        raise PermissionDenied("Team leaders and managers change many cases at once. Ask one of them.")
    cases = list(Case.objects.visible_to(actor).filter(number__in=list(numbers)[:MOST]).order_by("pk"))
    if not cases:
        raise UserFacingError("Select a case first.")
    change = BulkChange.objects.create(
        actor=actor, action=terms.action, to_owner=terms.owner, to_team=terms.team, reason=terms.reason, made_at=now
    )
    for case in cases:
        _change_one(change, case, terms, actor=actor, now=now)
    return change


def _change_one(change: BulkChange, case: Case, terms: BulkTerms, *, actor: User, now: datetime) -> None:
    outcome, reason = BulkOutcome.CHANGED, ""
    try:
        with transaction.atomic():
            _apply(case, terms, actor=actor, now=now)
    except (UserFacingError, PermissionDenied) as error:
        outcome, reason = BulkOutcome.REFUSED, str(error)
    BulkChangeRow.objects.create(
        change=change,
        case=case,
        outcome=outcome,
        reason=reason,
        owner_before_id=case.owner_id,
        team_before_id=case.team_id,
    )


def _apply(case: Case, terms: BulkTerms, *, actor: User, now: datetime) -> None:
    if not case.is_open:
        raise UserFacingError(f"{case} is closed.")
    if terms.owner:
        assign(case, actor=actor, now=now, owner=terms.owner, reason=terms.reason)
    elif terms.team:
        change_team(case, actor=actor, now=now, team=terms.team, reason=terms.reason)


def undo(*, change_id: int, actor: User, now: datetime) -> BulkChange:
    """Put back every case that is still as the change left it."""
    with transaction.atomic():
        change = BulkChange.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=change_id)
        if change.undone_at:
            raise UserFacingError("This was undone already.")
        if now > change.made_at + UNDO:
            raise UserFacingError("Undo is possible for 10 minutes. Change the cases one by one instead.")
        change.undone_at = now
        change.save(update_fields=["undone_at"])
    rows = BulkChangeRow.objects.visible_to(actor).filter(change=change, outcome=BulkOutcome.CHANGED)
    for row in rows.select_related("case", "owner_before", "team_before"):
        row.outcome, row.reason = _undo_one(change, row, actor=actor, now=now)
        row.save(update_fields=["outcome", "reason"])
    return change


def _undo_one(change: BulkChange, row: BulkChangeRow, *, actor: User, now: datetime) -> tuple[BulkOutcome, str]:
    case = row.case
    is_as_left = case.owner_id == change.to_owner_id if change.to_owner_id else case.team_id == change.to_team_id
    if not is_as_left:
        return BulkOutcome.MOVED_ON, ""
    try:
        with transaction.atomic():
            if change.to_team_id and row.team_before:
                change_team(case, actor=actor, now=now, team=row.team_before, reason="Bulk change undone")
                case.refresh_from_db()
            assign(case, actor=actor, now=now, owner=row.owner_before, reason="Bulk change undone")
    except (UserFacingError, PermissionDenied) as error:
        return BulkOutcome.CHANGED, str(error)
    return BulkOutcome.UNDONE, ""
