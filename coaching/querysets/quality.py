from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.apps import apps
from django.db import models
from django.db.models import Q

from accounts.choices import Role
from coaching.choices.quality import AppealState, ReviewState, ScorecardState

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User
    from coaching.models import Appeal, Calibration, Review, Sample, Scorecard, ScorecardVersion

ModelT = TypeVar("ModelT", bound=models.Model)
CASEWORKERS = frozenset({Role.AGENT, Role.TEAM_LEADER, Role.MANAGER})


class ScorecardQuerySet(models.QuerySet["Scorecard"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return what people are measured by to everybody who is measured, or who writes it."""
        if user.is_authenticated and user.role in CASEWORKERS | {Role.ADMIN, Role.SYSTEM}:
            return self.all()
        return self.none()


class ScorecardVersionQuerySet(models.QuerySet["ScorecardVersion"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return the published versions, and drafts too to those who write or approve them."""
        if not user.is_authenticated:
            return self.none()
        if user.role in {Role.ADMIN, Role.MANAGER, Role.SYSTEM}:
            return self.all()
        return self.filter(state=ScorecardState.PUBLISHED) if user.role in CASEWORKERS else self.none()

    def in_force(self, day: date) -> Self:
        """Return, of every scorecard in use, the version that judges on `day`: the last to have begun."""
        begun = self.filter(state=ScorecardState.PUBLISHED, effective_from__lte=day, scorecard__is_active=True)
        later = begun.filter(scorecard=models.OuterRef("scorecard"), number__gt=models.OuterRef("number"))
        return begun.filter(~models.Exists(later)).order_by("scorecard__name", "pk")


class ReviewQuerySet(models.QuerySet["Review"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return the reviews that are `user`'s business.

        A reviewer sees their own. The colleague sees the finished ones about them, their team leader and managers too,
        as long as the case is not behind a wall for them. What two reviewers score for calibration is about neither
        the colleague nor the case, so only the two see it, each their own.
        """
        if not user.is_authenticated or user.role not in CASEWORKERS:
            return self.none()
        named = apps.get_model("cases", "NamedColleague")._default_manager.filter(colleague_id=user.pk)
        finished = Q(state=ReviewState.FINISHED, calibration=None)
        mine = Q(reviewer_id=user.pk) | finished & Q(subject_id=user.pk)
        seen = self.exclude(case_id__in=named.values("case_id"))
        match user.role:
            case Role.MANAGER:
                return seen.filter(mine | finished & Q(case__in=_cases(user)))
            case Role.TEAM_LEADER:
                led = user.led_teams.through.objects.filter(user_id=user.pk).values("team_id")
                return seen.filter(mine | finished & Q(subject__team_id__in=led, case__in=_cases(user)))
            case _:
                return seen.filter(mine)

    def open(self) -> Self:
        return self.filter(state=ReviewState.OPEN)

    def finished(self) -> Self:
        return self.filter(state=ReviewState.FINISHED)

    def first_looks(self) -> Self:
        """Return the reviews that people are told of: no calibration, and no second look at the same case."""
        return self.filter(calibration=None, appeal_of=None)

    def with_people(self) -> Self:
        return self.select_related("case", "subject", "reviewer", "version__scorecard", "appeal__second_review")


class AnswerQuerySet(models.QuerySet[Any]):
    """What was answered is seen by whoever sees the review."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        reviews: Any = apps.get_model("coaching", "Review")._default_manager
        return self.filter(review__in=reviews.visible_to(user))


class AppealQuerySet(models.QuerySet["Appeal"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return the appeals about reviews that the person sees, and those that they might look at again."""
        reviews: Any = apps.get_model("coaching", "Review")._default_manager
        seen = Q(review__in=reviews.visible_to(user)) | Q(second_review__in=reviews.visible_to(user))
        if user.is_authenticated and user.role in CASEWORKERS and (user.role == Role.MANAGER or user.is_reviewer):
            may_take = Q(state=AppealState.WAITING, review__case__in=_cases(user))
            seen |= may_take & ~Q(review__reviewer_id=user.pk) & ~Q(review__subject_id=user.pk)
        return self.filter(seen)

    def waiting(self) -> Self:
        return self.filter(state=AppealState.WAITING)


class SampleQuerySet(models.QuerySet["Sample"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return every draw to managers, and to a reviewer those that were drawn for them or handed to them."""
        if not user.is_authenticated or user.role not in CASEWORKERS:
            return self.none()
        return (
            self.all() if user.role == Role.MANAGER else self.filter(Q(reviewer_id=user.pk) | Q(handed_to_id=user.pk))
        )

    def held_by(self, user: User) -> Self:
        """Return the draws whose cases are `user`'s to review."""
        return self.filter(Q(handed_to_id=user.pk) | Q(handed_to=None, reviewer_id=user.pk))


class SampledCaseQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return the drawn cases that the person may know about."""
        samples: Any = apps.get_model("coaching", "Sample")._default_manager
        return self.filter(sample__in=samples.visible_to(user), case__in=_cases(user))


class CalibrationQuerySet(models.QuerySet["Calibration"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return every calibration to managers, and to a reviewer those that they take part in."""
        if not user.is_authenticated or user.role not in CASEWORKERS:
            return self.none()
        seen = self.filter(case__in=_cases(user))
        return seen if user.role == Role.MANAGER else seen.filter(reviews__reviewer_id=user.pk)

    def finished(self) -> Self:
        return self.exclude(finished_at=None)


def _cases(user: User | AnonymousUser) -> Any:
    cases: Any = apps.get_model("cases", "Case")._default_manager
    return cases.visible_to(user)
