"""Who may do what to an incident: agents raise and tell, leaders lead, a manager closes what was critical."""

from enum import StrEnum

from django.core.exceptions import PermissionDenied

from accounts.choices import Role
from accounts.models import User
from cases.models import Case
from policies.choices import Priority


class Right(StrEnum):
    """Words that follow "you cannot"."""

    SEE = "see incidents"
    RAISE = "raise an incident"
    WORK = "work on an incident"
    TELL = "send an update"
    HAND_OFF = "hand an incident off"
    RECOVER = "plan service recovery"
    AGREE_RECOVERY = "agree to what service recovery costs"
    LINK = "link the cases an incident caused"
    TELL_ALL = "write to all affected customers"
    DECLARE = "declare a major incident"
    LEAD = "lead an incident"
    CLOSE = "close an incident"
    CLOSE_CRITICAL = "close a critical or major incident"
    REOPEN = "reopen an incident"


ROLE_RIGHTS: dict[Role, frozenset[Right]] = {
    Role.AGENT: frozenset(
        {
            Right.SEE,
            Right.RAISE,
            Right.WORK,
            Right.TELL,
            Right.HAND_OFF,
            Right.RECOVER,
            Right.LINK,
            Right.CLOSE,
            Right.REOPEN,
        }
    ),
    Role.TEAM_LEADER: frozenset(Right) - {Right.CLOSE_CRITICAL},
    Role.MANAGER: frozenset(Right),
    Role.ADMIN: frozenset(),
    Role.DATA_PROTECTION: frozenset(),
    Role.SYSTEM: frozenset(Right),
}

OWN_INCIDENTS_ONLY: dict[Role, frozenset[Right]] = {
    Role.AGENT: frozenset({Right.WORK, Right.TELL, Right.HAND_OFF, Right.RECOVER, Right.LINK, Right.CLOSE}),
}


def may(user: User, right: Right) -> bool:
    """Return whether people in this role have `right` at all; for lists and buttons that name no incident."""
    return right in ROLE_RIGHTS[Role(user.role)]


def permits(user: User, right: Right, case: Case) -> bool:
    """Return whether `user` may do it to an incident that they are known to see; asks no query."""
    own_only = right in OWN_INCIDENTS_ONLY.get(Role(user.role), frozenset())
    return may(user, right) and (not own_only or case.owner_id == user.pk)


def can(user: User, right: Right, case: Case) -> bool:
    """Return whether `user` may do it to this incident, whatever its status."""
    return permits(user, right, case) and Case.objects.visible_to(user).filter(pk=case.pk).exists()


def require(user: User, right: Right, case: Case) -> None:
    """Refuse, saying who can, unless `user` may do it to this incident."""
    if not can(user, right, case):
        raise PermissionDenied(refusal(right, case))


def require_role(user: User, right: Right) -> None:
    if not may(user, right):
        raise PermissionDenied(f"You cannot {right}. The people who handle cases can.")


def refusal(right: Right, case: Case) -> str:
    if Role.TEAM_LEADER not in {role for role, rights in ROLE_RIGHTS.items() if right in rights}:
        return f"You cannot {right}: {case}. A manager can."
    if right in ROLE_RIGHTS[Role.AGENT]:
        return f"You cannot {right}: {case}. Its owner, a team leader of its team or a manager can."
    return f"You cannot {right}: {case}. A team leader of its team or a manager can."


def right_to_close(case: Case, *, is_major: bool) -> Right:
    """Return which right closing needs: a critical or major incident is closed by a manager, after review."""
    return Right.CLOSE_CRITICAL if is_major or case.priority == Priority.P1 else Right.CLOSE
