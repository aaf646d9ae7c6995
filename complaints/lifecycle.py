"""Which step is possible in which status, and where it leads. Pure: no database, person or clock."""

from dataclasses import dataclass

from cases.choices import CaseStatus as Status
from complaints.choices import ComplaintAction as Action
from complaints.choices import Finding, Outcome
from core.errors import TransitionNotAllowedError


@dataclass(frozen=True)
class Transition:
    """`target=None` leaves the status as it is."""

    sources: frozenset[Status]
    target: Status | None


WORKING = frozenset({Status.LOGGED, Status.INVESTIGATING, Status.RETURNED, Status.REOPENED})
SUBMITTED = frozenset({Status.AWAITING_SIGN_OFF, Status.APPROVED})

TRANSITIONS: dict[Action, Transition] = {
    Action.START: Transition(frozenset({Status.LOGGED, Status.REOPENED}), Status.INVESTIGATING),
    Action.ANSWER_POINTS: Transition(WORKING | SUBMITTED, None),
    Action.PROPOSE: Transition(frozenset({Status.INVESTIGATING, Status.RETURNED}) | SUBMITTED, None),
    Action.SUBMIT: Transition(frozenset({Status.INVESTIGATING, Status.RETURNED}), Status.AWAITING_SIGN_OFF),
    Action.TAKE_BACK: Transition(frozenset({Status.AWAITING_SIGN_OFF}), Status.INVESTIGATING),
    Action.APPROVE: Transition(frozenset({Status.AWAITING_SIGN_OFF}), Status.APPROVED),
    Action.RETURN: Transition(frozenset({Status.AWAITING_SIGN_OFF}), Status.RETURNED),
    Action.REFER: Transition(frozenset({Status.AWAITING_SIGN_OFF}), None),
    Action.SEND: Transition(frozenset({Status.APPROVED}), Status.WITH_CUSTOMER),
    Action.CALL_OFF: Transition(frozenset({Status.WITH_CUSTOMER}), Status.APPROVED),
    Action.CONFIRM: Transition(frozenset({Status.WITH_CUSTOMER, Status.FOLLOW_UP}), Status.CONFIRMED),
    Action.DISPUTE: Transition(
        frozenset({Status.WITH_CUSTOMER, Status.CONFIRMED, Status.FOLLOW_UP, Status.CLOSED}), Status.REOPENED
    ),
    Action.FOLLOW_UP: Transition(frozenset({Status.WITH_CUSTOMER, Status.CONFIRMED}), Status.FOLLOW_UP),
    Action.CLOSE: Transition(frozenset({Status.CONFIRMED, Status.FOLLOW_UP}), Status.CLOSED),
    Action.REOPEN: Transition(
        frozenset({Status.WITH_CUSTOMER, Status.CONFIRMED, Status.FOLLOW_UP, Status.CLOSED, Status.WITHDRAWN}),
        Status.REOPENED,
    ),
    Action.WITHDRAW: Transition(WORKING | {Status.AWAITING_SIGN_OFF}, Status.WITHDRAWN),
    Action.SET_ASIDE: Transition(WORKING - {Status.RETURNED}, Status.CLOSED),
    Action.VOID: Transition(SUBMITTED, Status.INVESTIGATING),
}


def is_possible(status: Status, action: Action) -> bool:
    return status in TRANSITIONS[action].sources


def next_status(status: Status, action: Action) -> Status:
    """Return the status that `action` leads to, or refuse."""
    if not is_possible(status, action):
        raise TransitionNotAllowedError(f"{action.label} is not possible while the case is {status.label.lower()}.")
    return TRANSITIONS[action].target or status


def outcome_of(findings: list[Finding]) -> Outcome:
    """Return the outcome of the whole from the findings on its points.

    All the same: that one. Points that could not be decided do not count beside decided ones. Anything mixed is partly
    upheld.
    """
    decided = {finding for finding in findings if finding != Finding.UNDECIDED}
    if not decided:
        return Outcome.UNDECIDED
    return Outcome(decided.pop()) if len(decided) == 1 else Outcome.PARTLY_UPHELD
