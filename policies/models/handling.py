"""How a case is worked: its priority and the steps of its investigation."""

from django.db import models

from policies.choices import (
    CaseKind,
    ChecklistGroup,
    Impact,
    Priority,
    Urgency,
)
from policies.models.catalogue import Category, Trigger
from policies.models.documents import Clause
from policies.models.effective import EffectiveModel
from policies.querysets import (
    EffectiveQuerySet,
)


class PriorityRule(EffectiveModel):
    """One cell of the impact x urgency matrix."""

    impact = models.PositiveSmallIntegerField(choices=Impact)
    urgency = models.PositiveSmallIntegerField(choices=Urgency)
    priority = models.PositiveSmallIntegerField(choices=Priority)
    clause = models.ForeignKey(Clause, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    objects = EffectiveQuerySet.as_manager()

    class Meta(EffectiveModel.Meta):
        ordering = ["impact", "urgency", "valid_from", "pk"]
        constraints = [
            *EffectiveModel.Meta.constraints,
            models.UniqueConstraint(fields=["impact", "urgency", "valid_from"], name="one_priority_per_cell_and_date"),
        ]

    def __str__(self) -> str:
        return f"Impact {self.impact}, urgency {self.urgency}"


class ChecklistTemplate(EffectiveModel):
    """Investigation items for a kind of case; narrowed by category, trigger or complexity score where one is named.

    A case gets the items of every template that matches: the general ones, its category's, and its triggers'. With
    `least_complexity` only a case with at least that score gets them.
    """

    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=16, choices=CaseKind)
    category = models.ForeignKey(Category, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    trigger = models.ForeignKey(Trigger, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    least_complexity = models.PositiveSmallIntegerField(null=True, blank=True)

    objects = EffectiveQuerySet.as_manager()

    class Meta(EffectiveModel.Meta):
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def number_of_steps(self) -> int:
        return len(self.items.all())


class ChecklistTemplateItem(models.Model):
    template = models.ForeignKey(ChecklistTemplate, on_delete=models.CASCADE, related_name="items")
    group = models.CharField(max_length=10, choices=ChecklistGroup)
    text = models.CharField(max_length=200)
    hint = models.CharField(max_length=300, blank=True)
    is_mandatory = models.BooleanField(default=False)
    due_working_days = models.PositiveSmallIntegerField(default=5)
    order = models.PositiveSmallIntegerField(default=0)

    objects = models.Manager()

    class Meta:
        ordering = ["template", "order", "pk"]

    def __str__(self) -> str:
        return self.text
