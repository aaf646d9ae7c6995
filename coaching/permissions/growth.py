"""Who praises whom, and whose a development goal is."""

from enum import StrEnum

from django.core.exceptions import PermissionDenied

from accounts.choices import Role
from accounts.models import User
from coaching.models import DevelopmentGoal


class Right(StrEnum):
    """Words that follow "you cannot"."""

    SEE = "see recognition and goals"
    PRAISE = "praise a colleague"
    HAVE_GOALS = "keep development goals"


ROLE_RIGHTS: dict[Role, frozenset[Right]] = {
    Role.AGENT: frozenset(Right),
    Role.TEAM_LEADER: frozenset(Right),
    Role.MANAGER: frozenset({Right.PRAISE}),
    Role.ADMIN: frozenset(),
    Role.DATA_PROTECTION: frozenset(),
    Role.SYSTEM: frozenset(),
}


def may(user: User, right: Right) -> bool:
    """Return whether people in this role have `right` at all."""
    return right in ROLE_RIGHTS[Role(user.role)]


def require(user: User, right: Right) -> None:
    if not may(user, right):
        raise PermissionDenied(f"You cannot {right}. The people who handle cases can.")


def require_owner(user: User, goal: DevelopmentGoal) -> None:
    """Refuse everybody but the person whose goal it is."""
    if goal.owner_id != user.pk:
        raise PermissionDenied(f"This goal belongs to {goal.owner}, who alone can change it. You can add a word to it.")
