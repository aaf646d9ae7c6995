"""Every pair of state and step is decided, and decided as written out here."""

import pytest

from accounts.choices import Role
from coaching.choices.sessions import SessionAction as Action
from coaching.choices.sessions import SessionState as State
from coaching.lifecycle.sessions import next_state
from coaching.permissions.sessions import ROLE_RIGHTS
from core.errors import TransitionNotAllowedError

ALLOWED = {
    (State.DRAFT, Action.EDIT): State.DRAFT,
    (State.DRAFT, Action.SHARE): State.SHARED,
    (State.DRAFT, Action.DISCARD): State.DRAFT,
    (State.SHARED, Action.EDIT): State.SHARED,
    (State.SHARED, Action.ACKNOWLEDGE): State.ACKNOWLEDGED,
    (State.SHARED, Action.RESPOND): State.RESPONDED,
    (State.SHARED, Action.DISPUTE): State.DISPUTED,
    (State.SHARED, Action.HAND_ON): State.SHARED,
    (State.ACKNOWLEDGED, Action.RESPOND): State.RESPONDED,
    (State.ACKNOWLEDGED, Action.DISPUTE): State.DISPUTED,
    (State.ACKNOWLEDGED, Action.REPLY): State.ACKNOWLEDGED,
    (State.ACKNOWLEDGED, Action.RESOLVE): State.RESOLVED,
    (State.ACKNOWLEDGED, Action.HAND_ON): State.ACKNOWLEDGED,
    (State.RESPONDED, Action.EDIT): State.SHARED,
    (State.RESPONDED, Action.RESPOND): State.RESPONDED,
    (State.RESPONDED, Action.DISPUTE): State.DISPUTED,
    (State.RESPONDED, Action.REPLY): State.RESPONDED,
    (State.RESPONDED, Action.RESOLVE): State.RESOLVED,
    (State.RESPONDED, Action.HAND_ON): State.RESPONDED,
    (State.DISPUTED, Action.EDIT): State.DISPUTED,
    (State.DISPUTED, Action.RESPOND): State.DISPUTED,
    (State.DISPUTED, Action.REPLY): State.DISPUTED,
    (State.DISPUTED, Action.SETTLE): State.RESOLVED,
    (State.DISPUTED, Action.HAND_ON): State.DISPUTED,
    (State.RESOLVED, Action.HAND_ON): State.RESOLVED,
}


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("action", Action)
def test_every_pair_is_decided(state: State, action: Action) -> None:
    if expected := ALLOWED.get((state, action)):
        assert next_state(state, action) == expected
    else:
        with pytest.raises(TransitionNotAllowedError, match="is not possible while the coaching note is"):
            next_state(state, action)


def test_every_role_is_in_the_table() -> None:
    assert set(ROLE_RIGHTS) == set(Role)
