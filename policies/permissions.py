"""Who may read, change and publish what the organisation has decided."""

from enum import StrEnum

from django.core.exceptions import PermissionDenied

from accounts.choices import Role
from accounts.models import User
from policies.models import PolicyVersion, TriageTree


class PolicyAction(StrEnum):
    """Words that follow "you cannot"."""

    READ = "read policies"
    EDIT = "change policies and rules"
    PUBLISH = "publish a policy"


ROLE_ACTIONS: dict[Role, frozenset[PolicyAction]] = {
    Role.AGENT: frozenset({PolicyAction.READ}),
    Role.TEAM_LEADER: frozenset({PolicyAction.READ}),
    Role.MANAGER: frozenset({PolicyAction.READ, PolicyAction.PUBLISH}),
    Role.ADMIN: frozenset(PolicyAction),
    Role.DATA_PROTECTION: frozenset({PolicyAction.READ}),
    Role.SYSTEM: frozenset(PolicyAction),
}


def can(user: User, action: PolicyAction) -> bool:
    return action in ROLE_ACTIONS[Role(user.role)]


def require(user: User, action: PolicyAction) -> None:
    """Refuse, saying who can, unless `user` may do `action`."""
    if not can(user, action):
        who = "A manager or an admin" if action == PolicyAction.PUBLISH else "An admin"
        raise PermissionDenied(f"You cannot {action}. {who} can.")


def can_publish(user: User, version: PolicyVersion | TriageTree) -> bool:
    """Return whether `user` may be the second person: never whoever wrote the words."""
    return can(user, PolicyAction.PUBLISH) and version.written_by_id != user.pk


def require_second_person(user: User, version: PolicyVersion | TriageTree) -> None:
    require(user, PolicyAction.PUBLISH)
    if not can_publish(user, version):
        raise PermissionDenied("You wrote this version, so someone else must publish it: a manager or another admin.")
