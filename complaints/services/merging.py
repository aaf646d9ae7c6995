"""Two cases are one complaint: the later is merged into the other, counts no more, and can be taken out again whole.

Nothing is copied and nothing is lost: what was written stays where it was written, and each case leads to the other.
"""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from cases.choices import LinkKind, PromiseState
from cases.models import Case, CaseLink, Promise
from cases.services.history import record_event
from complaints.choices import ComplaintAction, ComplaintEvent, Outcome
from complaints.models import Merge
from complaints.services.finishing import reopen_complaint, set_aside
from complaints.services.steps import locked_case, require
from core.errors import UserFacingError


@transaction.atomic
def merge(*, case_id: int, into_id: int, reason: str, actor: User, now: datetime) -> Merge:
    """Close the case as the same complaint as another, which takes over what was promised."""
    first, second = sorted((case_id, into_id))  # always in this order, so that two merges cannot wait for each other
    locked = {first: locked_case(first), second: locked_case(second)}
    case, into = locked[case_id], locked[into_id]
    _check(case, into, actor)
    moved = list(Promise.objects.filter(case=case, state=PromiseState.OPEN).values_list("pk", flat=True))
    Promise.objects.filter(pk__in=moved).update(case=into, owner=into.owner or actor)
    row = Merge.objects.create(case=case, into=into, reason=reason, promises=moved, made_by=actor, made_at=now)
    require(case, ComplaintAction.SET_ASIDE, actor=actor, now=now)
    CaseLink.objects.get_or_create(
        source=case, target=into, kind=LinkKind.DUPLICATE_OF, defaults={"made_by": actor, "made_at": now}
    )
    _record(case, ComplaintEvent.MERGED, into, actor=actor, now=now)
    _record(into, ComplaintEvent.GOT_A_DUPLICATE, case, actor=actor, now=now)
    set_aside(case_id=case.pk, outcome=Outcome.DUPLICATE, reason=reason, actor=actor, now=now)
    return row


def _check(case: Case, into: Case, actor: User) -> None:
    if case.pk == into.pk:
        raise UserFacingError("A case cannot be merged with itself. Enter the reference of the other case.")
    if not Case.objects.visible_to(actor).filter(pk=into.pk).exists():
        raise PermissionDenied("You cannot merge into a case that you cannot see.")
    if case.customer_id != into.customer_id:
        raise UserFacingError(f"{into} is from another customer. Link the two cases instead.")
    if not into.is_open:
        raise UserFacingError(f"{into} is closed. Reopen it, or merge {into} into this case.")
    if Merge.objects.standing().filter(case=into).exists():
        raise UserFacingError(f"{into} is itself merged into another case. Merge into that one.")


@transaction.atomic
def take_apart(*, merge_id: int, reason: str, actor: User, now: datetime) -> Merge:
    """Open the merged case again; promises that are still open come back to it."""
    row = Merge.objects.select_for_update(of=("self",)).select_related("case", "into").get(pk=merge_id)
    if row.undone_at is not None:
        raise UserFacingError("This merge was taken back already.")
    reopen_complaint(case_id=row.case_id, reason=reason, actor=actor, now=now)
    back = Promise.objects.filter(pk__in=row.promises, case=row.into_id, state=PromiseState.OPEN)
    back.update(case=row.case_id, owner=row.case.owner or actor)
    CaseLink.objects.filter(source=row.case_id, target=row.into_id, kind=LinkKind.DUPLICATE_OF).delete()
    row.undone_at, row.undone_by = now, actor
    row.save(update_fields=["undone_at", "undone_by"])
    _record(row.case, ComplaintEvent.UNMERGED, row.into, actor=actor, now=now)
    _record(row.into, ComplaintEvent.UNMERGED, row.case, actor=actor, now=now)
    return row


def _record(case: Case, action: ComplaintEvent, other: Case, *, actor: User, now: datetime) -> None:
    """Write the line with the other case as its subject, so that only those who see that case read it."""
    record_event(
        case, actor=actor, action=action, now=now, changes={"case": ("", str(other))}, subject=f"case:{other.pk}"
    )
