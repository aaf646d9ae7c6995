"""Quality reviews: begun by somebody without a part in the case, and answered criterion by criterion."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from cases.models import Case
from coaching.choices.quality import FATAL_RATINGS, ReviewState
from coaching.models import Answer, Calibration, Criterion, Review, Sample, ScorecardVersion
from coaching.permissions import quality as permissions
from core.dates import local_day
from core.errors import TransitionNotAllowedError, UserFacingError


@dataclass(frozen=True)
class Judgement:
    """What was chosen and written for one criterion; both may be empty while the review is open."""

    rating: str = ""
    comment: str = ""


@transaction.atomic
def start_review(
    *, case_id: int, scorecard_id: int, actor: User, now: datetime, sample: Sample | None = None
) -> Review:
    """Begin to review a case by the edition of the scorecard that is in force today."""
    case = Case.objects.select_for_update(of=("self",)).get(pk=case_id)
    permissions.require_no_part(actor, case)
    version = version_in_force(scorecard_id, now=now)
    standing = Review.objects.first_looks().filter(case=case, version__scorecard_id=scorecard_id).first()
    if standing:
        if standing.reviewer_id == actor.pk:
            return standing
        raise UserFacingError(f"{standing.reviewer} has reviewed {case} by {version.scorecard} already.")
    return open_review(case, version, reviewer=actor, now=now, sample=sample)


def open_review(
    case: Case,
    version: ScorecardVersion,
    *,
    reviewer: User,
    now: datetime,
    sample: Sample | None = None,
    appeal_of: Review | None = None,
    calibration: Calibration | None = None,
) -> Review:
    """Write a review with an empty answer for each criterion. The subject of a second look is that of the first."""
    subject = appeal_of.subject if appeal_of else case.owner
    if subject is None:
        raise UserFacingError(f"Nobody owns {case}, so there is nobody to tell what the review finds.")
    review = Review.objects.create(
        case=case,
        version=version,
        subject=subject,
        reviewer=reviewer,
        sample=sample,
        appeal_of=appeal_of,
        calibration=calibration,
        started_at=now,
    )
    criteria = Criterion.objects.filter(section__version=version)
    Answer.objects.bulk_create(Answer(review=review, criterion=criterion) for criterion in criteria)
    return review


@transaction.atomic
def save_answers(
    *, review_id: int, judgements: Mapping[int, Judgement], summary: str, actor: User, now: datetime
) -> Review:
    """Keep what has been judged so far; nobody but the reviewer sees it."""
    review = locked(review_id, actor=actor)
    write_answers(review, judgements)
    review.summary = summary.strip()
    review.save(update_fields=["summary", "updated_at"])
    return review


def version_in_force(scorecard_id: int, *, now: datetime) -> ScorecardVersion:
    found = ScorecardVersion.objects.in_force(local_day(now)).filter(scorecard_id=scorecard_id)
    version = found.select_related("scorecard").first()
    if version is None:
        raise UserFacingError("This scorecard has no published edition in force today. An admin can publish one.")
    return version


def locked(review_id: int, *, actor: User) -> Review:
    """Return an open review of `actor`'s, locked; refuse where it is somebody else's, or finished."""
    review = (
        Review.objects.select_for_update(of=("self",)).select_related("version", "subject", "case").get(pk=review_id)
    )
    if review.reviewer_id != actor.pk:
        raise PermissionDenied(f"Only {review.reviewer} answers for this review.")
    if review.state != ReviewState.OPEN:
        raise TransitionNotAllowedError("This review is finished, so its answers stay as they are.")
    permissions.require_no_part(actor, review.case)
    return review


def write_answers(review: Review, judgements: Mapping[int, Judgement]) -> Sequence[Answer]:
    """Write the answers in the order of the scorecard; what is not of this scorecard is left out."""
    order = ("criterion__section__order", "criterion__order", "criterion_id")
    answers = list(review.answers.select_related("criterion").order_by(*order))
    for answer in answers:
        given = judgements.get(answer.criterion_id)
        if given is None:
            continue
        if given.rating and answer.criterion.is_fatal and given.rating not in FATAL_RATINGS:
            raise UserFacingError(f"“{answer.criterion}” is fatal, so it is met, not met or does not apply.")
        answer.rating, answer.comment = given.rating, given.comment.strip()
    Answer.objects.bulk_update(answers, ["rating", "comment"])
    return answers
