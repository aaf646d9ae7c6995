"""What cases refer to, read once: people, categories, triggers, rules, checklists, targets."""

from dataclasses import dataclass, field
from typing import Any

from accounts.models import User
from desk.generator.organisation import Organisation
from policies.choices import CaseKind, TriageOutcome, VersionState
from policies.models import (
    Category,
    ChecklistTemplate,
    ChecklistTemplateItem,
    Clause,
    JourneyStage,
    PriorityRule,
    Product,
    RedressRange,
    RootCause,
    TriageTree,
    Trigger,
)
from policies.selectors import clause_named, tree_of
from policies.triage import shipped_tree, walk


@dataclass
class Reference:
    organisation: Organisation
    system: User
    categories: dict[str, Category]
    triggers: dict[str, Trigger]
    stages: dict[str, int]
    products: list[int]
    causes: dict[str, RootCause]
    clauses: list[int]
    priorities: dict[tuple[int, int], int]
    redress: list[RedressRange]
    checklists: list[ChecklistTemplate]
    triage: dict[CaseKind, dict[str, Any]]
    _items: dict[tuple[str, int | None, int], list[ChecklistTemplateItem]] = field(default_factory=dict)

    def checklist(self, kind: str, category_id: int | None, trigger_id: int) -> list[ChecklistTemplateItem]:
        """Return the items of every template that matches, as a case of this kind would get them."""
        key = (kind, category_id, trigger_id)
        if key not in self._items:
            templates = [
                template
                for template in self.checklists
                if template.kind == kind
                and template.category_id in (None, category_id)
                and template.trigger_id in (None, trigger_id)
            ]
            self._items[key] = [item for template in templates for item in template.items.all()]
        return self._items[key]


def read_reference(organisation: Organisation) -> Reference:
    published = Clause.objects.filter(version__state=VersionState.PUBLISHED)
    return Reference(
        organisation=organisation,
        system=User.objects.system(),
        categories={category.name: category for category in Category.objects.all()},
        triggers={trigger.code: trigger for trigger in Trigger.objects.all()},
        stages=dict(JourneyStage.objects.values_list("name", "pk")),
        products=list(Product.objects.order_by("pk").values_list("pk", flat=True)),
        causes={cause.code: cause for cause in RootCause.objects.all()},
        clauses=list(published.order_by("pk").values_list("pk", flat=True)),
        priorities={(rule.impact, rule.urgency): rule.priority for rule in PriorityRule.objects.order_by("valid_from")},
        redress=list(RedressRange.objects.order_by("pk")),
        checklists=list(
            ChecklistTemplate.objects.filter(least_complexity=None).prefetch_related("items").order_by("pk")
        ),
        triage=_decisions(),
    )


def _decisions() -> dict[CaseKind, dict[str, Any]]:
    """Return what the house questions decide for the two kinds of case that are made up."""
    row = TriageTree.objects.filter(state=VersionState.PUBLISHED).order_by("valid_from").first()
    tree = tree_of(row) if row else shipped_tree()
    found: dict[CaseKind, dict[str, Any]] = {}
    for given in ({"unhappy": "yes", "broken-too": "no"}, {"unhappy": "no", "broken": "yes"}):
        walked = walk(tree, given)
        if walked.end:
            outcome = TriageOutcome(walked.end.outcome)
            clause = clause_named(walked.end.clause)
            found[outcome.kind] = {
                "kind": outcome.kind,
                "outcome": outcome,
                "path": walked.path,
                "tree_id": tree.row_id,
                "standard_code": walked.end.standard_code,
                "reason": walked.end.reason,
                "clause_id": clause.pk if clause else None,
            }
    return found
