"""Who has to sign off a resolution, how far each person's authority reaches, and who may not for fairness' sake."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Any, Final

from django.db.models import Q, QuerySet, Sum, Value
from django.utils import timezone

from accounts.choices import Role
from accounts.models import User
from cases.choices import Decision
from cases.models import Approval, ApprovalDecision, Case, CaseAccess, NamedColleague
from cases.selectors.figures import figures_of
from cases.selectors.page import triggers
from complaints.choices import Stage
from complaints.models import Contributor, Delegation, FormerOwner
from complaints.permissions import Signer, SignOffRound, beyond_authority, conflict
from policies.choices import Priority, SignOffSituation, TriggerEffect
from policies.models import AuthorityLimit
from policies.selectors import SignOffDemand, limits_in, sign_off_demands

ZERO: Final = Decimal("0.00")
OWNERSHIP_LINGERS: Final = timedelta(days=30)
DECIDING_ROLES: Final = (Role.TEAM_LEADER, Role.MANAGER)


@dataclass(frozen=True, kw_only=True)
class Requirement:
    """What one proposal needs before it may go to the customer, and why, as a sentence."""

    amount: Decimal
    least_role: Role
    approvers_needed: int
    reason: str


class Lookup:
    """What the rules of sign-off look up: each table is read when a rule first asks for it, for a page of rules once.

    `day` is the earliest that anybody asks about; `decisions` may come from somebody who has read them.
    """

    def __init__(self, day: date, decisions: Iterable[ApprovalDecision] | None = None) -> None:
        self.day = day
        self._decisions = None if decisions is None else list(decisions)

    @cached_property
    def limits(self) -> list[AuthorityLimit]:
        return list(AuthorityLimit.objects.on(self.day).select_related("person").order_by("valid_from", "pk"))

    def delegations(self, day: date) -> list[Delegation]:
        return [each for each in self._delegations if each.first_day <= day <= each.last_day]

    @cached_property
    def _delegations(self) -> list[Delegation]:
        return list(Delegation.objects.standing(self.day).select_related("giver"))

    def decisions(self, cases: Collection[int]) -> list[ApprovalDecision]:
        if self._decisions is not None:
            return self._decisions
        return list(ApprovalDecision.objects.filter(approval__case__in=cases).select_related("approval"))


def total_redress(case: Case) -> Decimal:
    """Return all redress on the case: authority is judged by the sum, so that it cannot be split."""
    return case.redress.aggregate(total=Sum("amount"))["total"] or ZERO


def signers(people: Iterable[User], day: date, lookup: Lookup | None = None) -> dict[int, Signer]:
    """Return each person with their authority; who stands in for a colleague has that colleague's if it is higher."""
    people, lookup = list(people), lookup or Lookup(day)
    roles = {person.pk: person.role for person in people}
    delegations = [each for each in lookup.delegations(day) if each.receiver_id in roles and each.giver.is_active]
    limits = limits_in(lookup.limits, {*people, *(each.giver for each in delegations)})
    reach = {person.pk: limits[person.pk] for person in people}
    for each in delegations:
        if each.giver.role in DECIDING_ROLES and roles[each.receiver_id] in DECIDING_ROLES:
            reach[each.receiver_id] = max(reach[each.receiver_id], limits[each.giver_id])
            if each.giver.role == Role.MANAGER:
                roles[each.receiver_id] = Role.MANAGER
    return {pk: Signer(pk=pk, role=roles[pk], limit=reach[pk]) for pk in roles}


def requirement(case: Case, *, amount: Decimal, proposer: User, day: date, lookup: Lookup | None = None) -> Requirement:
    """Return who must sign off a proposal with `amount` of redress in all."""
    rows = (lookup or Lookup(day)).limits
    own_limit = limits_in(rows, [proposer])[proposer.pk]
    highest = max((row.amount for row in rows if _is_of_a_decider(row)), default=ZERO)
    demands = sign_off_demands(_situations(case), day=day)
    if amount > highest:
        reason = f"£{amount:,.2f} is above the highest limit of £{highest:,.2f}, so two managers must approve it."
        return Requirement(amount=amount, least_role=Role.MANAGER, approvers_needed=2, reason=reason)
    strictest = max(demands, key=lambda each: (each.least_role == Role.MANAGER, each.approvers), default=None)
    approvers = max((each.approvers for each in demands), default=1)
    if strictest and (strictest.least_role == Role.MANAGER or approvers > 1):
        leaders_limit = max((row.amount for row in rows if row.role == Role.TEAM_LEADER), default=ZERO)
        return Requirement(
            amount=amount,
            least_role=strictest.least_role if amount <= leaders_limit else Role.MANAGER,
            approvers_needed=approvers,
            reason=_reason(case, strictest, approvers),
        )
    reason = "A second person signs off every resolution."
    if amount > own_limit:
        reason = f"£{amount:,.2f} is above {proposer}’s limit of £{own_limit:,.2f}."
    return Requirement(amount=amount, least_role=Role.TEAM_LEADER, approvers_needed=1, reason=reason)


def _is_of_a_decider(row: AuthorityLimit) -> bool:
    role = row.person.role if row.person and row.person.is_active else row.role
    return role in DECIDING_ROLES


def _situations(case: Case) -> list[SignOffSituation]:
    """Return what about the case may ask for more than one team leader."""
    found = {
        SignOffSituation.LEGAL: bool(_legal_trigger(case)),
        SignOffSituation.PRIORITY_1: case.priority == Priority.P1,
        SignOffSituation.PRIORITY_2: case.priority == Priority.P2,
        SignOffSituation.SUPPORT_NEED: figures_of(case).support_needs > 0 or bool(case.customer.support_need),
        SignOffSituation.ABOUT_COLLEAGUE: figures_of(case).walled > 0,
        SignOffSituation.SECOND_STAGE: case.complaint.stage == Stage.SECOND,
    }
    return [situation for situation, holds in found.items() if holds]


def _legal_trigger(case: Case) -> str:
    """Return the label of the trigger that makes the case a legal one, or nothing."""
    return next((each["label"] for each in triggers(case) if each["effect"] == TriggerEffect.LEGAL), "")


def _reason(case: Case, demand: SignOffDemand, approvers: int) -> str:
    who = "A manager signs off" if demand.least_role == Role.MANAGER else "A team leader signs off"
    if approvers > 1:
        who = "Two managers sign off" if demand.least_role == Role.MANAGER else "Two people sign off"
    words = {
        SignOffSituation.LEGAL: f"when the trigger is “{_legal_trigger(case)}”",
        SignOffSituation.PRIORITY_1: "every P1 case" if approvers == 1 else "on every P1 case",
        SignOffSituation.PRIORITY_2: "every P2 case" if approvers == 1 else "on every P2 case",
        SignOffSituation.SUPPORT_NEED: "when the customer needs extra support",
        SignOffSituation.ABOUT_COLLEAGUE: "when the complaint is about a colleague",
        SignOffSituation.SECOND_STAGE: "the second stage" if approvers == 1 else "at the second stage",
    }
    return f"{who} {words[demand.situation]}."


def sign_off_rounds(
    approvals: Iterable[Approval], now: datetime, lookup: Lookup | None = None
) -> dict[int, SignOffRound]:
    """Return what decides who may sign off, by approval; the number of queries does not grow with the rounds."""
    approvals, today = list(approvals), timezone.localdate(now)
    cases, lookup = {approval.case_id for approval in approvals}, lookup or Lookup(today)
    ties, decided = _ties(cases, now), lookup.decisions(cases)
    stand_ins = [(each.giver_id, each.receiver_id) for each in lookup.delegations(today)]
    rounds = {}
    for each in approvals:
        owner = {each.case.owner_id} if each.case.owner_id else set()
        named, wrote, owned = (ties[tie][each.case_id] for tie in (Tie.NAMED, Tie.WROTE, Tie.OWNED))
        excluded = {each.requested_by_id} | owner | named | wrote | owned
        rounds[each.pk] = SignOffRound(
            amount=each.amount,
            least_role=each.proposal.least_role,
            approvers_needed=each.approvers_needed,
            proposer=each.requested_by_id,
            recent_owners=owned | owner,
            named=named,
            contributors=wrote,
            referrers=frozenset({each.proposal.referred_by_id} if each.proposal.referred_by_id else ()),
            first_stage_deciders=_first_stage_deciders(each, decided),
            stand_ins=frozenset(receiver for giver, receiver in stand_ins if giver in excluded),
            decided=frozenset(row.decided_by_id for row in decided if row.approval_id == each.pk),
        )
    return rounds


class Tie(StrEnum):
    """How somebody had to do with a case before it came to a decision."""

    NAMED = "named"
    WROTE = "wrote"
    OWNED = "owned"


def _ties(cases: Collection[int], now: datetime) -> dict[Tie, "_PeopleByCase"]:
    """Return who is tied to each case and how, in one query."""
    sources: dict[Tie, tuple[QuerySet[Any], str]] = {
        Tie.NAMED: (NamedColleague.objects.filter(case__in=cases), "colleague_id"),
        Tie.WROTE: (Contributor.objects.filter(case__in=cases), "person_id"),
        Tie.OWNED: (FormerOwner.objects.filter(case__in=cases, until__gte=now - OWNERSHIP_LINGERS), "person_id"),
    }
    first, *others = (
        rows.order_by().annotate(tie=Value(tie.value)).values_list("tie", "case_id", person)
        for tie, (rows, person) in sources.items()
    )
    found = {tie: _PeopleByCase() for tie in Tie}
    for tie, case_id, person_id in first.union(*others):
        found[Tie(tie)][case_id] |= {person_id}
    return found


class _PeopleByCase(dict[int, frozenset[int]]):
    def __missing__(self, case_id: int) -> frozenset[int]:
        return frozenset()


def _first_stage_deciders(approval: Approval, decided: list[ApprovalDecision]) -> frozenset[int]:
    """Return who approved an earlier round, once the complaint is at its second stage."""
    if approval.case.complaint.stage != Stage.SECOND:
        return frozenset()
    earlier = (
        row for row in decided if row.approval.case_id == approval.case_id and row.approval.round < approval.round
    )
    return frozenset(row.decided_by_id for row in earlier if row.decision == Decision.APPROVE)


def deciders_of(case: Case) -> list[User]:
    """Return the leaders and managers who may know of the case, whether or not something bars them."""
    people = User.objects.people().filter(role__in=DECIDING_ROLES)
    if case.is_restricted:
        people = people.filter(pk__in=CaseAccess.objects.filter(case=case).values("person_id"))
    leads = Q(led_teams=case.team_id) | Q(team=case.team_id) if case.team_id else Q(pk__in=[])
    return list(people.filter(Q(role=Role.MANAGER) | leads).distinct().order_by("full_name", "pk"))


def may_approve(
    case: Case,
    approval: Approval,
    now: datetime,
    *,
    lookup: Lookup | None = None,
    round_: SignOffRound | None = None,
) -> list[User]:
    """Return everyone who may approve the round now, leaders before managers."""
    people, day = deciders_of(case), timezone.localdate(approval.requested_at)
    lookup = lookup or Lookup(day)
    reach = signers(people, day, lookup)
    round_ = round_ or sign_off_rounds([approval], now, lookup)[approval.pk]
    able = [
        person
        for person in people
        if not (conflict(reach[person.pk], round_) or beyond_authority(reach[person.pk], round_))
    ]
    return sorted(able, key=lambda person: (person.role == Role.MANAGER, person.full_name))


def who_can(people: list[User]) -> str:
    """Return who can approve as a sentence, at most three names."""
    if not people:
        return "Nobody can approve it at present: ask an admin to check the authority limits."
    names = [person.full_name for person in people]
    shown = names[:3] if len(names) <= 4 else [*names[:3], f"{len(names) - 3} others"]
    joined = shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"
    return f"{joined} can approve it."
