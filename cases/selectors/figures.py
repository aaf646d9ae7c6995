"""Everything that the frame of the case page counts, in the query that finds the case."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from django.db.models import Aggregate, Count, IntegerField, JSONField, Min, Model, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, JSONObject

from cases.choices import ChecklistState, Direction, PromiseState
from cases.models import (
    Case,
    CaseAccess,
    CaseLink,
    ChecklistItem,
    Contact,
    Customer,
    Evidence,
    InternalNote,
    NamedColleague,
    Promise,
    Referral,
    Stakeholder,
)
from core.expressions import annotate_once
from policies.models import Trigger

SETTLED = (ChecklistState.COMPLETED, ChecklistState.NOT_NEEDED)


class JsonList(Aggregate):
    """Gather the rows of a group into one JSON list."""

    function = "JSONB_AGG"
    output_field = JSONField()

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return super().as_sql(compiler, connection, function="JSON_GROUP_ARRAY", **extra)


@dataclass(frozen=True, kw_only=True)
class CaseFigures:
    """Counts and firsts of one case; each name is an annotation of `with_figures`."""

    items: int
    items_settled: int
    mandatory_open: int
    stakeholders: int
    stakeholders_waiting: int
    evidence: int
    contacts: int
    contacts_in: int
    contacts_unread: int
    notes: int
    promises_open: int
    promise_due_at: datetime | None
    admitted: int
    walled: int
    support_needs: int
    links: int
    other_triggers: list[dict[str, str]]


def _rows(model: type[Model], *conditions: Q, key: str = "case") -> QuerySet[Any]:
    return model._default_manager.filter(*conditions, **{key: OuterRef("pk")}).order_by().values(key)


def _count(model: type[Model], *conditions: Q, key: str = "case") -> Coalesce:
    counted = _rows(model, *conditions, key=key).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), 0, output_field=IntegerField())


def _support_needs() -> Coalesce:
    chosen: QuerySet[Any] = Customer.support_needs.through.objects.filter(customer=OuterRef("customer"))
    rows: QuerySet[Any, Any] = chosen.order_by().values("customer")
    return Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n")), 0, output_field=IntegerField())


def with_figures(cases: QuerySet[Case]) -> QuerySet[Case]:
    settled, promised = Q(state__in=SETTLED), Q(state=PromiseState.OPEN, in_after_care=False)
    waiting = Q(asked_on__isnull=False, answered_on=None)
    due = _rows(Promise, promised).annotate(first=Min("due_at")).values("first")
    trigger = JSONObject(label="other_triggers__label", effect="other_triggers__effect")
    triggers = _rows(Referral, Q(other_triggers__isnull=False)).annotate(found=JsonList(trigger)).values("found")
    return annotate_once(
        cases,
        figure_items=_count(ChecklistItem),
        figure_items_settled=_count(ChecklistItem, settled),
        figure_mandatory_open=_count(ChecklistItem, ~settled, Q(is_mandatory=True)),
        figure_stakeholders=_count(Stakeholder),
        figure_stakeholders_waiting=_count(Stakeholder, waiting),
        figure_evidence=_count(Evidence, Q(removed_at=None)),
        figure_contacts=_count(Contact),
        figure_contacts_in=_count(Contact, Q(direction=Direction.IN)),
        figure_contacts_unread=_count(Contact, Q(is_read=False)),
        figure_notes=_count(InternalNote),
        figure_promises_open=_count(Promise, promised),
        figure_promise_due_at=Subquery(due),
        figure_admitted=_count(CaseAccess),
        figure_walled=_count(NamedColleague),
        figure_support_needs=_support_needs(),
        figure_links=_count(CaseLink, key="source") + _count(CaseLink, key="target"),
        figure_other_triggers=Subquery(triggers),
    )


def count_nothing(case: Case, *, other_triggers: Iterable[Trigger]) -> None:
    """Say of a case in the making that it has other triggers at most, so that nobody asks the database for its figures."""
    figures: dict[str, Any] = {f"figure_{field.name}": 0 for field in fields(CaseFigures)}
    triggers = [{"label": each.label, "effect": each.effect} for each in other_triggers]
    case.__dict__.update(figures | {"figure_promise_due_at": None, "figure_other_triggers": triggers})


def figures_of(case: Case) -> CaseFigures:
    """Return the figures that came with `case`, or ask for them once if it was found another way."""
    names = [field.name for field in fields(CaseFigures)]
    if f"figure_{names[0]}" not in case.__dict__:
        found = with_figures(Case.objects.filter(pk=case.pk)).values(*(f"figure_{name}" for name in names))
        case.__dict__.update(found.get())
    values = {name: case.__dict__[f"figure_{name}"] for name in names}
    return CaseFigures(**values | {"other_triggers": values["other_triggers"] or []})
