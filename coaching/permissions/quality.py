"""Who measures quality, and who must stay away from which case."""

from enum import StrEnum

from django.core.exceptions import PermissionDenied
from django.db.models import Q

from accounts.choices import Role
from accounts.models import User
from cases.models import Approval, ApprovalDecision, Case
from cases.querysets import CaseQuerySet
from coaching.models import Appeal, Review, Sample
from complaints.models import FormerOwner
from core.errors import UserFacingError


class QualityRight(StrEnum):
    """Words that follow "you cannot"."""

    SEE = "see quality reviews"
    READ_SCORECARDS = "read scorecards"
    EDIT_SCORECARDS = "change scorecards"
    REVIEW = "review quality"
    SAMPLE = "draw a sample"
    CALIBRATE = "set up a calibration"


CASEWORK = frozenset({QualityRight.SEE, QualityRight.READ_SCORECARDS})
ROLE_RIGHTS: dict[Role, frozenset[QualityRight]] = {
    Role.AGENT: CASEWORK,
    Role.TEAM_LEADER: CASEWORK,
    Role.MANAGER: CASEWORK | {QualityRight.REVIEW, QualityRight.SAMPLE, QualityRight.CALIBRATE},
    Role.ADMIN: frozenset({QualityRight.READ_SCORECARDS, QualityRight.EDIT_SCORECARDS}),
    Role.DATA_PROTECTION: frozenset(),
    Role.SYSTEM: frozenset(QualityRight),
}
REVIEWERS_RIGHTS: dict[Role, frozenset[QualityRight]] = {
    Role.AGENT: frozenset({QualityRight.REVIEW}),
    Role.TEAM_LEADER: frozenset({QualityRight.REVIEW}),
}
WHO_CAN = {
    QualityRight.EDIT_SCORECARDS: "An admin can.",
    QualityRight.REVIEW: "Managers can, and colleagues whom an admin has made reviewers.",
    QualityRight.SAMPLE: "A manager can.",
    QualityRight.CALIBRATE: "A manager can.",
}


def may(user: User, right: QualityRight) -> bool:
    """Return whether the person has `right` at all: by role, or because they are a reviewer."""
    role = Role(user.role)
    return right in ROLE_RIGHTS[role] or (user.is_reviewer and right in REVIEWERS_RIGHTS.get(role, frozenset()))


def require(user: User, right: QualityRight) -> None:
    """Refuse, saying who can, unless the person has `right`."""
    if not may(user, right):
        who = WHO_CAN.get(right, "People who work on cases can.")
        raise PermissionDenied(f"You cannot {right}. {who}")


def without_part_of(cases: CaseQuerySet, user: User) -> CaseQuerySet:
    """Leave out the cases that `user` owns or owned, asked sign-off for or decided on: nobody judges their own work."""
    owned = FormerOwner.objects.filter(person=user).values("case_id")
    proposed = Approval.objects.filter(requested_by=user).values("case_id")
    decided = ApprovalDecision.objects.filter(decided_by=user).values("approval__case_id")
    return cases.exclude(Q(owner=user) | Q(pk__in=owned) | Q(pk__in=proposed) | Q(pk__in=decided))


def reviewable(user: User) -> CaseQuerySet:
    """Return the cases that `user` may judge: they see them, had no part in them, and somebody owns them."""
    if not may(user, QualityRight.REVIEW):
        return Case.objects.none()
    return without_part_of(Case.objects.visible_to(user), user).exclude(owner=None)


def require_no_part(user: User, case: Case) -> None:
    """Refuse whoever had a part in the case, and say which."""
    require(user, QualityRight.REVIEW)
    if case.owner_id is None:
        raise UserFacingError(f"Nobody owns {case}, so there is nobody to tell what the review finds.")
    if case.owner_id == user.pk:
        raise UserFacingError(f"{case} is your own case, so somebody else must review it.")
    if not reviewable(user).filter(pk=case.pk).exists():
        raise UserFacingError(f"You had a part in {case}, so somebody else must review it.")


def may_hand_on(user: User, sample: Sample) -> bool:
    """Return whether `user` may give the sample to another reviewer: whoever holds it, and those who draw samples."""
    return user.pk == sample.held_by_id or may(user, QualityRight.SAMPLE)


def may_ask_again(user: User, review: Review) -> bool:
    """Return whether the result is `user`'s to question; whether it still can be is the service's question."""
    return review.subject_id == user.pk


def may_take(user: User, appeal: Appeal) -> bool:
    """Return whether `user` may be the second pair of eyes: a reviewer, but not the first one nor the colleague."""
    review = appeal.review
    if user.pk in {review.reviewer_id, review.subject_id}:
        return False
    return reviewable(user).filter(pk=review.case_id).exists()
