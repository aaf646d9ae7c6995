"""What the screens remember: views, searches, bulk changes that can be undone, and cases passed over."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse

from cases.models import Case
from core.models import TimeStampedModel
from desk.choices import BulkAction, BulkOutcome, SkipReason
from desk.querysets import BulkChangeQuerySet, BulkChangeRowQuerySet, SavedViewQuerySet, SearchQuerySet, SkipQuerySet


class SavedView(TimeStampedModel):
    """A set of filters and an order under a name. `query` holds only what the queue allows in its address."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=1000)
    team = models.ForeignKey("accounts.Team", on_delete=models.CASCADE, null=True, blank=True, related_name="+")

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        ordering = [Lower("name"), "pk"]
        constraints = [models.UniqueConstraint("owner", Lower("name"), name="view_names_differ")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"{reverse('desk:queue')}?{self.query}"


class Search(models.Model):
    """Words that somebody looked for. They stand here, so that no name stands in an address, a log or a history."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    words = models.CharField(max_length=200)
    searched_at = models.DateTimeField()

    objects = SearchQuerySet.as_manager()

    class Meta:
        ordering = ["-searched_at", "-pk"]
        verbose_name_plural = "searches"
        indexes = [models.Index(fields=["owner", "-searched_at"])]

    def __str__(self) -> str:
        return f"Search {self.pk}"


class BulkChange(models.Model):
    """One change to many cases, kept so that it can be shown and undone."""

    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    action = models.CharField(max_length=12, choices=BulkAction)
    to_owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    to_team = models.ForeignKey("accounts.Team", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = BulkChangeQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.get_action_display()} ({self.made_at:%d.%m.%Y})"


class BulkChangeRow(models.Model):
    """What became of one case, and what it was before."""

    change = models.ForeignKey(BulkChange, on_delete=models.CASCADE, related_name="rows")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    outcome = models.CharField(max_length=10, choices=BulkOutcome)
    reason = models.CharField(max_length=300, blank=True)
    owner_before = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    team_before = models.ForeignKey("accounts.Team", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    objects = BulkChangeRowQuerySet.as_manager()

    class Meta:
        ordering = ["change", "pk"]
        constraints = [models.UniqueConstraint(fields=["change", "case"], name="case_is_once_in_a_bulk_change")]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.get_outcome_display()}"


class Skip(models.Model):
    """A case that somebody passed over while working down their list; it comes back the next day.

    Team leaders see how often each reason was given, never who gave it.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(max_length=8, choices=SkipReason)
    note = models.CharField(max_length=200, blank=True)
    skipped_at = models.DateTimeField()

    objects = SkipQuerySet.as_manager()

    class Meta:
        ordering = ["-skipped_at", "-pk"]
        indexes = [models.Index(fields=["person", "skipped_at"])]
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason=SkipReason.OTHER) | ~Q(note=""), name="another_reason_is_written_down"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} skipped"
