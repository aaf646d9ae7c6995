"""Who looks again at triage decisions: a leader, but never whoever decided."""

from django.core.exceptions import PermissionDenied

from accounts.choices import Role
from accounts.models import User
from cases import permissions as case_permissions
from cases.permissions import CaseAction
from coaching.models import TriageReview
from core.errors import UserFacingError

REVIEWERS = frozenset({Role.TEAM_LEADER, Role.MANAGER})


def may_review(user: User) -> bool:
    return user.role in REVIEWERS


def require_reviewer(user: User) -> None:
    if not may_review(user):
        raise PermissionDenied("You cannot review triage decisions. Team leaders and managers can.")


def require_second_person(user: User, review: TriageReview) -> None:
    """Refuse whoever made the decision: nobody judges their own."""
    require_reviewer(user)
    if review.decision.decided_by_id == user.pk:
        raise UserFacingError("You made this decision, so somebody else must review it.")


def may_settle(user: User, review: TriageReview) -> bool:
    """Return whether `user` may answer the proposal: somebody who may change the type and did not propose it."""
    return review.reviewer_id != user.pk and case_permissions.can(user, CaseAction.RECLASSIFY, review.decision.case)


def require_settler(user: User, review: TriageReview) -> None:
    require_reviewer(user)
    if review.reviewer_id == user.pk:
        raise UserFacingError("You proposed this change, so somebody else must answer it.")
    case_permissions.require(user, CaseAction.RECLASSIFY, review.decision.case)
