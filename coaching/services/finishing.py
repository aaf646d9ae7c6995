"""The end of a review: scored once every criterion is answered, told, and never changed again."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from accounts.models import User
from coaching.arithmetic.scoring import Line, score
from coaching.choices.quality import SHARES, Rating, ReviewState
from coaching.models import Answer, Review
from coaching.services.appeals import settle_appeal
from coaching.services.calibration import close_calibration
from coaching.services.reviews import Judgement, locked, write_answers
from coaching.services.telling import tell
from core.errors import UserFacingError


class UnansweredError(UserFacingError):
    """The review cannot be finished; `problems` says why for each criterion, by its id."""

    def __init__(self, text: str, problems: Mapping[int, str]) -> None:
        super().__init__(text)
        self.problems = problems


@transaction.atomic
def finish_review(
    *, review_id: int, judgements: Mapping[int, Judgement], summary: str, actor: User, now: datetime
) -> Review:
    """Score the answers once all are there, and tell the colleague; from then on nothing of the review changes."""
    review = locked(review_id, actor=actor)
    answers = write_answers(review, judgements)
    _check_complete(answers)
    result = score([_line(answer) for answer in answers])
    review.summary, review.state, review.finished_at = summary.strip(), ReviewState.FINISHED, now
    review.quality, review.compliance, review.is_failed = result.quality, result.compliance, result.is_failed
    review.save(update_fields=["summary", "state", "finished_at", "quality", "compliance", "is_failed", "updated_at"])
    _announce(review, now=now)
    return review


def _announce(review: Review, *, now: datetime) -> None:
    """A second look decides an appeal, one half of a calibration may complete it; the colleague hears of the rest."""
    if review.appeal_of_id:
        settle_appeal(second_review_id=review.pk, now=now)
    elif review.calibration_id:
        close_calibration(calibration_id=review.calibration_id, now=now)
    else:
        text = "A quality review of a case of yours is finished"
        tell(review.subject, text=text, url=review.get_absolute_url(), key=f"review:{review.pk}", now=now)


def _check_complete(answers: Sequence[Answer]) -> None:
    problems = {answer.criterion_id: reason for answer in answers if (reason := _what_is_missing(answer))}
    if not problems:
        return
    count = len(problems)
    subject = "1 of the criteria is" if count == 1 else f"{count} of the criteria are"
    raise UnansweredError(f"{subject} not complete. The score is shown once all {len(answers)} are.", problems)


def _what_is_missing(answer: Answer) -> str:
    if not answer.rating:
        return f"Select how “{answer.criterion}” was met"
    if answer.rating != Rating.MET and not answer.comment:
        return f"Write what you saw for “{answer.criterion}”: anything but “Met” needs a reason"
    return ""


def _line(answer: Answer) -> Line:
    return Line(
        weight=answer.criterion.weight,
        share=SHARES[Rating(answer.rating)],
        is_fatal=answer.criterion.is_fatal,
        is_compliance=answer.criterion.is_compliance,
    )
