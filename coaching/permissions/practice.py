"""Who reads the best-practice library, who writes for it, and who publishes."""

from enum import StrEnum

from django.core.exceptions import PermissionDenied

from accounts.choices import Role
from accounts.models import User
from coaching.choices.practice import PracticeAction as Action
from coaching.models import Practice


class PracticeRight(StrEnum):
    """Words that follow "you cannot"."""

    READ = "read the library"
    DRAFT = "write for the library"
    PUBLISH = "publish in the library"
    RETIRE = "retire an article"


DRAFTING = frozenset({PracticeRight.READ, PracticeRight.DRAFT})
ROLE_RIGHTS: dict[Role, frozenset[PracticeRight]] = {
    Role.AGENT: DRAFTING,
    Role.TEAM_LEADER: DRAFTING | {PracticeRight.PUBLISH},
    Role.MANAGER: frozenset(PracticeRight),
    Role.ADMIN: frozenset({PracticeRight.READ}),
    Role.DATA_PROTECTION: frozenset({PracticeRight.READ}),
    Role.SYSTEM: frozenset(PracticeRight),
}
WHO_CAN = {
    PracticeRight.DRAFT: "People who work on cases can.",
    PracticeRight.PUBLISH: "A team leader or a manager can.",
    PracticeRight.RETIRE: "A manager can.",
}
WRITERS_STEPS = frozenset({Action.EDIT, Action.SUBMIT})
PUBLISHERS_STEPS = frozenset({Action.RETURN, Action.PUBLISH, Action.CONFIRM, Action.REVISE})


def may(user: User, right: PracticeRight) -> bool:
    """Return whether people in this role have `right` at all."""
    return right in ROLE_RIGHTS[Role(user.role)]


def require(user: User, right: PracticeRight) -> None:
    """Refuse, saying who can, unless people in this role have `right`."""
    if not may(user, right):
        raise PermissionDenied(f"You cannot {right}. {WHO_CAN.get(right, 'Everybody who signs in can.')}")


def can_take(user: User, step: Action, practice: Practice) -> bool:
    """Return whether the step is `user`'s, whatever the state. Nobody publishes what they wrote."""
    its_own = user.pk in {practice.written_by_id, practice.owner_id}
    if step in WRITERS_STEPS:
        return may(user, PracticeRight.DRAFT) and its_own
    if step == Action.PUBLISH:
        return may(user, PracticeRight.PUBLISH) and practice.written_by_id != user.pk
    if step in PUBLISHERS_STEPS:
        return may(user, PracticeRight.PUBLISH) or (step != Action.RETURN and its_own)
    return may(user, PracticeRight.RETIRE) or (its_own and practice.published_at is None)


def require_step(user: User, step: Action, practice: Practice) -> None:
    """Refuse, saying whose step it is, unless it is `user`'s."""
    if can_take(user, step, practice):
        return
    if step == Action.PUBLISH and practice.written_by_id == user.pk:
        raise PermissionDenied("You wrote this article, so another team leader or a manager must publish it.")
    if step in WRITERS_STEPS:
        raise PermissionDenied(f"“{step.label}” is for whoever wrote the article or owns it: {practice.owner}.")
    right = PracticeRight.RETIRE if step == Action.RETIRE else PracticeRight.PUBLISH
    raise PermissionDenied(f"You cannot {right}. {WHO_CAN[right]}")
