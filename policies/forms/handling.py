"""Forms for priorities and checklists."""

from typing import Any

from policies.forms.rows import DatedRuleForm
from policies.models import (
    ChecklistTemplate,
    Clause,
    PriorityRule,
)


class PriorityRuleForm(DatedRuleForm):
    slug, title, noun = "priority-matrix", "Priority matrix", "cell"
    intro = "Impact and urgency give the priority. Cases keep the matrix of the day on which they were received."
    columns = (("Priority", "get_priority_display"), ("Clause", "clause"))
    key = ("impact", "urgency")
    joins = ("clause__version__document",)

    class Meta:
        model = PriorityRule
        fields = ["impact", "urgency", "priority", "clause"]
        labels = {"impact": "Impact", "urgency": "Urgency", "priority": "Priority", "clause": "Clause it follows from"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        clauses = Clause.objects.citable().select_related("version__document")
        self.fields["clause"].queryset = clauses  # type: ignore[attr-defined]


class ChecklistForm(DatedRuleForm):
    slug, title, noun = "checklists", "Checklists", "checklist"
    intro = (
        "A case gets the steps of every checklist that fits: the general ones, its category's, its triggers' and those "
        "for its complexity score."
    )
    columns = (
        ("For", "get_kind_display"),
        ("Category", "category"),
        ("Trigger", "trigger"),
        ("From score", "least_complexity"),
        ("Steps", "number_of_steps"),
    )
    key = ("name",)
    joins = ("category", "trigger")
    also_fetched = ("items",)

    class Meta:
        model = ChecklistTemplate
        fields = ["name", "kind", "category", "trigger", "least_complexity"]
        labels = {
            "name": "Name",
            "kind": "For which kind of case",
            "category": "Only for this category",
            "trigger": "Only with this trigger",
            "least_complexity": "Only from this complexity score",
        }
