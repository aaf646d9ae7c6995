"""The incident of a case with everything that its pages count, in one query, kept on the case that was asked about."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, DecimalField, IntegerField, Max, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from cases.choices import LinkKind
from cases.models import Case, CaseLink
from incidents.choices import Audience, RecoveryState
from incidents.models import HandOff, Incident, IncidentUpdate, RecoveryAction

KEPT_AS = "_incident_figures"


@dataclass(frozen=True, kw_only=True)
class Figures:
    """One incident in numbers. `cost` leaves out what was dropped, `caused` the cases that some may not know of."""

    incident: Incident
    updates: int
    customers_told_at: datetime | None
    hand_offs_unconfirmed: int
    hand_offs_unanswered: int
    recovery_planned: int
    recovery_open: int
    recovery_proposed: int
    cost: Decimal
    caused: int

    @property
    def told_since_resolved(self) -> bool:
        """Return whether customers have had an update since the incident was resolved."""
        resolved, told = self.incident.resolved_at, self.customers_told_at
        return resolved is not None and told is not None and told >= resolved


def figures_of(case: Case) -> Figures:
    """Return the figures of the case's incident; asked once for one page."""
    if KEPT_AS not in case.__dict__:
        case.__dict__[KEPT_AS] = _figures(with_figures(Incident.objects.filter(case=case).with_major()).get())
    figures: Figures = case.__dict__[KEPT_AS]
    return figures


def with_figures(incidents: QuerySet[Incident]) -> QuerySet[Incident]:
    of_case = Q(case=OuterRef("case"))
    told = IncidentUpdate.objects.filter(of_case)
    open_states = [RecoveryState.PROPOSED, RecoveryState.AGREED]
    recovery = RecoveryAction.objects.filter(of_case)
    told_to_all = Case.objects.behind_no_wall().values("pk")
    caused = CaseLink.objects.filter(target=OuterRef("case"), kind=LinkKind.CAUSED_BY, source__in=told_to_all)
    return incidents.annotate(
        updates=_count(told),
        customers_told_at=_latest(told.filter(audience=Audience.CUSTOMERS)),
        hand_offs_unconfirmed=_count(HandOff.objects.filter(of_case, received_at=None)),
        hand_offs_unanswered=_count(HandOff.objects.filter(of_case, answered_at=None)),
        recovery_planned=_count(recovery.exclude(state=RecoveryState.DROPPED)),
        recovery_open=_count(recovery.filter(state__in=open_states)),
        recovery_proposed=_count(recovery.filter(state=RecoveryState.PROPOSED)),
        cost=_cost(recovery.exclude(state=RecoveryState.DROPPED)),
        caused=Coalesce(
            Subquery(caused.order_by().values("target").annotate(n=Count("pk")).values("n")),
            0,
            output_field=IntegerField(),
        ),
    )


def _figures(row: Incident) -> Figures:
    names = [name for name in Figures.__dataclass_fields__ if name != "incident"]
    return Figures(incident=row, **{name: getattr(row, name) for name in names})


def _count(rows: QuerySet[HandOff] | QuerySet[IncidentUpdate] | QuerySet[RecoveryAction]) -> Coalesce:
    counted = rows.order_by().values("case").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), 0, output_field=IntegerField())


def _latest(rows: QuerySet[IncidentUpdate]) -> Subquery:
    return Subquery(rows.order_by().values("case").annotate(latest=Max("sent_at")).values("latest"))


def _cost(rows: QuerySet[RecoveryAction]) -> Coalesce:
    money = DecimalField(max_digits=12, decimal_places=2)
    total = rows.order_by().values("case").annotate(total=Sum("cost")).values("total")
    return Coalesce(Subquery(total, output_field=money), Decimal(0), output_field=money)
