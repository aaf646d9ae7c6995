"""A sample of the decisions that a case is no complaint, or no incident, looked at by somebody else."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from coaching.choices.triage import ProposalState, TriageClaim, TriageVerdict
from coaching.querysets.triage import TriageDrawQuerySet, TriageReviewQuerySet
from core.models import TimeStampedModel
from policies.choices import CaseKind

PEOPLE = settings.AUTH_USER_MODEL


class TriageDraw(models.Model):
    """One night's draw, with all that it depended on: the seed, the share, and the decisions made from `since` to `until`."""

    seed = models.PositiveIntegerField()
    percent = models.PositiveSmallIntegerField()
    since = models.DateTimeField()
    until = models.DateTimeField(unique=True)
    population = models.PositiveIntegerField()
    drawn_at = models.DateTimeField()

    objects = TriageDrawQuerySet.as_manager()

    class Meta:
        ordering = ["-until"]
        constraints = [models.CheckConstraint(condition=Q(until__gt=F("since")), name="triage_draw_runs_forwards")]

    def __str__(self) -> str:
        return f"Triage sample {self.pk}"


class TriageReview(TimeStampedModel):
    """One decision that was drawn, and what a second person says to it. The decision itself never changes."""

    draw = models.ForeignKey(TriageDraw, on_delete=models.PROTECT, related_name="reviews")
    decision = models.ForeignKey("cases.TriageDecision", on_delete=models.PROTECT, related_name="+")
    claim = models.CharField(max_length=16, choices=TriageClaim)
    verdict = models.CharField(max_length=10, choices=TriageVerdict, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    reviewer = models.ForeignKey(PEOPLE, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True, blank=True)
    proposed_kind = models.CharField(max_length=16, choices=CaseKind, blank=True)
    proposal = models.CharField(max_length=10, choices=ProposalState, default=ProposalState.NONE)
    settled_by = models.ForeignKey(PEOPLE, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_reason = models.CharField(max_length=300, blank=True)

    objects = TriageReviewQuerySet.as_manager()

    class Meta:
        ordering = ["decision__decided_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["decision", "claim"], name="triage_decision_is_drawn_once_a_claim"),
            models.CheckConstraint(
                condition=Q(verdict="", reviewer=None, reviewed_at=None)
                | (~Q(verdict="") & ~Q(reason="") & Q(reviewer__isnull=False, reviewed_at__isnull=False)),
                name="triage_verdict_has_its_reason",
            ),
            models.CheckConstraint(
                condition=(~Q(verdict=TriageVerdict.DISAGREE) & Q(proposal=ProposalState.NONE))
                | (Q(verdict=TriageVerdict.DISAGREE) & ~Q(proposal=ProposalState.NONE) & ~Q(proposed_kind="")),
                name="triage_disagreement_proposes_a_type",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_claim_display()}: {self.decision.case}"

    def get_absolute_url(self) -> str:
        return reverse("coaching:triage_review", args=[self.pk])
