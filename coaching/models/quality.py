"""Quality reviews: a case drawn by lot, judged by a scorecard, told to the colleague, and looked at again if they ask."""

from datetime import date, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from coaching.choices.quality import AppealState, Rating, ReviewState
from coaching.models.scorecards import Criterion, Scorecard, ScorecardVersion
from coaching.querysets.quality import (
    AnswerQuerySet,
    AppealQuerySet,
    CalibrationQuerySet,
    ReviewQuerySet,
    SampledCaseQuerySet,
    SampleQuerySet,
)
from core.dates import local_day
from core.models import TimeStampedModel
from policies.choices import CaseKind

PEOPLE = settings.AUTH_USER_MODEL
SECOND_LOOK_WITHIN = timedelta(days=14)


class Sample(models.Model):
    """A draw and everything that it depended on, so that anybody may draw again and compare.

    `population` is how many cases could have been drawn, `fingerprint` which ones. It stays drawn for `reviewer`; who it was
    handed to since reviews what is left of it.
    """

    scorecard = models.ForeignKey(Scorecard, on_delete=models.PROTECT, related_name="+")
    reviewer = models.ForeignKey(PEOPLE, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey("accounts.Team", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=16, choices=CaseKind, blank=True)
    first_day = models.DateField("closed from")
    last_day = models.DateField("closed up to")
    size = models.PositiveSmallIntegerField()
    is_for_each = models.BooleanField("so many for each colleague", default=False)
    seed = models.PositiveIntegerField()
    population = models.PositiveIntegerField()
    fingerprint = models.CharField(max_length=64)
    drawn_by = models.ForeignKey(PEOPLE, on_delete=models.PROTECT, related_name="+")
    drawn_at = models.DateTimeField()
    handed_to = models.ForeignKey(PEOPLE, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    handed_by = models.ForeignKey(PEOPLE, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    handed_at = models.DateTimeField(null=True, blank=True)
    handed_reason = models.CharField(max_length=300, blank=True)

    objects = SampleQuerySet.as_manager()

    class Meta:
        ordering = ["-drawn_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="sample_period_runs_forwards"),
            models.CheckConstraint(condition=Q(size__gte=1), name="sample_draws_something"),
            models.CheckConstraint(
                condition=Q(handed_to=None, handed_by=None, handed_at=None, handed_reason="")
                | Q(handed_to__isnull=False, handed_by__isnull=False, handed_at__isnull=False) & ~Q(handed_reason=""),
                name="sample_is_handed_on_by_somebody_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"Sample {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("coaching:sample", args=[self.pk])

    @property
    def held_by_id(self) -> int:
        """Return who reviews what is left of it."""
        return self.handed_to_id or self.reviewer_id


class SampledCase(models.Model):
    sample = models.ForeignKey(Sample, on_delete=models.CASCADE, related_name="drawn")
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="+")
    subject = models.ForeignKey(PEOPLE, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()

    objects = SampledCaseQuerySet.as_manager()

    class Meta:
        ordering = ["sample", "position"]
        constraints = [models.UniqueConstraint(fields=["sample", "case"], name="case_is_drawn_once_a_sample")]

    def __str__(self) -> str:
        return f"{self.case} in {self.sample}"


class Calibration(models.Model):
    """Two people score one case, neither knowing the other's answers, to see whether they judge alike."""

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(ScorecardVersion, on_delete=models.PROTECT, related_name="+")
    set_up_by = models.ForeignKey(PEOPLE, on_delete=models.PROTECT, related_name="+")
    set_up_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = CalibrationQuerySet.as_manager()

    class Meta:
        ordering = ["-set_up_at", "-pk"]

    def __str__(self) -> str:
        return f"Calibration {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("coaching:calibration", args=[self.pk])


class Review(TimeStampedModel):
    """One person's judgement of one case. `subject` is who owned the case when the review began.

    It may be a second look at the review `appeal_of`, or one half of a `calibration`. Scores are null until every
    criterion is answered, and where nothing applied.
    """

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(ScorecardVersion, on_delete=models.PROTECT, related_name="+")
    subject = models.ForeignKey(PEOPLE, on_delete=models.PROTECT, related_name="quality_results")
    reviewer = models.ForeignKey(PEOPLE, on_delete=models.PROTECT, related_name="quality_reviews")
    sample = models.ForeignKey(Sample, on_delete=models.PROTECT, null=True, blank=True, related_name="reviews")
    appeal_of = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="second_looks")
    calibration = models.ForeignKey(
        Calibration, on_delete=models.PROTECT, null=True, blank=True, related_name="reviews"
    )
    state = models.CharField(max_length=10, choices=ReviewState, default=ReviewState.OPEN)
    summary = models.TextField("what the colleague should know", blank=True)
    quality = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    compliance = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    is_failed = models.BooleanField(default=False)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at", "-pk"]
        indexes = [models.Index(fields=["subject", "state"]), models.Index(fields=["reviewer", "state"])]
        constraints = [
            models.CheckConstraint(condition=~Q(reviewer=F("subject")), name="nobody_reviews_their_own_case"),
            models.CheckConstraint(
                condition=Q(state=ReviewState.OPEN, finished_at=None)
                | Q(state=ReviewState.FINISHED, finished_at__isnull=False),
                name="finished_review_has_its_time",
            ),
            models.UniqueConstraint(
                fields=["case", "version"],
                condition=Q(calibration=None, appeal_of=None),
                name="case_is_reviewed_once_by_a_scorecard",
            ),
            models.UniqueConstraint(
                fields=["calibration", "reviewer"],
                condition=Q(calibration__isnull=False),
                name="two_people_calibrate",
            ),
            models.UniqueConstraint(
                fields=["appeal_of"], condition=Q(appeal_of__isnull=False), name="a_review_is_looked_at_again_once"
            ),
        ]

    def __str__(self) -> str:
        return f"Quality review {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("coaching:review", args=[self.pk])

    @property
    def standing(self) -> "Review":
        """Return the review whose result holds: the second look once it is decided, else this one."""
        appeal: Appeal | None = getattr(self, "appeal", None)
        return appeal.second_review if appeal and appeal.decided_at and appeal.second_review else self


class Answer(models.Model):
    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="answers")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="+")
    rating = models.CharField(max_length=8, choices=Rating, blank=True)
    comment = models.CharField(max_length=1000, blank=True)

    objects = AnswerQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["review", "criterion"], name="criterion_is_answered_once")]

    def __str__(self) -> str:
        return f"{self.criterion}: {self.get_rating_display()}"


class Appeal(models.Model):
    """The colleague asks, once, for somebody else to look again. The second review says what came of it."""

    review = models.OneToOneField(Review, on_delete=models.PROTECT, related_name="appeal")
    reason = models.TextField()
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=AppealState, default=AppealState.WAITING)
    second_review = models.OneToOneField(
        Review, on_delete=models.PROTECT, null=True, blank=True, related_name="decides_appeal"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = AppealQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=AppealState.WAITING, second_review=None)
                | (~Q(state=AppealState.WAITING) & Q(second_review__isnull=False)),
                name="appeal_is_decided_by_a_second_review",
            ),
            models.CheckConstraint(
                condition=~Q(second_review=F("review")), name="a_review_does_not_decide_its_own_appeal"
            ),
        ]

    def __str__(self) -> str:
        return f"Appeal against {self.review}"

    @property
    def due_on(self) -> date:
        """Return the day by which somebody has looked again."""
        return local_day(self.asked_at) + SECOND_LOOK_WITHIN
