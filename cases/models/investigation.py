"""How a case is looked into: steps, people, evidence, the root cause."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from cases.choices import (
    CauseVerdict,
    Certainty,
    ChecklistState,
    ContributionState,
    EvidenceType,
    FishboneBranch,
    StakeholderRole,
)
from cases.models.file import Case
from cases.querysets import CasePartQuerySet, ContributionQuerySet
from core.models import TimeStampedModel
from policies.choices import ChecklistGroup


class ChecklistItem(TimeStampedModel):
    """One thing to find out. Made from a template, or added for this case."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="checklist")
    template_item = models.ForeignKey(
        "policies.ChecklistTemplateItem", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    group = models.CharField(max_length=10, choices=ChecklistGroup, default=ChecklistGroup.FACTS)
    text = models.CharField(max_length=200)
    hint = models.CharField(max_length=300, blank=True)
    is_mandatory = models.BooleanField(default=False)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    due_date = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=12, choices=ChecklistState, default=ChecklistState.NOT_STARTED)
    finding = models.TextField(blank=True)
    reason = models.CharField(max_length=300, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    settled_at = models.DateTimeField(null=True, blank=True)
    order = models.PositiveSmallIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)

    objects = CasePartQuerySet.as_manager()

    class Meta:
        ordering = ["case", "order", "pk"]

    def __str__(self) -> str:
        return self.text


class Stakeholder(TimeStampedModel):
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="stakeholders")
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=16, choices=StakeholderRole)
    colleague = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    needed = models.CharField("what we need from them", max_length=300, blank=True)
    asked_on = models.DateField(null=True, blank=True)
    chase_on = models.DateField(null=True, blank=True)
    answered_on = models.DateField(null=True, blank=True)
    answer = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = CasePartQuerySet.as_manager()

    class Meta:
        ordering = ["case", "pk"]

    def __str__(self) -> str:
        return self.name


class Contribution(TimeStampedModel):
    """One question to somebody with a part in the case: asked, due, chased, answered.

    A colleague who is asked reads the question and nothing else of the case.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="contributions")
    stakeholder = models.ForeignKey(Stakeholder, on_delete=models.CASCADE, related_name="contributions")
    colleague = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="contributions"
    )
    question = models.TextField("what we ask")
    state = models.CharField(max_length=8, choices=ContributionState, default=ContributionState.ASKED)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    chased_at = models.DateTimeField(null=True, blank=True)
    chases = models.PositiveSmallIntegerField(default=0)
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = ContributionQuerySet.as_manager()

    class Meta:
        ordering = ["due_at", "pk"]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state=ContributionState.ASKED), name="contribution_asked_due"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=ContributionState.ANSWERED) | Q(answered_at__isnull=False),
                name="answered_contribution_says_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stakeholder}: {self.question[:60]}"

    @property
    def answer_url(self) -> str:
        return reverse("cases:contribution", args=[self.pk])


class Evidence(TimeStampedModel):
    """Something that shows what happened. `sha256` is of the file as it was received; the stored name is ours."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="evidence")
    title = models.CharField(max_length=160)
    evidence_type = models.CharField(max_length=16, choices=EvidenceType)
    source = models.CharField(max_length=160, blank=True)
    shows = models.CharField("what it shows", max_length=300)
    obtained_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    obtained_at = models.DateTimeField()
    happened_on = models.DateField("the day it tells of", null=True, blank=True)
    file = models.FileField(upload_to="evidence/%Y/%m/", blank=True, max_length=200)
    file_name = models.CharField(max_length=200, blank=True)
    file_type = models.CharField(max_length=100, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    has_others_data = models.BooleanField("holds someone else's data", default=False)
    added_after_decision = models.BooleanField(default=False)
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_reason = models.CharField(max_length=300, blank=True)

    objects = CasePartQuerySet.as_manager()

    class Meta:
        ordering = ["case", "obtained_at", "pk"]
        verbose_name_plural = "evidence"

    def __str__(self) -> str:
        return self.title


class RootCauseAnalysis(TimeStampedModel):
    """Why it happened: the problem, the chain of whys, the fishbone, and the coded cause."""

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="root_cause_analysis")
    problem = models.CharField(max_length=300, blank=True)
    root_cause = models.ForeignKey(
        "policies.RootCause", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    statement = models.CharField(max_length=500, blank=True)
    certainty = models.CharField(max_length=10, choices=Certainty, blank=True)
    corrective_action = models.CharField(max_length=300, blank=True)
    evidence = models.ManyToManyField(Evidence, blank=True, related_name="+")
    version = models.PositiveIntegerField(default=1)

    objects = CasePartQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "root cause analyses"

    def __str__(self) -> str:
        return f"Root cause of {self.case}"


class Why(models.Model):
    analysis = models.ForeignKey(RootCauseAnalysis, on_delete=models.CASCADE, related_name="whys")
    order = models.PositiveSmallIntegerField()
    answer = models.CharField(max_length=300)
    evidence = models.ForeignKey(Evidence, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    is_root_cause = models.BooleanField(default=False)

    objects = models.Manager()

    class Meta:
        ordering = ["order", "pk"]
        constraints = [models.UniqueConstraint(fields=["analysis", "order"], name="whys_are_numbered")]

    def __str__(self) -> str:
        return self.answer


class FishboneCause(models.Model):
    analysis = models.ForeignKey(RootCauseAnalysis, on_delete=models.CASCADE, related_name="causes")
    branch = models.CharField(max_length=12, choices=FishboneBranch)
    text = models.CharField(max_length=160)
    verdict = models.CharField(max_length=12, choices=CauseVerdict, default=CauseVerdict.OPEN)

    objects = models.Manager()

    class Meta:
        ordering = ["branch", "pk"]

    def __str__(self) -> str:
        return self.text
