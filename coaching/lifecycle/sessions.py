"""When each step of a coaching note is possible, and where it leads. Pure: no database, person or clock."""

from collections.abc import Mapping
from typing import Final

from coaching.choices.sessions import SessionAction as Action
from coaching.choices.sessions import SessionState as State
from core.errors import TransitionNotAllowedError

# The leader's change to an answered note is to be read anew; it does not settle a dispute.
TRANSITIONS: Final[dict[Action, Mapping[State, State]]] = {
    Action.EDIT: {
        State.DRAFT: State.DRAFT,
        State.SHARED: State.SHARED,
        State.RESPONDED: State.SHARED,
        State.DISPUTED: State.DISPUTED,
    },
    Action.SHARE: {State.DRAFT: State.SHARED},
    Action.DISCARD: {State.DRAFT: State.DRAFT},
    Action.ACKNOWLEDGE: {State.SHARED: State.ACKNOWLEDGED},
    Action.RESPOND: {
        State.SHARED: State.RESPONDED,
        State.ACKNOWLEDGED: State.RESPONDED,
        State.RESPONDED: State.RESPONDED,
        State.DISPUTED: State.DISPUTED,
    },
    Action.DISPUTE: {
        State.SHARED: State.DISPUTED,
        State.ACKNOWLEDGED: State.DISPUTED,
        State.RESPONDED: State.DISPUTED,
    },
    Action.REPLY: {state: state for state in (State.ACKNOWLEDGED, State.RESPONDED, State.DISPUTED)},
    Action.RESOLVE: {State.ACKNOWLEDGED: State.RESOLVED, State.RESPONDED: State.RESOLVED},
    Action.SETTLE: {State.DISPUTED: State.RESOLVED},
    Action.HAND_ON: {state: state for state in State if state != State.DRAFT},
}

IN_WORDS: Final[dict[State, str]] = {
    State.DRAFT: "a draft",
    State.SHARED: "waiting to be read",
    State.ACKNOWLEDGED: "read",
    State.RESPONDED: "answered",
    State.DISPUTED: "disputed",
    State.RESOLVED: "finished",
}


def is_possible(state: State, action: Action) -> bool:
    return state in TRANSITIONS[action]


def next_state(state: State, action: Action) -> State:
    """Return the state that `action` leads to, or refuse."""
    if not is_possible(state, action):
        raise TransitionNotAllowedError(
            f"“{action.label}” is not possible while the coaching note is {IN_WORDS[state]}."
        )
    return TRANSITIONS[action][state]
