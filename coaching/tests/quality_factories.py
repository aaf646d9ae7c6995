from datetime import date, timedelta

import factory

from accounts.choices import Role
from accounts.models import User
from accounts.tests.factories import UserFactory
from cases.tests.factories import NOW, CaseFactory
from coaching.choices.practice import PracticeState
from coaching.choices.quality import Rating, ReviewState, ScorecardState
from coaching.models import (
    Answer,
    Appeal,
    Calibration,
    Criterion,
    Practice,
    Review,
    Sample,
    Scorecard,
    ScorecardSection,
    ScorecardVersion,
)
from coaching.services.reviews import Judgement
from policies.tests.factories import ClauseFactory


class ScorecardFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Scorecard

    name = factory.Sequence(lambda n: f"Scorecard {n}")


class ScorecardVersionFactory(factory.django.DjangoModelFactory):
    """A published edition with three criteria: 60 and 30 points, and a fatal one for compliance with 10."""

    class Meta:
        model = ScorecardVersion
        skip_postgeneration_save = True

    scorecard = factory.SubFactory(ScorecardFactory)
    number = 1
    state = ScorecardState.PUBLISHED
    effective_from = (NOW - timedelta(days=90)).date()
    written_by = factory.SubFactory(UserFactory, role=Role.ADMIN, team=None)
    published_by = factory.SelfAttribute("written_by")
    published_at = NOW - timedelta(days=90)

    @factory.post_generation
    def criteria(self, create: bool, extracted: object, **kwargs: object) -> None:
        if not create or extracted is False:
            return
        care = ScorecardSection.objects.create(version=self, title="Care", order=1)
        rules = ScorecardSection.objects.create(version=self, title="Rules", order=2)
        Criterion.objects.create(section=care, text="Every point is answered", weight=60, order=1)
        Criterion.objects.create(section=care, text="Updates are kept", weight=30, order=2)
        Criterion.objects.create(
            section=rules, text="Identity is checked", weight=10, is_fatal=True, is_compliance=True, order=3
        )


class ReviewFactory(factory.django.DjangoModelFactory):
    """An open review of a colleague's case, with its empty answers."""

    class Meta:
        model = Review
        skip_postgeneration_save = True

    case = factory.SubFactory(CaseFactory)
    version = factory.SubFactory(ScorecardVersionFactory)
    subject = factory.SelfAttribute("case.owner")
    reviewer = factory.SubFactory(UserFactory, role=Role.MANAGER, team=None)
    started_at = NOW

    @factory.post_generation
    def answers(self, create: bool, extracted: object, **kwargs: object) -> None:
        if create:
            for criterion in Criterion.objects.filter(section__version=self.version):
                Answer.objects.create(review=self, criterion=criterion)


class FinishedReviewFactory(ReviewFactory):
    state = ReviewState.FINISHED
    quality = "77.78"
    compliance = "100.00"
    finished_at = NOW


class AppealFactory(factory.django.DjangoModelFactory):
    """A second look that nobody has taken yet."""

    class Meta:
        model = Appeal

    review = factory.SubFactory(FinishedReviewFactory)
    reason = "The letter answers the second point."
    asked_at = NOW


class SampleFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Sample

    scorecard = factory.SubFactory(ScorecardFactory)
    reviewer = factory.SubFactory(UserFactory, role=Role.MANAGER, team=None)
    first_day = (NOW - timedelta(days=30)).date()
    last_day = (NOW - timedelta(days=1)).date()
    size = 5
    seed = 7
    population = 0
    fingerprint = ""
    drawn_by = factory.SelfAttribute("reviewer")
    drawn_at = NOW


class CalibrationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Calibration

    case = factory.SubFactory(CaseFactory)
    version = factory.SubFactory(ScorecardVersionFactory)
    set_up_by = factory.SubFactory(UserFactory, role=Role.MANAGER, team=None)
    set_up_at = NOW


class PracticeFactory(factory.django.DjangoModelFactory):
    """A draft of its writer's."""

    class Meta:
        model = Practice

    situation = factory.Sequence(lambda n: f"Customer has called {n} times")
    when_to_use = "The customer has told the story before."
    steps = "Read the file first.\nSay back what you know."
    words = "I have read what happened. You need not tell it again."
    owner = factory.SubFactory(UserFactory)
    written_by = factory.SelfAttribute("owner")


class PublishedPracticeFactory(PracticeFactory):
    state = PracticeState.PUBLISHED
    clause = factory.SubFactory(ClauseFactory)
    published_by = factory.SubFactory(UserFactory, role=Role.MANAGER, team=None)
    published_at = NOW
    review_date = date(2099, 1, 1)


def judged(review: Review, *ratings: str, comment: str = "Seen in the letter") -> dict[int, Judgement]:
    """Return a judgement for each criterion in the order of the scorecard; anything but met has a comment."""
    criteria = Criterion.objects.filter(section__version=review.version).order_by("section__order", "order")
    return {
        criterion.pk: Judgement(rating, "" if rating in ("", Rating.MET) else comment)
        for criterion, rating in zip(criteria, ratings, strict=True)
    }


def reviewer_in(team: object) -> User:
    """Return an agent of the team who reviews quality."""
    return UserFactory.create(team=team, is_reviewer=True)
