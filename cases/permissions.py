"""Who may do what to the shared part of a case file. The kinds add their own steps in their own `permissions`."""

from enum import StrEnum

from django.core.exceptions import PermissionDenied

from accounts.choices import Role
from accounts.models import User
from cases.models import Case


class CaseAction(StrEnum):
    """Words that follow "you cannot"."""

    LOG = "log a case"
    NOTE = "add an internal note"
    WRITE = "write to the customer"
    INVESTIGATE = "investigate"
    SEE_CONTACT_DETAILS = "see contact details"
    SEE_HISTORY = "see the history"
    ASSIGN = "assign the case"
    TAKE = "take the case"
    CHANGE_FACTS = "change the facts"
    CHANGE_PRIORITY = "change the priority"
    LOWER_PRIORITY = "lower the priority"
    RECLASSIFY = "change the type of the case"
    WAIVE_MANDATORY = "leave out a mandatory step"
    PAUSE = "pause a clock"
    NAME_COLLEAGUE = "say which colleague the complaint is about"
    CLEAR_COLLEAGUE = "say that the complaint is not about a colleague"
    RESTRICT = "restrict the case"
    BULK = "change many cases"
    PRINT_PACK = "print the case pack"
    EXPORT = "export cases"
    SEE_READS = "see who looked at personal data"
    SEE_METADATA = "see who did what to a case, without what was written"


OVERSIGHT = frozenset({CaseAction.SEE_READS, CaseAction.SEE_METADATA})


ROLE_ACTIONS: dict[Role, frozenset[CaseAction]] = {
    Role.AGENT: frozenset(
        {
            CaseAction.LOG,
            CaseAction.NOTE,
            CaseAction.WRITE,
            CaseAction.INVESTIGATE,
            CaseAction.SEE_CONTACT_DETAILS,
            CaseAction.SEE_HISTORY,
            CaseAction.TAKE,
            CaseAction.CHANGE_FACTS,
            CaseAction.CHANGE_PRIORITY,
            CaseAction.RECLASSIFY,
            CaseAction.NAME_COLLEAGUE,
            CaseAction.PRINT_PACK,
        }
    ),
    Role.TEAM_LEADER: frozenset(CaseAction) - OVERSIGHT,
    Role.MANAGER: frozenset(CaseAction) - OVERSIGHT,
    Role.ADMIN: frozenset({CaseAction.SEE_METADATA}),
    Role.DATA_PROTECTION: OVERSIGHT,
    Role.SYSTEM: frozenset(CaseAction),
}

OWN_CASES_ONLY: dict[Role, frozenset[CaseAction]] = {
    Role.AGENT: frozenset(
        {
            CaseAction.WRITE,
            CaseAction.INVESTIGATE,
            CaseAction.SEE_CONTACT_DETAILS,
            CaseAction.SEE_HISTORY,
            CaseAction.CHANGE_FACTS,
            CaseAction.CHANGE_PRIORITY,
            CaseAction.RECLASSIFY,
            CaseAction.NAME_COLLEAGUE,
            CaseAction.PRINT_PACK,
        }
    ),
}


def may(user: User, action: CaseAction) -> bool:
    """Return whether people in this role do `action` at all; for lists and buttons that name no case."""
    return action in ROLE_ACTIONS[Role(user.role)]


def permits(user: User, action: CaseAction, case: Case) -> bool:
    """Return whether `user` may do `action` to a case that they are known to see; asks no query."""
    if not may(user, action):
        return False
    own_only = action in OWN_CASES_ONLY.get(Role(user.role), frozenset())
    return not own_only or case.owner_id == user.pk


def can(user: User, action: CaseAction, case: Case) -> bool:
    """Return whether `user` may do `action` to `case`, whatever its status."""
    return permits(user, action, case) and Case.objects.visible_to(user).filter(pk=case.pk).exists()


def require_role(user: User, action: CaseAction) -> None:
    """Refuse, saying who can, unless people in this role do `action` at all."""
    if not may(user, action):
        roles = [
            role.label.lower() for role, actions in ROLE_ACTIONS.items() if action in actions and role != Role.SYSTEM
        ]
        raise PermissionDenied(f"You cannot {action}. That is for: {', '.join(roles)}.")


def require(user: User, action: CaseAction, case: Case) -> None:
    """Refuse, saying who can, unless `user` may do `action` to `case`."""
    require_permitted(user, action, case)
    if not Case.objects.visible_to(user).filter(pk=case.pk).exists():
        raise refusal(action, case)


def require_permitted(user: User, action: CaseAction, case: Case) -> None:
    """Refuse, saying who can, unless `user` may do `action` to a case that they are known to see; asks no query."""
    if not permits(user, action, case):
        raise refusal(action, case)


def refusal(action: CaseAction, case: Case) -> PermissionDenied:
    return PermissionDenied(f"You cannot {action} on {case}. {_who_can(action)}")


def _who_can(action: CaseAction) -> str:
    if Role.AGENT not in {role for role, actions in ROLE_ACTIONS.items() if action in actions}:
        return "A team leader of the case's team or a manager can."
    if action in OWN_CASES_ONLY[Role.AGENT]:
        return "The owner of the case, a team leader of its team or a manager can."
    return "The case's team and its managers can."
