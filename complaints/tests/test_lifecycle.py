import pytest

from cases.choices import CaseStatus as Status
from complaints.choices import ComplaintAction as Action
from complaints.choices import Finding, Outcome
from complaints.lifecycle import next_status, outcome_of
from core.errors import TransitionNotAllowedError

ALLOWED = {
    (Status.LOGGED, Action.START): Status.INVESTIGATING,
    (Status.LOGGED, Action.ANSWER_POINTS): Status.LOGGED,
    (Status.LOGGED, Action.WITHDRAW): Status.WITHDRAWN,
    (Status.LOGGED, Action.SET_ASIDE): Status.CLOSED,
    (Status.INVESTIGATING, Action.ANSWER_POINTS): Status.INVESTIGATING,
    (Status.INVESTIGATING, Action.PROPOSE): Status.INVESTIGATING,
    (Status.INVESTIGATING, Action.SUBMIT): Status.AWAITING_SIGN_OFF,
    (Status.INVESTIGATING, Action.WITHDRAW): Status.WITHDRAWN,
    (Status.INVESTIGATING, Action.SET_ASIDE): Status.CLOSED,
    (Status.AWAITING_SIGN_OFF, Action.ANSWER_POINTS): Status.AWAITING_SIGN_OFF,
    (Status.AWAITING_SIGN_OFF, Action.PROPOSE): Status.AWAITING_SIGN_OFF,
    (Status.AWAITING_SIGN_OFF, Action.TAKE_BACK): Status.INVESTIGATING,
    (Status.AWAITING_SIGN_OFF, Action.APPROVE): Status.APPROVED,
    (Status.AWAITING_SIGN_OFF, Action.RETURN): Status.RETURNED,
    (Status.AWAITING_SIGN_OFF, Action.REFER): Status.AWAITING_SIGN_OFF,
    (Status.AWAITING_SIGN_OFF, Action.WITHDRAW): Status.WITHDRAWN,
    (Status.AWAITING_SIGN_OFF, Action.VOID): Status.INVESTIGATING,
    (Status.RETURNED, Action.ANSWER_POINTS): Status.RETURNED,
    (Status.RETURNED, Action.PROPOSE): Status.RETURNED,
    (Status.RETURNED, Action.SUBMIT): Status.AWAITING_SIGN_OFF,
    (Status.RETURNED, Action.WITHDRAW): Status.WITHDRAWN,
    (Status.APPROVED, Action.ANSWER_POINTS): Status.APPROVED,
    (Status.APPROVED, Action.PROPOSE): Status.APPROVED,
    (Status.APPROVED, Action.VOID): Status.INVESTIGATING,
    (Status.APPROVED, Action.SEND): Status.WITH_CUSTOMER,
    (Status.WITH_CUSTOMER, Action.CALL_OFF): Status.APPROVED,
    (Status.WITH_CUSTOMER, Action.CONFIRM): Status.CONFIRMED,
    (Status.WITH_CUSTOMER, Action.DISPUTE): Status.REOPENED,
    (Status.WITH_CUSTOMER, Action.FOLLOW_UP): Status.FOLLOW_UP,
    (Status.WITH_CUSTOMER, Action.REOPEN): Status.REOPENED,
    (Status.CONFIRMED, Action.DISPUTE): Status.REOPENED,
    (Status.CONFIRMED, Action.FOLLOW_UP): Status.FOLLOW_UP,
    (Status.CONFIRMED, Action.CLOSE): Status.CLOSED,
    (Status.CONFIRMED, Action.REOPEN): Status.REOPENED,
    (Status.FOLLOW_UP, Action.CONFIRM): Status.CONFIRMED,
    (Status.FOLLOW_UP, Action.DISPUTE): Status.REOPENED,
    (Status.FOLLOW_UP, Action.CLOSE): Status.CLOSED,
    (Status.FOLLOW_UP, Action.REOPEN): Status.REOPENED,
    (Status.CLOSED, Action.DISPUTE): Status.REOPENED,
    (Status.CLOSED, Action.REOPEN): Status.REOPENED,
    (Status.WITHDRAWN, Action.REOPEN): Status.REOPENED,
    (Status.REOPENED, Action.START): Status.INVESTIGATING,
    (Status.REOPENED, Action.ANSWER_POINTS): Status.REOPENED,
    (Status.REOPENED, Action.WITHDRAW): Status.WITHDRAWN,
    (Status.REOPENED, Action.SET_ASIDE): Status.CLOSED,
}


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("action", Action)
def test_every_pair_is_decided(status: Status, action: Action) -> None:
    expected = ALLOWED.get((status, action))

    if expected:
        assert next_status(status, action) == expected
    else:
        with pytest.raises(TransitionNotAllowedError, match="is not possible while the case is"):
            next_status(status, action)


U, P, N, X = Finding.UPHELD, Finding.PARTLY_UPHELD, Finding.NOT_UPHELD, Finding.UNDECIDED


@pytest.mark.parametrize(
    ("findings", "outcome"),
    [
        ([U], Outcome.UPHELD),
        ([U, U], Outcome.UPHELD),
        ([N, N], Outcome.NOT_UPHELD),
        ([U, N], Outcome.PARTLY_UPHELD),
        ([P], Outcome.PARTLY_UPHELD),
        ([U, P], Outcome.PARTLY_UPHELD),
        ([U, X], Outcome.UPHELD),
        ([X, X], Outcome.UNDECIDED),
        ([], Outcome.UNDECIDED),
    ],
)
def test_the_outcome_follows_from_the_findings(findings: list[Finding], outcome: Outcome) -> None:
    assert outcome_of(findings) == outcome
