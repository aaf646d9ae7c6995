"""The versions of the triage tree."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from core.models import TimeStampedModel
from policies.choices import VersionState
from policies.querysets import TriageTreeQuerySet


class TriageTree(TimeStampedModel):
    """One edition of the questions, in force from `valid_from` until a later one begins. Published ones never change.

    `questions` is what `policies.triage` reads; `sample_percent` of the decisions made by it go to review.
    """

    number = models.PositiveIntegerField(unique=True)
    state = models.CharField(max_length=10, choices=VersionState, default=VersionState.DRAFT)
    questions = models.JSONField(default=list)
    sample_percent = models.PositiveSmallIntegerField(default=10)
    valid_from = models.DateField(null=True, blank=True)
    change_note = models.CharField(max_length=300, blank=True)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)

    objects = TriageTreeQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["state"], condition=Q(state=VersionState.DRAFT), name="one_draft_of_the_triage_tree"
            ),
            models.UniqueConstraint(
                fields=["valid_from"], condition=Q(state=VersionState.PUBLISHED), name="one_triage_tree_begins_on_a_day"
            ),
            models.CheckConstraint(
                condition=Q(published_by=None) | ~Q(published_by=F("written_by")),
                name="triage_tree_is_published_by_a_second_person",
            ),
            models.CheckConstraint(condition=Q(sample_percent__lte=100), name="triage_sample_is_a_percentage"),
        ]

    def __str__(self) -> str:
        return f"Triage questions v{self.number}"

    def get_absolute_url(self) -> str:
        return reverse("policies:triage_edition", args=[self.number])
