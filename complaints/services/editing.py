"""Whoever writes a part of a proposal cannot sign it off, and a changed proposal is no longer signed off."""

from datetime import datetime

from accounts.models import User
from cases.choices import ApprovalState, CaseStatus, PromiseState
from cases.models import Approval, Case
from cases.services.promises import release_promise
from complaints import lifecycle
from complaints.choices import ComplaintAction
from complaints.models import Contributor, Proposal
from complaints.selectors.content import content_hash, differences, proposal_content
from complaints.services.steps import move

LIVE_ROUNDS = (ApprovalState.PENDING, ApprovalState.APPROVED)


def record_edit(case: Case, *, actor: User, now: datetime) -> None:
    """Note that `actor` wrote part of the proposal; if it was submitted or approved as it was before, void that."""
    Contributor.objects.update_or_create(case=case, person=actor, defaults={"last_at": now})
    if not lifecycle.is_possible(CaseStatus(case.status), ComplaintAction.VOID):
        return
    approval = Approval.objects.filter(case=case, state__in=LIVE_ROUNDS).select_related("proposal").first()
    content = proposal_content(case)
    if approval is None or content_hash(content) == approval.content_hash:
        return
    _void(approval, actor=actor, now=now)
    changed = ", ".join(each.words for each in differences(approval.proposal.content, content))
    move(case, ComplaintAction.VOID, actor=actor, now=now, note=f"Changed: {changed}.")


def _void(approval: Approval, *, actor: User, now: datetime) -> None:
    """Take the round back to nothing: what it promised the customer was never sent, so it is released."""
    Approval.objects.filter(pk=approval.pk).update(state=ApprovalState.VOID)
    Proposal.objects.filter(approval=approval).update(voided_by=actor)
    for promise in approval.proposal.promises.filter(state=PromiseState.OPEN):
        release_promise(promise, actor=actor, now=now, outcome="The proposal was changed before the decision was sent.")
