"""Who may see and change accounts and teams."""

from enum import StrEnum

from django.core.exceptions import PermissionDenied

from accounts.choices import Role
from accounts.models import User


class PeopleAction(StrEnum):
    SEE = "see people and access"
    MANAGE = "change people and access"


ROLE_ACTIONS: dict[Role, frozenset[PeopleAction]] = {
    Role.AGENT: frozenset(),
    Role.TEAM_LEADER: frozenset({PeopleAction.SEE}),
    Role.MANAGER: frozenset({PeopleAction.SEE}),
    Role.ADMIN: frozenset(PeopleAction),
    Role.DATA_PROTECTION: frozenset({PeopleAction.SEE}),
    Role.SYSTEM: frozenset(PeopleAction),
}


def can(user: User, action: PeopleAction) -> bool:
    return action in ROLE_ACTIONS[Role(user.role)]


def require(user: User, action: PeopleAction) -> None:
    """Refuse, saying who can, unless `user` may do `action`."""
    if not can(user, action):
        raise PermissionDenied(f"You cannot {action}. An admin can.")


class MailAction(StrEnum):
    SEE = "see what was sent"
    CONTROL = "retry, stop or resume emails"


MAIL_ACTIONS: dict[Role, frozenset[MailAction]] = {
    Role.AGENT: frozenset(),
    Role.TEAM_LEADER: frozenset(),
    Role.MANAGER: frozenset({MailAction.SEE}),
    Role.ADMIN: frozenset(MailAction),
    Role.DATA_PROTECTION: frozenset(),
    Role.SYSTEM: frozenset(MailAction),
}


def may_mail(user: User, action: MailAction) -> bool:
    return action in MAIL_ACTIONS[Role(user.role)]


def require_mail(user: User, action: MailAction) -> None:
    """Refuse, saying who can, unless `user` may do `action`."""
    if not may_mail(user, action):
        able = "An admin or manager can." if action is MailAction.SEE else "An admin can."
        raise PermissionDenied(f"You cannot {action}. {able}")
