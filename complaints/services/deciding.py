"""Somebody else decides on exactly what was proposed: approve, return, or refer up."""

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts.choices import Role
from accounts.models import User
from cases.choices import ApprovalState, CaseStatus, Decision
from cases.models import Approval, ApprovalDecision, Case
from cases.services.history import record_event
from complaints import lifecycle, permissions
from complaints.choices import ComplaintAction, ComplaintEvent, Finding
from complaints.errors import ContentChangedError, Difference
from complaints.models import Proposal
from complaints.permissions import Signer
from complaints.selectors.authority import may_approve, sign_off_rounds, signers, who_can
from complaints.selectors.content import content_hash, content_read, differences, proposal_content
from complaints.services.promising import promise_what_was_approved
from complaints.services.steps import locked_case, move
from complaints.services.telling import tell_deciders, tell_proposer
from core.errors import TransitionNotAllowedError, UserFacingError

ACTIONS = {
    Decision.APPROVE: ComplaintAction.APPROVE,
    Decision.RETURN: ComplaintAction.RETURN,
    Decision.REFER: ComplaintAction.REFER,
}


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What an approver chose. `content_hash` is of what they read; `parts` are those to change."""

    decision: Decision
    content_hash: str
    comment: str = ""
    parts: tuple[str, ...] = ()


@transaction.atomic
def decide(*, approval_id: int, verdict: Verdict, actor: User, now: datetime) -> Approval:
    """Decide one round of sign-off: once, on what was read, by someone who may."""
    case = locked_case(Approval.objects.values_list("case_id", flat=True).get(pk=approval_id))
    approval = (
        Approval.objects.select_for_update(of=("self",)).select_related("proposal", "requested_by").get(pk=approval_id)
    )
    approval.case = case
    permissions.require(actor, ACTIONS[verdict.decision], case)
    _require_unchanged(approval, verdict)
    _require_open(approval)
    signer = _require_authority(approval, verdict, actor=actor, now=now)
    if verdict.decision != Decision.APPROVE and not verdict.comment.strip():
        raise UserFacingError("Say why, so that the next person knows what to do.")
    _write_decision(approval, verdict, signer=signer, actor=actor, now=now)
    match verdict.decision:
        case Decision.APPROVE:
            _approve(approval, actor=actor, now=now)
        case Decision.RETURN:
            _settle(approval, ApprovalState.RETURNED, now=now)
            move(case, ComplaintAction.RETURN, actor=actor, now=now, note=verdict.comment)
            tell_proposer(approval, "returned", actor=actor, now=now, comment=verdict.comment)
        case Decision.REFER:
            _refer(approval, verdict, actor=actor, now=now)
    return approval


def _require_unchanged(approval: Approval, verdict: Verdict) -> None:
    """Refuse when what was read, what was submitted and what is written now are not one and the same."""
    now_written = proposal_content(approval.case)
    if content_hash(now_written) == approval.content_hash == verdict.content_hash:
        return
    read = content_read(approval.case, verdict.content_hash) or approval.proposal.content
    raise ContentChangedError(differences(read, now_written) or [Difference(words="the proposal was submitted again")])


def _require_open(approval: Approval) -> None:
    lifecycle.next_status(CaseStatus(approval.case.status), ComplaintAction.APPROVE)
    if approval.state != ApprovalState.PENDING:
        state = ApprovalState(approval.state).label.lower()
        raise TransitionNotAllowedError(f"This proposal is no longer waiting for sign-off. It is {state}.")


def _require_authority(approval: Approval, verdict: Verdict, *, actor: User, now: datetime) -> Signer:
    """Return the person's authority, or refuse in a sentence that names the rule and who can."""
    day = timezone.localdate(approval.requested_at)
    signer = signers([actor], day)[actor.pk]
    round_ = sign_off_rounds([approval], now)[approval.pk]
    refusal = permissions.conflict(signer, round_)
    if not refusal and verdict.decision == Decision.APPROVE:
        refusal = permissions.beyond_authority(signer, round_)
    if refusal:
        raise PermissionDenied(f"{refusal} {who_can(may_approve(approval.case, approval, now))}")
    return signer


def _write_decision(approval: Approval, verdict: Verdict, *, signer: Signer, actor: User, now: datetime) -> None:
    ApprovalDecision.objects.create(
        approval=approval,
        decision=verdict.decision,
        decided_by=actor,
        requested_by=approval.requested_by,
        decided_at=now,
        comment=verdict.comment,
        parts=list(verdict.parts),
        content_hash=verdict.content_hash,
        limit=signer.limit,
    )


def _settle(approval: Approval, state: ApprovalState, *, now: datetime) -> None:
    """Close the round, unless somebody else has just closed it."""
    settled = Approval.objects.filter(pk=approval.pk, state=ApprovalState.PENDING).update(state=state, decided_at=now)
    if not settled:
        raise TransitionNotAllowedError("Somebody else has just decided on this proposal. Open it again.")
    approval.state, approval.decided_at = state, now


def _approve(approval: Approval, *, actor: User, now: datetime) -> None:
    case = approval.case
    if approval.decisions.filter(decision=Decision.APPROVE).count() < approval.approvers_needed:
        record_event(case, actor=actor, action=ComplaintEvent.FIRST_APPROVAL, now=now)
        return
    _settle(approval, ApprovalState.APPROVED, now=now)
    outcome = lifecycle.outcome_of([Finding(point.finding) for point in case.points.all()])
    complaint = case.complaint
    before, complaint.outcome, complaint.decided_at = complaint.outcome, outcome, now
    complaint.save(update_fields=["outcome", "decided_at", "updated_at"])
    approval.proposal.promises.set(promise_what_was_approved(case, actor=actor, now=now))
    move(case, ComplaintAction.APPROVE, actor=actor, now=now, changes={"outcome": (before, outcome)})
    tell_proposer(approval, "approved", actor=actor, now=now)


def _refer(approval: Approval, verdict: Verdict, *, actor: User, now: datetime) -> None:
    """Open a new round for a manager; the proposal and its proposer stay the same."""
    case: Case = approval.case
    _settle(approval, ApprovalState.REFERRED, now=now)
    next_round = Approval.objects.create(
        case=case,
        round=approval.round + 1,
        amount=approval.amount,
        content_hash=approval.content_hash,
        reason=f"{actor} referred it up: {verdict.comment}"[:300],
        approvers_needed=approval.approvers_needed,
        requested_by=approval.requested_by,
        requested_at=now,
    )
    Proposal.objects.create(
        approval=next_round, content=approval.proposal.content, least_role=Role.MANAGER, referred_by=actor
    )
    move(case, ComplaintAction.REFER, actor=actor, now=now, note=verdict.comment)
    tell_deciders(next_round, may_approve(case, next_round, now), now=now)
