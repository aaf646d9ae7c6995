"""What the telephone system counted: contacts, how long they took, and whether the first one was enough."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from reporting.choices import Grain
from reporting.querysets import ContactFiguresQuerySet, ContactImportQuerySet


class ContactImport(models.Model):
    """A file that was brought in. `rejections` are the first of [line, reason]; the rest are only counted."""

    file_name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    added = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    rejections = models.JSONField(default=list)
    imported_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    imported_at = models.DateTimeField()
    taken_out_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    taken_out_at = models.DateTimeField(null=True, blank=True)

    objects = ContactImportQuerySet.as_manager()

    class Meta:
        ordering = ["-imported_at", "-pk"]

    def __str__(self) -> str:
        return self.file_name

    @property
    def rows(self) -> int:
        return self.added + self.changed + self.unchanged + self.rejected


class ContactFigures(models.Model):
    """The counts of one team, or of one person in it, for one day or month. What was not given is null, not nought."""

    grain = models.CharField(max_length=5, choices=Grain)
    starts_on = models.DateField()
    team = models.ForeignKey("accounts.Team", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    queue = models.CharField(max_length=80, blank=True)
    handled = models.PositiveIntegerField("contacts handled")
    offered = models.PositiveIntegerField("contacts offered", null=True, blank=True)
    abandoned = models.PositiveIntegerField("contacts abandoned", null=True, blank=True)
    answered_in_time = models.PositiveIntegerField("answered in time", null=True, blank=True)
    wait_seconds = models.PositiveBigIntegerField(null=True, blank=True)
    talk_seconds = models.PositiveBigIntegerField(null=True, blank=True)
    hold_seconds = models.PositiveBigIntegerField(null=True, blank=True)
    after_call_seconds = models.PositiveBigIntegerField(null=True, blank=True)
    resolved_first = models.PositiveIntegerField("resolved on first contact", null=True, blank=True)
    resolved_of = models.PositiveIntegerField("contacts looked at for that", null=True, blank=True)
    source = models.ForeignKey(ContactImport, on_delete=models.PROTECT, related_name="figures")

    objects = ContactFiguresQuerySet.as_manager()

    class Meta:
        ordering = ["starts_on", "team", "queue", "pk"]
        verbose_name_plural = "contact figures"
        indexes = [models.Index(fields=["starts_on", "team"]), models.Index(fields=["person", "starts_on"])]
        constraints = [
            models.UniqueConstraint(
                fields=["starts_on", "team", "queue", "grain"],
                condition=Q(person=None),
                name="team_figures_come_once_a_period",
            ),
            models.UniqueConstraint(
                fields=["starts_on", "team", "queue", "grain", "person"],
                condition=Q(person__isnull=False),
                name="own_figures_come_once_a_period",
            ),
            models.CheckConstraint(
                condition=Q(grain=Grain.DAY) | Q(starts_on__day=1), name="month_of_figures_starts_on_the_first"
            ),
            models.CheckConstraint(
                condition=Q(resolved_first=None) | Q(resolved_first__lte=F("resolved_of")),
                name="no_more_resolved_than_looked_at",
            ),
            models.CheckConstraint(
                condition=Q(abandoned=None) | Q(abandoned__lte=F("offered")), name="no_more_abandoned_than_offered"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person or self.team}, {self.starts_on}"
