"""Forms for the lists that a case is described by."""

from typing import Any

from django import forms
from django.utils.text import slugify

from policies.choices import TriggerEffect
from policies.forms.rows import RuleForm
from policies.models import (
    Category,
    JourneyStage,
    Product,
    RootCause,
    SupportNeed,
    Trigger,
)


class CategoryForm(RuleForm):
    slug, title, noun = "categories", "Categories", "category"
    intro = "What a case is about. A new case goes to the team of its category unless triage says otherwise."
    columns = (("What belongs here", "description"), ("Team", "team"))
    joins = ("team",)

    class Meta:
        model = Category
        fields = ["name", "description", "team", "is_active"]
        labels = {"name": "Name", "description": "What belongs here", "team": "Team", "is_active": "In use"}


class ProductForm(RuleForm):
    slug, title, noun = "products", "Products", "product"
    intro = "What the customer has from us."

    class Meta:
        model = Product
        fields = ["name", "is_active"]
        labels = {"name": "Name", "is_active": "In use"}


class JourneyStageForm(RuleForm):
    slug, title, noun = "journey-stages", "Journey stages", "journey stage"
    intro = "Where the customer was on the way with us when it went wrong."
    columns = (("Order", "order"),)

    class Meta:
        model = JourneyStage
        fields = ["name", "order", "is_active"]
        labels = {"name": "Name", "order": "Order", "is_active": "In use"}


class TriggerForm(RuleForm):
    slug, title, noun = "triggers", "Escalation triggers", "trigger"
    intro = "Why a case needs escalating. A trigger can set a minimum priority and lengthen the checklist."
    columns = (("Lowest priority", "get_priority_floor_display"), ("Effect", "get_effect_display"))

    class Meta:
        model = Trigger
        fields = ["label", "effect", "priority_floor", "order", "is_active"]
        labels = {
            "label": "Reason, as it is offered",
            "effect": "What else it changes",
            "priority_floor": "Lowest priority",
            "order": "Order",
            "is_active": "In use",
        }

    def values(self) -> dict[str, Any]:
        """Give a new trigger its code; the code of an old one is part of the record and stays."""
        values = super().values() | {"effect": self.cleaned_data["effect"] or TriggerEffect.NONE}
        return values if self.instance.pk else values | {"code": slugify(values["label"])[:40]}

    def clean_label(self) -> str:
        label = str(self.cleaned_data["label"])
        if not self.instance.pk and Trigger.objects.filter(code=slugify(label)[:40]).exists():
            raise forms.ValidationError("There is a trigger like this already. Change that one")
        return label


class SupportNeedForm(RuleForm):
    slug, title, noun = "support-needs", "Support needs", "support need"
    intro = "What helps a customer, never why they need it. A need can rule out a way to reach them and change their letters."
    columns = (
        ("What we do", "what_we_do"),
        ("Rules out", "get_rules_out_display"),
        ("Letters", "get_letter_style_display"),
    )

    class Meta:
        model = SupportNeed
        fields = ["label", "what_we_do", "rules_out", "letter_style", "order", "is_active"]
        labels = {
            "label": "Need, as it is offered",
            "what_we_do": "What we do",
            "rules_out": "Way to reach them that it rules out",
            "letter_style": "Letters",
            "order": "Order",
            "is_active": "In use",
        }

    def values(self) -> dict[str, Any]:
        values = super().values()
        return values if self.instance.pk else values | {"code": slugify(values["label"])[:40]}

    def clean_label(self) -> str:
        label = str(self.cleaned_data["label"])
        if not self.instance.pk and SupportNeed.objects.filter(code=slugify(label)[:40]).exists():
            raise forms.ValidationError("There is a need like this already. Change that one")
        return label


class RootCauseForm(RuleForm):
    slug, title, noun = "root-causes", "Root causes", "root cause"
    intro = "Three levels: area, cause, detail. Causes are counted, so rename rather than add a second one like it."
    columns = (("Area or cause above it", "parent"),)
    joins = ("parent__parent",)

    class Meta:
        model = RootCause
        fields = ["label", "parent", "order", "is_active"]
        labels = {"label": "Name", "parent": "Area or cause above it", "order": "Order", "is_active": "In use"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        above = RootCause.objects.filter(parent__parent=None).select_related("parent")
        self.fields["parent"].queryset = above.exclude(pk__in=[self.instance.pk or 0])  # type: ignore[attr-defined]

    def clean_parent(self) -> RootCause | None:
        parent: RootCause | None = self.cleaned_data["parent"]
        depth = 0 if parent is None else 1 if parent.parent_id is None else 2
        if depth + _levels_below(self.instance) > 2:
            raise forms.ValidationError("Root causes have three levels at most. Choose something higher up")
        return parent

    def values(self) -> dict[str, Any]:
        values = super().values()
        if self.instance.pk:
            return values
        above = f"{values['parent'].code}-" if values["parent"] else ""
        return values | {"code": f"{above}{slugify(values['label'])}"[:60]}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.errors and not self.instance.pk and RootCause.objects.filter(code=self.values()["code"]).exists():
            self.add_error("label", "There is a root cause like this already. Change that one")
        return data


def _levels_below(cause: RootCause) -> int:
    if not cause.pk or not cause.children.exists():
        return 0
    return 2 if RootCause.objects.filter(parent__parent=cause).exists() else 1
