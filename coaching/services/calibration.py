"""Two reviewers score one case without seeing each other's answers."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from accounts.models import User
from cases.models import Case
from coaching.choices.quality import ReviewState
from coaching.models import Calibration, Review
from coaching.permissions import quality as permissions
from coaching.permissions.quality import QualityRight
from coaching.services.reviews import open_review, version_in_force
from coaching.services.telling import tell
from core.errors import UserFacingError


@transaction.atomic
def set_up_calibration(
    *, case_id: int, scorecard_id: int, reviewers: Sequence[User], actor: User, now: datetime
) -> Calibration:
    """Ask two people to score the same case; both must be free to judge it."""
    permissions.require(actor, QualityRight.CALIBRATE)
    case = Case.objects.visible_to(actor).get(pk=case_id)
    if len({person.pk for person in reviewers}) != len(reviewers) or len(reviewers) != 2:
        raise UserFacingError("Choose two different reviewers.")
    for person in reviewers:
        if case.owner_id == person.pk or not permissions.reviewable(person).filter(pk=case.pk).exists():
            raise UserFacingError(f"{person} cannot review {case}. Choose somebody who sees it and had no part in it.")
    version = version_in_force(scorecard_id, now=now)
    made = Calibration.objects.create(case=case, version=version, set_up_by=actor, set_up_at=now)
    for person in reviewers:
        review = open_review(case, version, reviewer=person, now=now, calibration=made)
        if person != actor:
            text = "You are asked to score a case for calibration"
            tell(person, text=text, url=review.get_absolute_url(), key=f"calibration:{made.pk}", now=now)
    return made


@transaction.atomic
def close_calibration(*, calibration_id: int, now: datetime) -> Calibration:
    """Open the comparison once both have finished; until then it stays blind."""
    made = Calibration.objects.select_for_update().get(pk=calibration_id)
    still_open = Review.objects.filter(calibration=made).exclude(state=ReviewState.FINISHED).exists()
    if not still_open and made.finished_at is None:
        made.finished_at = now
        made.save(update_fields=["finished_at"])
        people = [review.reviewer for review in made.reviews.select_related("reviewer")]
        for person in people:
            text = "Both of you have finished a calibration, and can compare"
            tell(person, text=text, url=made.get_absolute_url(), key=f"calibrated:{made.pk}", now=now)
    return made
