"""What we propose to the customer, and handing it to somebody else to decide."""

from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone

from accounts.models import User
from cases.choices import ApprovalState, PromiseKind
from cases.models import Approval, Case
from cases.services.history import changed_fields, record_event
from complaints.choices import ComplaintAction, ComplaintEvent
from complaints.errors import RedressNotAllowedError
from complaints.models import ComplaintPoint, Contributor, Proposal, ProposedAction, RedressItem, Resolution
from complaints.selectors.authority import may_approve, requirement, total_redress
from complaints.selectors.content import content_hash, proposal_content
from complaints.services.editing import record_edit
from complaints.services.steps import locked_case, move, require
from complaints.services.telling import tell_deciders
from core.dates import clock_time
from core.errors import StaleVersionError
from policies.models import RedressRange

LARGEST_AMOUNT = Decimal(1_000_000)


@dataclass(frozen=True, kw_only=True)
class ResolutionText:
    has_apology: bool | None
    apology: str = ""
    gives_wanted: str = ""
    gives_wanted_reason: str = ""
    letter: str = ""


@dataclass(frozen=True, kw_only=True)
class RedressOffer:
    redress_type: str
    amount: Decimal
    point_id: int | None = None
    usual_id: int | None = None
    outside_reason: str = ""
    account: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ActionOffer:
    text: str
    owner_id: int
    due_date: date
    kind: str = PromiseKind.ACTION


def _case_to_change(case_id: int, *, actor: User, now: datetime) -> Case:
    case = locked_case(case_id)
    require(case, ComplaintAction.PROPOSE, actor=actor, now=now)
    return case


@transaction.atomic
def save_resolution(*, case_id: int, version: int, text: ResolutionText, actor: User, now: datetime) -> Resolution:
    """Save the proposal's words; `version` is 0 for the first save."""
    case = _case_to_change(case_id, actor=actor, now=now)
    resolution, _ = Resolution.objects.get_or_create(case=case, defaults={"edited_by": actor, "version": version})
    changes = changed_fields(resolution, asdict(text))
    saved = Resolution.objects.filter(pk=resolution.pk, version=version).update(
        **asdict(text), edited_by=actor, version=F("version") + 1, updated_at=now
    )
    if not saved:
        raise StaleVersionError(
            f"{resolution.edited_by} changed the resolution at {clock_time(resolution.updated_at)}, before you saved. "
            "Your text is kept below."
        )
    record_event(case, actor=actor, action=ComplaintEvent.RESOLUTION_SAVED, now=now, changes=changes)
    record_edit(case, actor=actor, now=now)
    resolution.refresh_from_db()
    return resolution


@transaction.atomic
def add_redress(*, case_id: int, offer: RedressOffer, actor: User, now: datetime) -> RedressItem:
    case = _case_to_change(case_id, actor=actor, now=now)
    _check_redress(case, offer)
    item = RedressItem.objects.create(case=case, added_by=actor, **asdict(offer))
    changes = {"redress": ("", f"£{item.amount:,.2f} {item.get_redress_type_display()}")}
    record_event(case, actor=actor, action=ComplaintEvent.REDRESS_ADDED, now=now, changes=changes)
    record_edit(case, actor=actor, now=now)
    return item


def _check_redress(case: Case, offer: RedressOffer) -> None:
    amount = offer.amount
    if not amount.is_finite() or not 0 < amount <= LARGEST_AMOUNT or amount != amount.quantize(Decimal("0.01")):
        raise RedressNotAllowedError(
            f"Redress must be an amount in pounds and pence, such as 25.50, up to £{LARGEST_AMOUNT:,}."
        )
    if offer.point_id and not ComplaintPoint.objects.filter(pk=offer.point_id, case=case).exists():
        raise RedressNotAllowedError("That point belongs to another case.")
    if offer.usual_id and not RedressRange.objects.filter(pk=offer.usual_id, redress_type=offer.redress_type).exists():
        raise RedressNotAllowedError("That usual range is for another type of redress.")


@transaction.atomic
def remove_redress(*, item_id: int, actor: User, now: datetime) -> None:
    item = RedressItem.objects.select_related("case").get(pk=item_id)
    case = _case_to_change(item.case_id, actor=actor, now=now)
    changes = {"redress": (f"£{item.amount:,.2f} {item.get_redress_type_display()}", "")}
    item.delete()
    record_event(case, actor=actor, action=ComplaintEvent.REDRESS_REMOVED, now=now, changes=changes)
    record_edit(case, actor=actor, now=now)


@transaction.atomic
def add_action(*, case_id: int, offer: ActionOffer, actor: User, now: datetime) -> ProposedAction:
    case = _case_to_change(case_id, actor=actor, now=now)
    action = ProposedAction.objects.create(case=case, **asdict(offer))
    changes = {"action": ("", action.text)}
    record_event(case, actor=actor, action=ComplaintEvent.ACTION_ADDED, now=now, changes=changes)
    record_edit(case, actor=actor, now=now)
    return action


@transaction.atomic
def remove_action(*, action_id: int, actor: User, now: datetime) -> None:
    action = ProposedAction.objects.select_related("case").get(pk=action_id)
    case = _case_to_change(action.case_id, actor=actor, now=now)
    changes = {"action": (action.text, "")}
    action.delete()
    record_event(case, actor=actor, action=ComplaintEvent.ACTION_REMOVED, now=now, changes=changes)
    record_edit(case, actor=actor, now=now)


@transaction.atomic
def submit_for_sign_off(*, case_id: int, actor: User, now: datetime) -> Approval:
    """Hand exactly what is written now to somebody else to decide."""
    case = locked_case(case_id)
    require(case, ComplaintAction.SUBMIT, actor=actor, now=now)
    needed = requirement(case, amount=total_redress(case), proposer=actor, day=timezone.localdate(now))
    content = proposal_content(case)
    last = case.approvals.aggregate(last=Max("round"))["last"] or 0
    approval = Approval.objects.create(
        case=case,
        round=last + 1,
        amount=needed.amount,
        content_hash=content_hash(content),
        reason=needed.reason,
        approvers_needed=needed.approvers_needed,
        requested_by=actor,
        requested_at=now,
    )
    Proposal.objects.create(approval=approval, content=content, least_role=needed.least_role)
    Contributor.objects.update_or_create(case=case, person=actor, defaults={"last_at": now})
    move(case, ComplaintAction.SUBMIT, actor=actor, now=now, note=needed.reason)
    tell_deciders(approval, may_approve(case, approval, now), now=now)
    return approval


@transaction.atomic
def take_back(*, case_id: int, actor: User, now: datetime) -> Case:
    """Take the proposal back before anybody has decided on it."""
    case = locked_case(case_id)
    require(case, ComplaintAction.TAKE_BACK, actor=actor, now=now)
    move(case, ComplaintAction.TAKE_BACK, actor=actor, now=now)
    Approval.objects.filter(case=case, state=ApprovalState.PENDING).update(state=ApprovalState.TAKEN_BACK)
    return case
