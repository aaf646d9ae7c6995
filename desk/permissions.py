"""What people may do on the screens that span every kind of case; the case's own rights are in `cases.permissions`."""

from enum import StrEnum

from accounts.choices import Role
from accounts.models import User


class DeskAction(StrEnum):
    BACKDATE = "log a case as received earlier"
    SHARE_VIEW = "share a view with a team"


ROLE_ACTIONS: dict[Role, frozenset[DeskAction]] = {
    Role.AGENT: frozenset(),
    Role.TEAM_LEADER: frozenset(DeskAction),
    Role.MANAGER: frozenset(DeskAction),
    Role.ADMIN: frozenset(),
    Role.DATA_PROTECTION: frozenset(),
    Role.SYSTEM: frozenset(),
}


def may(user: User, action: DeskAction) -> bool:
    return action in ROLE_ACTIONS[Role(user.role)]
