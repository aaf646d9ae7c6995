"""Who may change how deadlines are worked out. Reading what is in force is open to every colleague."""

from enum import StrEnum

from django.core.exceptions import PermissionDenied

from accounts.choices import Role
from accounts.models import User


class SlaAction(StrEnum):
    EDIT = "change targets and calendars"
    PUBLISH = "publish targets and calendars"


ROLE_ACTIONS: dict[Role, frozenset[SlaAction]] = {
    Role.AGENT: frozenset(),
    Role.TEAM_LEADER: frozenset(),
    Role.MANAGER: frozenset({SlaAction.PUBLISH}),
    Role.ADMIN: frozenset(SlaAction),
    Role.DATA_PROTECTION: frozenset(),
    Role.SYSTEM: frozenset(SlaAction),
}


def may(user: User, action: SlaAction) -> bool:
    return action in ROLE_ACTIONS[Role(user.role)]


def require(user: User, action: SlaAction) -> None:
    """Refuse with a sentence that says who can."""
    if not may(user, action):
        able = "An admin can." if action is SlaAction.EDIT else "An admin or manager can."
        raise PermissionDenied(f"Your role may not {action}. {able}")
