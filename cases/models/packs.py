"""The whole file of a case as one document and one archive, made in the background."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from cases.choices import PackState
from cases.models.file import Case
from cases.querysets import CasePartQuerySet
from core.models import TimeStampedModel


class CasePack(TimeStampedModel):
    """One pack that somebody asked for. The row is the queue: claimed by lease, taken up again where it stopped.

    `left_out` says in sentences what a redacted pack does not hold.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="packs")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    is_redacted = models.BooleanField("for outside eyes", default=False)
    state = models.CharField(max_length=8, choices=PackState, default=PackState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    leased_until = models.DateTimeField(null=True, blank=True)
    done = models.PositiveIntegerField("steps done", default=0)
    steps = models.PositiveIntegerField(default=0)
    doing = models.CharField(max_length=120, blank=True)
    pdf = models.FileField(max_length=200, blank=True)
    pdf_sha256 = models.CharField(max_length=64, blank=True)
    archive = models.FileField(max_length=200, blank=True)
    archive_sha256 = models.CharField(max_length=64, blank=True)
    left_out = models.JSONField(default=list, blank=True)
    failure = models.CharField(max_length=300, blank=True)
    ready_at = models.DateTimeField(null=True, blank=True)

    objects = CasePartQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        indexes = [
            models.Index(
                fields=["asked_at"], condition=Q(state__in=["MAKING", "WAITING"]), name="pack_waits_to_be_made"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "asked_by", "is_redacted"],
                condition=Q(state__in=["MAKING", "WAITING"]),
                name="one_pack_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"Pack of {self.case}"

    @property
    def is_underway(self) -> bool:
        return self.state in (PackState.WAITING, PackState.MAKING)

    @property
    def percent(self) -> int:
        return round(100 * self.done / self.steps) if self.steps else 0
