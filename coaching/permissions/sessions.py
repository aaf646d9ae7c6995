"""Whose steps a coaching note has: the leader writes, the colleague answers, a manager counts."""

from enum import StrEnum

from django.core.exceptions import PermissionDenied

from accounts.choices import Role
from accounts.models import User
from coaching.choices.sessions import SessionAction as Action
from coaching.models import CoachingSession


class Right(StrEnum):
    """Words that follow "you cannot"."""

    SEE_OWN = "see coaching notes"
    WRITE = "write a coaching note"
    COUNT = "see how many coaching notes there are"


ROLE_RIGHTS: dict[Role, frozenset[Right]] = {
    Role.AGENT: frozenset({Right.SEE_OWN}),
    Role.TEAM_LEADER: frozenset({Right.SEE_OWN, Right.WRITE}),
    Role.MANAGER: frozenset({Right.COUNT}),
    Role.ADMIN: frozenset(),
    Role.DATA_PROTECTION: frozenset(),
    Role.SYSTEM: frozenset(),
}

LEADERS_STEPS = frozenset({Action.EDIT, Action.SHARE, Action.DISCARD, Action.REPLY, Action.RESOLVE})


def may(user: User, right: Right) -> bool:
    """Return whether people in this role have `right` at all."""
    return right in ROLE_RIGHTS[Role(user.role)]


def require(user: User, right: Right) -> None:
    """Refuse, saying who can, unless people in this role have `right`."""
    if not may(user, right):
        who = "A manager can." if right == Right.COUNT else "A team leader can, about colleagues in a team they lead."
        raise PermissionDenied(f"You cannot {right}. {who}")


def leads(user: User, colleague: User) -> bool:
    """Return whether `user` leads the team that `colleague` is in now."""
    return (
        may(user, Right.WRITE)
        and colleague.team_id is not None
        and user.led_teams.filter(pk=colleague.team_id).exists()
    )


def require_leading(user: User, colleague: User) -> None:
    """Refuse a note to oneself, and about somebody that `user` does not lead."""
    require(user, Right.WRITE)
    if user.pk == colleague.pk:
        raise PermissionDenied("You cannot write a coaching note to yourself. Somebody who leads your team can.")
    if not leads(user, colleague):
        raise PermissionDenied(
            f"You do not lead the team that {colleague} is in, so you cannot write them a coaching note. "
            "A leader of that team can."
        )


def is_step_of(user: User, step: Action, session: CoachingSession) -> bool:
    """Return whether the step is `user`'s, whatever the state of a note that they are known to see."""
    return user.pk == (session.leader_id if step in LEADERS_STEPS else session.colleague_id)


def require_step(user: User, step: Action, session: CoachingSession) -> None:
    """Refuse, saying whose step it is, unless it is `user`'s and they may still see the note."""
    seen = CoachingSession.objects.visible_to(user).filter(pk=session.pk).exists()
    if not seen or not is_step_of(user, step, session):
        whose = session.leader if step in LEADERS_STEPS else session.colleague
        raise PermissionDenied(f"“{step.label}” is for {whose} alone.")
