"""A formal proposal to change something, with the evidence for it and what came of it: plan, do, check, act."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from core.models import TimeStampedModel
from reporting.choices import HarmState, RecommendationState
from reporting.querysets import RecommendationPartQuerySet, RecommendationQuerySet

PEOPLE = settings.AUTH_USER_MODEL


class Recommendation(TimeStampedModel):
    """`measure` is a key figure by its code; without one it is cases a week in the themes that it rests on.

    `baseline` and `target` are in the measure's unit. When the change is made, the weeks before it are frozen in
    `weeks_before`, [[Monday, numerator, denominator, value], …]; when the check ends, what it said is in `checked`.
    """

    title = models.CharField("what should change, in a line", max_length=120)
    problem = models.TextField("what goes wrong", blank=True)
    root_cause = models.TextField("why it goes wrong", blank=True)
    proposal = models.TextField("what to do, who does it and by when", blank=True)
    clause = models.ForeignKey("policies.Clause", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    proposed_words = models.TextField("new words of the clause", blank=True)
    prevention = models.TextField("how this keeps it from happening again", blank=True)
    measure = models.CharField("what is measured", max_length=40, blank=True)
    baseline = models.DecimalField("the figure now", max_digits=8, decimal_places=1, null=True, blank=True)
    target = models.DecimalField("the figure to reach", max_digits=8, decimal_places=1, null=True, blank=True)
    check_date = models.DateField("when to look whether it helped", null=True, blank=True)
    cost = models.TextField("cost and risk", blank=True)
    author = models.ForeignKey(PEOPLE, on_delete=models.PROTECT, related_name="recommendations")
    owner = models.ForeignKey(PEOPLE, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=RecommendationState, default=RecommendationState.DRAFT)
    submitted_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(PEOPLE, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField("reason for the last decision", blank=True)
    changed_on = models.DateField("day the change took effect", null=True, blank=True)
    weeks_before = models.JSONField(default=list, blank=True)
    checked = models.JSONField(default=dict, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    published = models.ForeignKey(
        "policies.PolicyVersion", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    version = models.PositiveIntegerField(default=1)
    themes = models.ManyToManyField("reporting.Theme", through="RecommendationTheme", related_name="recommendations")
    cases = models.ManyToManyField("cases.Case", through="RecommendationCase", related_name="+")

    objects = RecommendationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("author")),
                name="nobody_decides_their_own_recommendation",
            ),
            models.CheckConstraint(
                condition=Q(state=RecommendationState.DRAFT) | Q(clause__isnull=False),
                name="submitted_recommendation_names_a_clause",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("reporting:recommendation", args=[self.pk])

    @property
    def reference(self) -> str:
        return f"REC-{self.pk:04d}"


class RecommendationTheme(models.Model):
    """The recurring theme it rests on, with the weekly counts as they stood when it was linked: `weeks` is
    [[Monday, cases], …], oldest first."""

    recommendation = models.ForeignKey(Recommendation, on_delete=models.CASCADE, related_name="theme_evidence")
    theme = models.ForeignKey("reporting.Theme", on_delete=models.PROTECT, related_name="+")
    weeks = models.JSONField(default=list)
    case_count = models.PositiveIntegerField()
    frozen_at = models.DateTimeField()

    objects = RecommendationPartQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["recommendation", "theme"], name="theme_is_evidence_once"),
        ]

    def __str__(self) -> str:
        return f"{self.theme} in {self.recommendation}"


class RecommendationCase(models.Model):
    """A case that shows the problem."""

    recommendation = models.ForeignKey(Recommendation, on_delete=models.CASCADE, related_name="case_evidence")
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="+")
    shows = models.CharField("what it shows", max_length=200, blank=True)

    objects = RecommendationPartQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["recommendation", "case"], name="case_is_evidence_once")]

    def __str__(self) -> str:
        return f"{self.case} in {self.recommendation}"


class AffectedCase(models.Model):
    """What was done about somebody with the same cause who is not part of the evidence, and may never have asked."""

    recommendation = models.ForeignKey(Recommendation, on_delete=models.CASCADE, related_name="affected")
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=HarmState)
    note = models.CharField(max_length=200, blank=True)
    decided_by = models.ForeignKey(PEOPLE, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    objects = RecommendationPartQuerySet.as_manager()

    class Meta:
        ordering = ["-decided_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["recommendation", "case"], name="case_is_affected_once")]

    def __str__(self) -> str:
        return f"{self.case}: {self.get_state_display()}"


class RecommendationEntry(models.Model):
    """One line of the log: what was done, decided or found."""

    recommendation = models.ForeignKey(Recommendation, on_delete=models.CASCADE, related_name="entries")
    text = models.TextField()
    author = models.ForeignKey(PEOPLE, on_delete=models.PROTECT, related_name="+")
    happened_at = models.DateTimeField()

    objects = RecommendationPartQuerySet.as_manager()

    class Meta:
        ordering = ["-happened_at", "-pk"]
        verbose_name_plural = "recommendation entries"

    def __str__(self) -> str:
        return self.text
