"""What stands around a proposal: its rounds, who may decide them, and what similar cases were paid."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from statistics import median

from django.db.models import Prefetch, Sum
from django.utils import timezone

from accounts.models import User
from cases.choices import CaseStatus
from cases.models import Approval, ApprovalDecision, Case
from complaints import lifecycle, permissions
from complaints.choices import ComplaintAction
from complaints.models import Confirmation, Proposal
from complaints.permissions import beyond_authority, conflict
from complaints.selectors.authority import (
    Lookup,
    Requirement,
    may_approve,
    requirement,
    sign_off_rounds,
    signers,
    who_can,
)
from complaints.selectors.standing import standing_of
from complaints.selectors.working_copy import working_copy_of

SIMILAR_CASES = 10


def rounds_of(case: Case) -> list[Approval]:
    """Return every round of sign-off with its decisions, the latest first."""
    rounds = Approval.objects.filter(case=case).select_related("requested_by", "proposal__voided_by")
    decisions = ApprovalDecision.objects.select_related("decided_by", "approval")
    return list(rounds.prefetch_related(Prefetch("decisions", decisions)).order_by("-round"))


def confirmations_of(case: Case) -> list[Confirmation]:
    """Return what the customer said to the decision; asks only where they said something."""
    return list(case.confirmations.select_related("recorded_by")) if standing_of(case).last_answer else []


def _lookup(rounds: Iterable[Approval], asked_at: datetime) -> Lookup:
    """Return the lookup for rules about a case whose rounds were read."""
    decisions = [decision for each in rounds for decision in each.decisions.all()]
    return Lookup(timezone.localdate(asked_at), decisions)


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """Who would get the proposal if it were sent now, and why."""

    requirement: Requirement
    sentence: str


def forecast(case: Case, *, amount: Decimal, proposer: User, rounds: list[Approval], now: datetime) -> Forecast:
    lookup = _lookup(rounds, now)
    needed = requirement(case, amount=amount, proposer=proposer, day=lookup.day, lookup=lookup)
    planned = Approval(
        case=case,
        amount=needed.amount,
        approvers_needed=needed.approvers_needed,
        requested_by=proposer,
        requested_at=now,
    )
    planned.proposal = Proposal(least_role=needed.least_role)
    return Forecast(requirement=needed, sentence=who_can(may_approve(case, planned, now, lookup=lookup)))


@dataclass(frozen=True, kw_only=True)
class Standpoint:
    """What one person may do with one round, with the sentence that says why."""

    may_decide: bool
    may_approve: bool
    sentence: str
    limit: Decimal
    others: str = ""


def standpoint(approval: Approval, user: User, *, rounds: list[Approval], now: datetime) -> Standpoint:
    lookup = _lookup(rounds, approval.requested_at)
    signer = signers([user], lookup.day, lookup)[user.pk]
    round_ = sign_off_rounds([approval], now, lookup)[approval.pk]
    barred = conflict(signer, round_)
    too_much = beyond_authority(signer, round_)
    others = ""
    if barred or too_much:
        others = who_can(may_approve(approval.case, approval, now, lookup=lookup, round_=round_))
    return Standpoint(
        may_decide=not barred,
        may_approve=not barred and not too_much,
        sentence=barred or too_much,
        limit=signer.limit,
        others=others,
    )


def is_editable(case: Case, user: User) -> bool:
    """Return whether the form is open; a proposal that was sent is changed by taking it back."""
    open_statuses = (CaseStatus.INVESTIGATING, CaseStatus.RETURNED)
    return case.status in open_statuses and permissions.permits(user, ComplaintAction.PROPOSE, case)


def offered(case: Case, user: User) -> set[str]:
    """Return the names of the steps that `user` may take now, for the buttons of the page."""
    status = CaseStatus(case.status)
    return {
        action.name.lower()
        for action in ComplaintAction
        if lifecycle.is_possible(status, action) and permissions.permits(user, action, case)
    }


@dataclass(frozen=True, kw_only=True)
class Precedents:
    """What the last similar cases were paid, so that like is treated alike."""

    cases: list[Case] = field(default_factory=list)
    amounts: list[Decimal] = field(default_factory=list)

    @property
    def median(self) -> Decimal:
        return median(self.amounts) if self.amounts else Decimal("0.00")

    @property
    def lowest(self) -> Decimal:
        return min(self.amounts)

    @property
    def highest(self) -> Decimal:
        return max(self.amounts)


def precedents(case: Case, user: User) -> Precedents:
    """Return the last approved cases of the same category that `user` may see, and what each was paid."""
    if case.category_id is None:
        return Precedents()
    similar = (
        Case.objects.visible_to(user)
        .filter(category=case.category_id, complaint__decided_at__isnull=False)
        .exclude(pk=case.pk)
        .annotate(paid=Sum("redress__amount"))
        .filter(paid__gt=0)
        .order_by("-complaint__decided_at", "-pk")
    )[:SIMILAR_CASES]
    return Precedents(cases=list(similar), amounts=[each.__dict__["paid"] for each in similar])


def pack_part(case: Case, user: User, now: datetime) -> dict[str, object] | None:
    """Return what the case pack says of the complaint."""
    if not hasattr(case, "complaint"):
        return None
    return {
        "definition": case.complaint.definition,
        "proposal": working_copy_of(case),
        "rounds": rounds_of(case),
        "confirmations": list(case.confirmations.all()),
    }
