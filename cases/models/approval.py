"""Asking for sign-off, and what was decided."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from cases.choices import (
    ApprovalState,
    Decision,
)
from cases.models.file import Case
from cases.querysets import CasePartQuerySet


class Approval(models.Model):
    """One round of asking for sign-off. Bound by `content_hash` to exactly what was proposed.

    `amount` is all redress on the case, in pounds, this proposal included.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="approvals")
    round = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=ApprovalState, default=ApprovalState.PENDING)
    amount = models.DecimalField(max_digits=10, decimal_places=2, default=0)
    content_hash = models.CharField(max_length=64)
    reason = models.CharField("why it needs this approver", max_length=300, blank=True)
    approvers_needed = models.PositiveSmallIntegerField(default=1)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = CasePartQuerySet.as_manager()

    class Meta:
        ordering = ["case", "-round"]
        indexes = [models.Index(fields=["state", "requested_at"])]
        constraints = [
            models.UniqueConstraint(fields=["case", "round"], name="approval_rounds_are_numbered"),
            models.UniqueConstraint(
                fields=["case"], condition=Q(state=ApprovalState.PENDING), name="one_open_approval_per_case"
            ),
            models.CheckConstraint(condition=Q(amount__gte=0), name="approval_amount_is_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.case}, round {self.round}"


class ApprovalDecision(models.Model):
    """What one approver decided. `requested_by` is copied from the round, so that the database can keep the two apart."""

    approval = models.ForeignKey(Approval, on_delete=models.PROTECT, related_name="decisions")
    decision = models.CharField(max_length=8, choices=Decision)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()
    comment = models.TextField(blank=True)
    parts = models.JSONField("parts to change", default=list, blank=True)
    content_hash = models.CharField(max_length=64)
    limit = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)

    objects = models.Manager()

    class Meta:
        ordering = ["decided_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["approval", "decided_by"], name="approver_decides_once_a_round"),
            models.CheckConstraint(
                condition=~Q(decided_by=F("requested_by")), name="nobody_signs_off_their_own_proposal"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_decision_display()} by {self.decided_by}"
