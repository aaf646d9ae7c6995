"""What is special to an incident: something that harms, or could harm, a service now."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from cases.models import Case
from core.models import TimeStampedModel
from incidents.choices import Audience, RecoveryKind, RecoveryState
from incidents.querysets import HandOffQuerySet, IncidentQuerySet, IncidentUpdateQuerySet, RecoveryActionQuerySet


class Incident(TimeStampedModel):
    """The extension of a case. It stays when the case becomes a service request, so that a way back loses nothing.

    `affected_count` is the organisation's estimate; the cases that are linked are counted, never estimated.
    """

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="incident")
    affected = models.CharField("what is affected", max_length=200, blank=True)
    affected_count = models.PositiveIntegerField("how many customers", null=True, blank=True)
    started_at = models.DateTimeField("since when", null=True, blank=True)
    workaround = models.TextField(blank=True)
    resolution = models.TextField(blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    waiting_reason = models.CharField(max_length=300, blank=True)
    next_update_due_at = models.DateTimeField(null=True, blank=True)
    chased_soon_for = models.DateTimeField("promise that somebody was reminded of", null=True, blank=True)
    chased_late_for = models.DateTimeField("promise that was said to be late", null=True, blank=True)
    is_major = models.BooleanField(default=False)

    objects = IncidentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(resolved_at=None) | ~Q(resolution=""), name="resolved_incident_says_how"
            ),
        ]

    def __str__(self) -> str:
        return f"Incident {self.case}"


class IncidentUpdate(models.Model):
    """What customers, or the people inside, were told, and when the next word was promised."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="incident_updates")
    audience = models.CharField(max_length=12, choices=Audience)
    text = models.TextField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    next_update_at = models.DateTimeField("next update promised for", null=True, blank=True)
    submission = models.UUIDField(null=True, blank=True, unique=True, editable=False)
    sent_to = models.PositiveIntegerField("how many stakeholders it was sent to", default=0)

    objects = IncidentUpdateQuerySet.as_manager()

    class Meta:
        ordering = ["-sent_at", "-pk"]
        indexes = [models.Index(fields=["case", "audience", "-sent_at"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(next_update_at=None) | Q(next_update_at__gt=F("sent_at")),
                name="next_incident_update_is_later",
            ),
        ]

    def __str__(self) -> str:
        return f"Update {self.pk} for {self.get_audience_display().lower()}"


class HandOff(models.Model):
    """Work passed to someone who can resolve it, inside or outside, with proof that they have it."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="hand_offs")
    resolver = models.CharField("who takes it", max_length=120)
    is_external = models.BooleanField("outside the organisation", default=False)
    asked = models.CharField("what we asked for", max_length=300)
    handed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    handed_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField(null=True, blank=True)
    receipt = models.CharField("who confirmed, or their reference", max_length=120, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True)
    chased_receipt_at = models.DateTimeField(null=True, blank=True)
    chased_late_at = models.DateTimeField(null=True, blank=True)

    objects = HandOffQuerySet.as_manager()

    class Meta:
        ordering = ["-handed_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at=None) | Q(received_at__isnull=False), name="answered_hand_off_was_received"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.resolver}: {self.asked}"


class RecoveryAction(models.Model):
    """Something done for the customers who were let down. `cost` is for the whole group, in pounds."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="recovery_actions")
    customer_group = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, choices=RecoveryKind)
    text = models.CharField("what we will do", max_length=300)
    cost = models.DecimalField(max_digits=10, decimal_places=2, default=0)
    state = models.CharField(max_length=8, choices=RecoveryState, default=RecoveryState.PROPOSED)
    due_date = models.DateField(null=True, blank=True)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    agreed_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField("how it was done, or why it was dropped", max_length=300, blank=True)

    objects = RecoveryActionQuerySet.as_manager()

    class Meta:
        ordering = ["customer_group", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(cost__gte=0), name="recovery_cost_is_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} for {self.customer_group}"
