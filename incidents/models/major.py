"""A major incident: who leads it, what happened when, who is kept informed, and what was learned."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from cases.models import Case
from cases.querysets import CasePartQuerySet
from core.models import TimeStampedModel
from incidents.querysets import ReviewActionQuerySet


class MajorIncident(TimeStampedModel):
    """An incident that was declared major. It stays so when it is stood down, until it has been reviewed and after."""

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="major_incident")
    reason = models.CharField("why it is major", max_length=300)
    declared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    declared_at = models.DateTimeField()
    lead = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    communications = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    stood_down_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    stood_down_at = models.DateTimeField(null=True, blank=True)
    stand_down_note = models.CharField("why it is stood down", max_length=300, blank=True)
    findings = models.TextField("what happened and why", blank=True)
    went_well = models.TextField("what went well", blank=True)
    went_badly = models.TextField("what did not", blank=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reviewed_at = models.DateTimeField(null=True, blank=True)

    objects = CasePartQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(stood_down_at=None) | Q(stood_down_by__isnull=False) & ~Q(stand_down_note=""),
                name="stand_down_says_who_and_why",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_at=None) | Q(reviewed_by__isnull=False) & ~Q(findings=""),
                name="review_says_who_and_what",
            ),
        ]

    def __str__(self) -> str:
        return f"Major incident {self.case}"


class MajorNote(models.Model):
    """What happened, was seen or was decided, at its own time; often written down a little later."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="major_notes")
    happened_at = models.DateTimeField()
    text = models.CharField(max_length=500)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    objects = CasePartQuerySet.as_manager()

    class Meta:
        ordering = ["happened_at", "pk"]

    def __str__(self) -> str:
        return self.text


class Listener(models.Model):
    """Somebody who gets every update for stakeholders: a colleague or a partner, never a customer."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="listeners")
    name = models.CharField(max_length=120)
    email = models.EmailField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = CasePartQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["case", "email"], name="listener_is_told_once")]

    def __str__(self) -> str:
        return self.name


class ReviewAction(models.Model):
    """What the review of a major incident asks for, by whom and until when. It may outlive its incident."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="review_actions")
    text = models.CharField("what is to be done", max_length=300)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    due_date = models.DateField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField("how it is known to be done", max_length=300, blank=True)
    told_due_at = models.DateTimeField(null=True, blank=True)

    objects = ReviewActionQuerySet.as_manager()

    class Meta:
        ordering = ["due_date", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(done_at=None) | ~Q(outcome=""), name="done_review_action_says_how"),
        ]

    def __str__(self) -> str:
        return self.text
