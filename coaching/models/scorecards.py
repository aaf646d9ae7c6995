"""What good work is measured by: a scorecard in dated versions; a review keeps the version it was made under."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from coaching.choices.quality import ScorecardState
from coaching.querysets.quality import ScorecardQuerySet, ScorecardVersionQuerySet
from core.models import TimeStampedModel

PEOPLE = settings.AUTH_USER_MODEL


class Scorecard(TimeStampedModel):
    name = models.CharField(max_length=80, unique=True)
    purpose = models.CharField("what it measures", max_length=200, blank=True)
    is_active = models.BooleanField(default=True)

    objects = ScorecardQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("coaching:scorecard", args=[self.pk])


class ScorecardVersion(TimeStampedModel):
    """One edition. Once published it is never edited, and it judges from `effective_from` until the next one begins."""

    scorecard = models.ForeignKey(Scorecard, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=ScorecardState, default=ScorecardState.DRAFT)
    effective_from = models.DateField("in force from", null=True, blank=True)
    change_note = models.CharField("what changes, and why", max_length=300, blank=True)
    written_by = models.ForeignKey(PEOPLE, on_delete=models.PROTECT, related_name="+")
    published_by = models.ForeignKey(PEOPLE, on_delete=models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)

    objects = ScorecardVersionQuerySet.as_manager()

    class Meta:
        ordering = ["scorecard", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["scorecard", "number"], name="scorecard_version_number_is_unique"),
            models.UniqueConstraint(
                fields=["scorecard"], condition=Q(state=ScorecardState.DRAFT), name="one_draft_of_a_scorecard"
            ),
            models.CheckConstraint(
                condition=Q(state=ScorecardState.DRAFT) | Q(effective_from__isnull=False, published_by__isnull=False),
                name="published_scorecard_has_a_date_and_a_name",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scorecard} v{self.number}"


class ScorecardSection(models.Model):
    """A heading. Its weight is what its criteria weigh together."""

    version = models.ForeignKey(ScorecardVersion, on_delete=models.CASCADE, related_name="sections")
    title = models.CharField(max_length=80)
    order = models.PositiveSmallIntegerField(default=0)

    objects = models.Manager()

    class Meta:
        ordering = ["version", "order", "pk"]
        constraints = [models.UniqueConstraint(fields=["version", "title"], name="section_stands_once_on_a_scorecard")]

    def __str__(self) -> str:
        return self.title

    @property
    def weight(self) -> int:
        return sum(criterion.weight for criterion in self.criteria.all())


class Criterion(models.Model):
    """One thing to judge. Not meeting a fatal one fails the whole; a compliance one also counts in that score."""

    section = models.ForeignKey(ScorecardSection, on_delete=models.CASCADE, related_name="criteria")
    text = models.CharField(max_length=200)
    guidance = models.CharField("what to look for", max_length=300, blank=True)
    weight = models.PositiveSmallIntegerField(default=0)
    is_fatal = models.BooleanField("fatal if not met", default=False)
    is_compliance = models.BooleanField("counts as compliance", default=False)
    order = models.PositiveSmallIntegerField(default=0)

    objects = models.Manager()

    class Meta:
        ordering = ["section__order", "order", "pk"]
        verbose_name_plural = "criteria"
        constraints = [models.CheckConstraint(condition=Q(weight__lte=100), name="criterion_weighs_at_most_100")]

    def __str__(self) -> str:
        return self.text
