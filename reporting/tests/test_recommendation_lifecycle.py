import pytest

from core.errors import TransitionNotAllowedError
from reporting.choices import RecommendationAction as Action
from reporting.choices import RecommendationState as State
from reporting.lifecycle import STAGES, next_state

ALLOWED = {
    (State.DRAFT, Action.EDIT): State.DRAFT,
    (State.DRAFT, Action.SUBMIT): State.SUBMITTED,
    (State.SUBMITTED, Action.ACCEPT): State.ACCEPTED,
    (State.SUBMITTED, Action.RETURN): State.DRAFT,
    (State.SUBMITTED, Action.DECLINE): State.DECLINED,
    (State.ACCEPTED, Action.LOG): State.ACCEPTED,
    (State.ACCEPTED, Action.CHECK): State.CHECKING,
    (State.ACCEPTED, Action.DROP): State.DROPPED,
    (State.CHECKING, Action.LOG): State.CHECKING,
    (State.CHECKING, Action.ADOPT): State.ADOPTED,
    (State.CHECKING, Action.ADJUST): State.ADJUSTED,
    (State.CHECKING, Action.DROP): State.DROPPED,
}


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("action", Action)
def test_every_pair_is_decided(state: State, action: Action) -> None:
    expected = ALLOWED.get((state, action))
    if expected:
        assert next_state(state, action) == expected
    else:
        with pytest.raises(TransitionNotAllowedError, match="is not possible while the recommendation is"):
            next_state(state, action)


def test_every_state_has_a_column() -> None:
    assert set(STAGES) == set(State)
