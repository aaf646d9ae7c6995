"""When each step of a best-practice article is possible, and where it leads. Pure: no database, person or clock."""

from coaching.choices.practice import PracticeAction as Action
from coaching.choices.practice import PracticeState as State
from core.errors import TransitionNotAllowedError

TRANSITIONS: dict[Action, tuple[frozenset[State], State | None]] = {
    Action.EDIT: (frozenset({State.DRAFT}), None),
    Action.SUBMIT: (frozenset({State.DRAFT}), State.IN_REVIEW),
    Action.RETURN: (frozenset({State.IN_REVIEW}), State.DRAFT),
    Action.PUBLISH: (frozenset({State.IN_REVIEW}), State.PUBLISHED),
    Action.CONFIRM: (frozenset({State.PUBLISHED}), None),
    Action.REVISE: (frozenset({State.PUBLISHED, State.RETIRED}), State.DRAFT),
    Action.RETIRE: (frozenset({State.DRAFT, State.IN_REVIEW, State.PUBLISHED}), State.RETIRED),
}


def is_possible(state: State, action: Action) -> bool:
    return state in TRANSITIONS[action][0]


def next_state(state: State, action: Action) -> State:
    """Return the state that `action` leads to, or refuse."""
    if not is_possible(state, action):
        raise TransitionNotAllowedError(f"“{action.label}” is not possible while the article is {WORDS[state]}.")
    return TRANSITIONS[action][1] or state


WORDS: dict[State, str] = {
    State.DRAFT: "a draft",
    State.IN_REVIEW: "in review",
    State.PUBLISHED: "published",
    State.RETIRED: "retired",
}
