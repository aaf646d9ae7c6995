import pytest

from cases.choices import CaseStatus
from core.errors import TransitionNotAllowedError
from incidents.choices import IncidentAction
from incidents.lifecycle import next_status, possible

ALLOWED = {
    (CaseStatus.LOGGED, IncidentAction.ASSESS): CaseStatus.ASSESSED,
    (CaseStatus.REOPENED, IncidentAction.ASSESS): CaseStatus.ASSESSED,
    (CaseStatus.ASSESSED, IncidentAction.START): CaseStatus.IN_PROGRESS,
    (CaseStatus.REOPENED, IncidentAction.START): CaseStatus.IN_PROGRESS,
    (CaseStatus.IN_PROGRESS, IncidentAction.WAIT): CaseStatus.WAITING,
    (CaseStatus.WAITING, IncidentAction.RESUME): CaseStatus.IN_PROGRESS,
    (CaseStatus.IN_PROGRESS, IncidentAction.RESOLVE): CaseStatus.RESOLVED,
    (CaseStatus.WAITING, IncidentAction.RESOLVE): CaseStatus.RESOLVED,
    (CaseStatus.RESOLVED, IncidentAction.FOLLOW_UP): CaseStatus.FOLLOW_UP,
    (CaseStatus.RESOLVED, IncidentAction.CLOSE): CaseStatus.CLOSED,
    (CaseStatus.FOLLOW_UP, IncidentAction.CLOSE): CaseStatus.CLOSED,
    (CaseStatus.RESOLVED, IncidentAction.REOPEN): CaseStatus.REOPENED,
    (CaseStatus.FOLLOW_UP, IncidentAction.REOPEN): CaseStatus.REOPENED,
    (CaseStatus.CLOSED, IncidentAction.REOPEN): CaseStatus.REOPENED,
}


@pytest.mark.parametrize("status", CaseStatus)
@pytest.mark.parametrize("action", IncidentAction)
def test_every_pair_is_decided(status: CaseStatus, action: IncidentAction) -> None:
    expected = ALLOWED.get((status, action))
    if expected:
        assert next_status(status, action) == expected
    else:
        with pytest.raises(TransitionNotAllowedError, match="is not possible while"):
            next_status(status, action)


@pytest.mark.parametrize("status", CaseStatus)
def test_what_is_offered_is_what_is_possible(status: CaseStatus) -> None:
    assert set(possible(status)) == {action for known, action in ALLOWED if known == status}
