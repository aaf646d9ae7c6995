"""Which step of a recommendation is possible when, and where it leads. Pure: no database, person or clock."""

from dataclasses import dataclass

from core.errors import TransitionNotAllowedError
from reporting.choices import RecommendationAction as Action
from reporting.choices import RecommendationState as State
from reporting.choices import Stage


@dataclass(frozen=True)
class Transition:
    """`target=None` leaves the state as it is."""

    sources: frozenset[State]
    target: State | None


TRANSITIONS: dict[Action, Transition] = {
    Action.EDIT: Transition(frozenset({State.DRAFT}), None),
    Action.SUBMIT: Transition(frozenset({State.DRAFT}), State.SUBMITTED),
    Action.ACCEPT: Transition(frozenset({State.SUBMITTED}), State.ACCEPTED),
    Action.RETURN: Transition(frozenset({State.SUBMITTED}), State.DRAFT),
    Action.DECLINE: Transition(frozenset({State.SUBMITTED}), State.DECLINED),
    Action.LOG: Transition(frozenset({State.ACCEPTED, State.CHECKING}), None),
    Action.CHECK: Transition(frozenset({State.ACCEPTED}), State.CHECKING),
    Action.ADOPT: Transition(frozenset({State.CHECKING}), State.ADOPTED),
    Action.ADJUST: Transition(frozenset({State.CHECKING}), State.ADJUSTED),
    Action.DROP: Transition(frozenset({State.ACCEPTED, State.CHECKING}), State.DROPPED),
}

STAGES: dict[State, Stage] = {
    State.DRAFT: Stage.PLAN,
    State.SUBMITTED: Stage.PLAN,
    State.ACCEPTED: Stage.DO,
    State.CHECKING: Stage.CHECK,
    State.ADOPTED: Stage.ACT,
    State.ADJUSTED: Stage.ACT,
    State.DROPPED: Stage.ACT,
    State.DECLINED: Stage.ACT,
}

ACCEPTED = frozenset({State.ACCEPTED, State.CHECKING, State.ADOPTED, State.ADJUSTED, State.DROPPED})
FINISHED = frozenset({State.ADOPTED, State.ADJUSTED, State.DROPPED, State.DECLINED})


def is_possible(state: State, action: Action) -> bool:
    return state in TRANSITIONS[action].sources


def next_state(state: State, action: Action) -> State:
    """Return the state that `action` leads to, or refuse."""
    if not is_possible(state, action):
        raise TransitionNotAllowedError(
            f"{action.label} is not possible while the recommendation is {state.label.lower()}."
        )
    return TRANSITIONS[action].target or state
