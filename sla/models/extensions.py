"""More time: asked for by one person, approved by another, counted once the customer was told."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from sla.choices import ExtensionState
from sla.models.clocks import Clock
from sla.querysets import ExtensionQuerySet


class Extension(models.Model):
    """A request for more working days on a clock. It moves the deadline only in the state COUNTED."""

    clock = models.ForeignKey(Clock, on_delete=models.CASCADE, related_name="extensions")
    working_days = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=300)
    state = models.CharField(max_length=10, choices=ExtensionState, default=ExtensionState.ASKED)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_note = models.CharField(max_length=300, blank=True)
    contact = models.ForeignKey("cases.Contact", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    objects = ExtensionQuerySet.as_manager()

    class Meta:
        ordering = ["clock", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")), name="nobody_approves_their_own_extension"
            ),
            models.CheckConstraint(
                condition=Q(state=ExtensionState.ASKED, decided_by=None)
                | (~Q(state=ExtensionState.ASKED) & Q(decided_by__isnull=False)),
                name="an_extension_is_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state=ExtensionState.COUNTED) | Q(contact__isnull=False),
                name="an_extension_counts_with_its_letter",
            ),
            models.UniqueConstraint(
                fields=["clock"],
                condition=Q(state__in=[ExtensionState.ASKED, ExtensionState.APPROVED]),
                name="one_open_extension_per_clock",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.clock_id}: {self.working_days} working days"
