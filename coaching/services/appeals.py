"""A second look: asked for once by the colleague, taken by another reviewer, and final."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from coaching.choices.quality import AppealState, ReviewState
from coaching.models import Appeal, Review
from coaching.permissions import quality as permissions
from coaching.services.reviews import open_review
from coaching.services.telling import tell
from core.errors import TransitionNotAllowedError, UserFacingError


@transaction.atomic
def ask_again(*, review_id: int, reason: str, actor: User, now: datetime) -> Appeal:
    """Ask that somebody else look at the case again; possible once, for the person whom the review is about."""
    review = Review.objects.select_for_update(of=("self",)).select_related("subject").get(pk=review_id)
    if not permissions.may_ask_again(actor, review):
        raise PermissionDenied(f"Only {review.subject} can ask for another look at this review.")
    if review.state != ReviewState.FINISHED or review.calibration_id:
        raise TransitionNotAllowedError("Another look is possible once the review is finished.")
    if review.appeal_of_id:
        raise TransitionNotAllowedError("This is the second look, and it is final.")
    if Appeal.objects.filter(review=review).exists():
        raise TransitionNotAllowedError("You have asked for another look already. It is possible once.")
    if not reason.strip():
        raise UserFacingError("Enter what the reviewer should look at again.")
    return Appeal.objects.create(review=review, reason=reason.strip(), asked_at=now)


@transaction.atomic
def take_appeal(*, appeal_id: int, actor: User, now: datetime) -> Review:
    """Begin the second look: never the first reviewer, never the colleague, nobody with a part in the case."""
    appeal = (
        Appeal.objects.select_for_update(of=("self",))
        .select_related("review__case", "review__version")
        .get(pk=appeal_id)
    )
    review = appeal.review
    if actor.pk == review.reviewer_id:
        raise PermissionDenied("You made the first review, so somebody else must look again.")
    permissions.require_no_part(actor, review.case)
    if not permissions.may_take(actor, appeal):
        raise PermissionDenied("The review is about you, so somebody else must look again.")
    if appeal.state != AppealState.WAITING:
        raise TransitionNotAllowedError("Somebody is looking at this case again already.")
    second = open_review(review.case, review.version, reviewer=actor, now=now, appeal_of=review)
    appeal.second_review, appeal.state = second, AppealState.TAKEN
    appeal.save(update_fields=["second_review", "state"])
    return second


@transaction.atomic
def settle_appeal(*, second_review_id: int, now: datetime) -> Appeal:
    """Record what a finished second look came to, and tell the colleague and the first reviewer."""
    second = Review.objects.select_related("appeal_of__reviewer", "subject").get(pk=second_review_id)
    appeal = Appeal.objects.select_for_update().get(second_review=second)
    if second.state != ReviewState.FINISHED or appeal.state != AppealState.TAKEN or second.appeal_of is None:
        raise TransitionNotAllowedError("The second look is not finished, or its outcome is recorded already.")
    same = _result(second) == _result(second.appeal_of)
    appeal.state, appeal.decided_at = AppealState.STANDS if same else AppealState.CHANGED, now
    appeal.save(update_fields=["state", "decided_at"])
    text = f"Somebody has looked again at a quality review: {appeal.get_state_display().lower()}"
    for person in (second.subject, second.appeal_of.reviewer):
        tell(person, text=text, url=second.appeal_of.get_absolute_url(), key=f"appeal:{appeal.pk}", now=now)
    return appeal


def _result(review: Review) -> tuple[object, object, bool]:
    return review.quality, review.compliance, review.is_failed
