"""What the pages on quality show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Count, Q, QuerySet

from accounts.choices import Role
from accounts.models import User
from cases.models import Case
from coaching.arithmetic.agreement import Agreement, agreement
from coaching.choices.quality import ReviewState
from coaching.models import Answer, Appeal, Calibration, Review, Sample, SampledCase, Scorecard, ScorecardVersion
from coaching.permissions import quality as permissions
from coaching.permissions.quality import QualityRight

BOTH: Final = 2
ANSWER_ORDER: Final = ("criterion__section__order", "criterion__order", "criterion_id")


def reviewers() -> QuerySet[User]:
    """Return who may review at all: managers, and colleagues on cases whom an admin made reviewers."""
    flagged = Q(is_reviewer=True, role__in=[Role.AGENT, Role.TEAM_LEADER])
    return User.objects.people().filter(Q(role=Role.MANAGER) | flagged).order_by("full_name", "pk")


def scorecards_in_force(today: date) -> QuerySet[Scorecard]:
    versions = ScorecardVersion.objects.in_force(today)
    return Scorecard.objects.filter(pk__in=versions.values("scorecard_id")).order_by("name", "pk")


def answers_of(review: Review) -> list[Answer]:
    """Return the answers in the order of the scorecard."""
    return list(review.answers.select_related("criterion__section").order_by(*ANSWER_ORDER))


def results(user: User) -> QuerySet[Review]:
    """Return the finished first looks that `user` may read, the latest first, their own calibrations aside."""
    found = Review.objects.visible_to(user).finished().first_looks().with_people()
    return found.order_by("-finished_at", "-pk")


def to_answer(user: User) -> QuerySet[Review]:
    """Return the reviews that `user` has begun or was asked for, the oldest first."""
    mine = Review.objects.visible_to(user).open().filter(reviewer=user).with_people()
    return mine.order_by("started_at", "pk")


def appeals_to_take(user: User) -> list[Appeal]:
    """Return the second looks that wait for somebody, as far as `user` may be that somebody."""
    if not permissions.may(user, QualityRight.REVIEW):
        return []
    waiting = Appeal.objects.visible_to(user).waiting().select_related("review__case", "review__subject")
    allowed = set(
        permissions.reviewable(user).filter(pk__in=waiting.values("review__case_id")).values_list("pk", flat=True)
    )
    return [
        appeal
        for appeal in waiting
        if appeal.review.case_id in allowed and user.pk not in {appeal.review.reviewer_id, appeal.review.subject_id}
    ]


def samples_of(user: User) -> QuerySet[Sample]:
    """Return the draws that `user` may look at, each with how many of its cases are reviewed."""
    finished = Q(reviews__state=ReviewState.FINISHED)
    found = Sample.objects.visible_to(user).select_related("scorecard", "reviewer", "handed_to", "team")
    return found.annotate(
        cases=Count("drawn", distinct=True), done=Count("reviews", filter=finished, distinct=True)
    ).order_by("-drawn_at", "-pk")


def cases_left(sample: Sample) -> QuerySet[SampledCase]:
    """Return the drawn cases that nobody has begun to review by the sample's scorecard."""
    begun = Review.objects.first_looks().filter(version__scorecard=sample.scorecard_id)
    return sample.drawn.exclude(case__in=begun.values("case_id"))


@dataclass(frozen=True)
class DrawnCase:
    """A drawn case and how far its review is; `review` is that of this sample's scorecard, whoever made it."""

    drawn: SampledCase
    review: Review | None
    may_start: bool
    may_open: bool


def drawn_cases(sample: Sample, user: User) -> list[DrawnCase]:
    """Return the cases of a draw that `user` may know about, in the order of their lots."""
    rows = list(SampledCase.objects.visible_to(user).filter(sample=sample).select_related("case", "subject"))
    cases = [row.case_id for row in rows]
    reviews = Review.objects.first_looks().filter(version__scorecard=sample.scorecard_id, case__in=cases)
    by_case = {review.case_id: review for review in reviews}
    seen = set(Review.objects.visible_to(user).filter(case__in=cases).values_list("pk", flat=True))
    return [
        DrawnCase(
            drawn=row,
            review=(review := by_case.get(row.case_id)),
            may_start=review is None and sample.held_by_id == user.pk and row.subject_id != user.pk,
            may_open=review is not None and review.pk in seen,
        )
        for row in rows
    ]


@dataclass(frozen=True)
class Compared:
    """One criterion as two people judged it."""

    first: Answer
    second: Answer

    @property
    def same(self) -> bool:
        return self.first.rating == self.second.rating


@dataclass(frozen=True)
class Comparison:
    reviews: Sequence[Review]
    rows: Sequence[Compared]
    agreement: Agreement


def comparison(calibration: Calibration) -> Comparison:
    """Return both judgements side by side. Whoever calls asks first whether both have finished."""
    reviews = list(calibration.reviews.select_related("reviewer").order_by("pk"))
    first, second = (answers_of(review) for review in reviews)
    rows = [Compared(one, two) for one, two in zip(first, second, strict=True)]
    return Comparison(reviews, rows, agreement([(row.first.rating, row.second.rating) for row in rows]))


@dataclass(frozen=True)
class Agreements:
    """How far pairs of reviewers agreed: case by case, and over all criteria together, which says more."""

    each: list[tuple[Calibration, Agreement]]
    in_all: Agreement


def agreements(calibrations: Sequence[Calibration]) -> Agreements:
    answers = Answer.objects.filter(review__calibration__in=calibrations).order_by("review__pk", "criterion_id")
    pairs: dict[int | None, dict[int, list[str]]] = {}
    for answer in answers.select_related("review"):
        pairs.setdefault(answer.review.calibration_id, {}).setdefault(answer.criterion_id, []).append(answer.rating)
    judged = {pk: [(two[0], two[1]) for two in found.values() if len(two) == BOTH] for pk, found in pairs.items()}
    return Agreements(
        each=[(each, agreement(judged.get(each.pk, []))) for each in calibrations],
        in_all=agreement([pair for found in judged.values() for pair in found]),
    )


@dataclass(frozen=True)
class WhatNext:
    """What the reader of a result may do with it; each is one button."""

    ask_again: bool
    coach: bool
    share_practice: bool


def what_next(review: Review, user: User) -> WhatNext:
    """Return the steps that lead on from a finished review."""
    is_first_look = review.calibration_id is None and review.appeal_of_id is None
    sees_case = Case.objects.visible_to(user).filter(pk=review.case_id).exists()
    leads = user.role == Role.TEAM_LEADER and user.led_teams.filter(members=review.subject).exists()
    return WhatNext(
        ask_again=is_first_look and review.subject_id == user.pk and appeal_of(review) is None,
        coach=leads and sees_case and review.subject_id != user.pk and review.calibration_id is None,
        share_practice=sees_case and review.calibration_id is None,
    )


def appeal_of(review: Review) -> Appeal | None:
    return Appeal.objects.filter(review=review).select_related("second_review__reviewer").first()


def may_review_case(user: User, case: Case) -> bool:
    """Return whether to offer a review on the page of a case that `user` sees."""
    return permissions.may(user, QualityRight.REVIEW) and permissions.reviewable(user).filter(pk=case.pk).exists()
