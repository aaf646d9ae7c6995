"""Who may take which step of a complaint, and who may decide one round of sign-off."""

from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import PermissionDenied

from accounts.choices import Role
from accounts.models import User
from cases.models import Case
from complaints.choices import ComplaintAction as Action

DECISIONS = frozenset({Action.APPROVE, Action.RETURN, Action.REFER})
EVERYBODYS_WORK = frozenset(Action) - DECISIONS - {Action.SET_ASIDE}

ROLE_ACTIONS: dict[Role, frozenset[Action]] = {
    Role.AGENT: EVERYBODYS_WORK,
    Role.TEAM_LEADER: frozenset(Action),
    Role.MANAGER: frozenset(Action),
    Role.ADMIN: frozenset(),
    Role.DATA_PROTECTION: frozenset(),
    Role.SYSTEM: frozenset({Action.START, Action.CONFIRM, Action.DISPUTE}),
}

PROPOSERS_STEPS = frozenset({Action.PROPOSE, Action.SUBMIT, Action.TAKE_BACK})

OWN_CASES_ONLY: dict[Role, frozenset[Action]] = {
    Role.AGENT: EVERYBODYS_WORK - {Action.CONFIRM, Action.DISPUTE, Action.REOPEN},
    Role.TEAM_LEADER: PROPOSERS_STEPS,
    Role.MANAGER: PROPOSERS_STEPS,
}


def may(user: User, action: Action) -> bool:
    """Return whether people in this role take the step at all; for lists and buttons that name no case."""
    return action in ROLE_ACTIONS[Role(user.role)]


def permits(user: User, action: Action, case: Case) -> bool:
    """Return whether `user` may take the step on a case that they are known to see; asks no query."""
    own_only = action in OWN_CASES_ONLY.get(Role(user.role), frozenset())
    return may(user, action) and (not own_only or case.owner_id == user.pk)


def can(user: User, action: Action, case: Case) -> bool:
    """Return whether `user` may take the step on `case`, whatever its status and whoever proposed what."""
    return permits(user, action, case) and Case.objects.visible_to(user).filter(pk=case.pk).exists()


def require(user: User, action: Action, case: Case) -> None:
    """Refuse, saying who can, unless `user` may take the step on `case`."""
    if can(user, action, case):
        return
    if action in OWN_CASES_ONLY.get(Role(user.role), frozenset()) and case.owner_id != user.pk:
        owner = f" {case.owner} owns it." if case.owner else " Nobody owns it yet."
        raise PermissionDenied(f"{action.label} is for the owner of the case.{owner}")
    raise PermissionDenied(f"{action.label} is for team leaders and managers who can see the case.")


@dataclass(frozen=True, kw_only=True)
class Signer:
    """A person who might decide, and how far their authority reaches, delegations included."""

    pk: int
    role: str
    limit: Decimal


@dataclass(frozen=True, kw_only=True)
class SignOffRound:
    """What decides who may sign off. Each set holds ids of people."""

    amount: Decimal
    least_role: str
    approvers_needed: int
    proposer: int
    recent_owners: frozenset[int] = frozenset()
    named: frozenset[int] = frozenset()
    contributors: frozenset[int] = frozenset()
    referrers: frozenset[int] = frozenset()
    first_stage_deciders: frozenset[int] = frozenset()
    stand_ins: frozenset[int] = frozenset()
    decided: frozenset[int] = frozenset()


def require_decider(user: User) -> None:
    """Refuse, saying who can, unless people in this role decide on resolutions."""
    if not may(user, Action.APPROVE):
        raise PermissionDenied("Team leaders and managers sign off, and so only they let each other stand in.")


def conflict(signer: Signer, round_: SignOffRound) -> str:
    """Return why the person must not decide this round in any way; empty when they may."""
    if Action.APPROVE not in ROLE_ACTIONS[Role(signer.role)]:
        return "Team leaders and managers decide on a resolution."
    rules = (
        ({round_.proposer}, "You proposed this resolution, so someone else must decide."),
        (round_.named, "You are named in the complaint, so someone else must decide."),
        (round_.recent_owners, "You owned this case in the last 30 days, so someone else must decide."),
        (round_.contributors, "You wrote part of this proposal, so someone else must decide."),
        (round_.first_stage_deciders, "You decided the first stage, so someone else must decide the second."),
        (round_.referrers, "You referred this up, so someone else must decide."),
        (round_.stand_ins, "You are standing in for a person who may not decide this, so someone else must."),
        (round_.decided, "You approved this already. It needs a second person."),
    )
    return next((sentence for people, sentence in rules if signer.pk in people), "")


def beyond_authority(signer: Signer, round_: SignOffRound) -> str:
    """Return why the person may return this or refer it up but not approve it; empty when they may approve."""
    if round_.least_role == Role.MANAGER and signer.role != Role.MANAGER:
        return "A manager must approve this. You can return it or refer it up."
    if round_.approvers_needed == 1 and round_.amount > signer.limit:
        return f"£{round_.amount:,.2f} is above your limit of £{signer.limit:,.2f}. You can return it or refer it up."
    return ""
