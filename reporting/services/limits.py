"""Freeze the limits of a chart, leave a week out of them, and end either: always with a reason that the chart shows."""

from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from core.dates import local_day
from core.errors import TransitionNotAllowedError, UserFacingError
from reporting import permissions
from reporting.measures.control_charts import MINIMUM_POINTS
from reporting.models import ChartDecision
from reporting.permissions import ReportingAction
from reporting.querysets import ChartDecisionQuerySet
from reporting.selectors.figures import load_figures
from reporting.selectors.kpis import Kpi, chart_points, read_weeks
from reporting.selectors.limits import as_point, limits_in
from reporting.selectors.scope import WEEKS, Scope, monday


@transaction.atomic
def freeze_limits(
    *, kpi: Kpi, team: int | None, kind: str, first: date, last: date, reason: str, actor: User, now: datetime
) -> ChartDecision:
    """Hold the limits by the numbers of these weeks as they are now; a baseline that held before ends with this one."""
    _require(actor, team)
    scope = Scope(today=local_day(now), weeks=max(WEEKS), team=team, kind=kind)
    figures = load_figures(actor, scope, kpi.measures)
    held = limits_in(scope).get(kpi.code)
    left_out = held.excluded if held else {}
    running = monday(scope.today)
    points = [
        [week.isoformat(), *as_point(reading)]
        for week, reading in chart_points(read_weeks(figures, kpi))
        if monday(first) <= week <= last and week not in left_out and week < running
    ]
    if len(points) < MINIMUM_POINTS:
        raise UserFacingError(
            f"Limits need at least {MINIMUM_POINTS} whole weeks with figures; these have {len(points)}. "
            "Choose an earlier first week or a later last one."
        )
    _in_force(kpi, team, kind).filter(week=None).update(ended_at=now, ended_by=actor, end_reason=reason)
    return ChartDecision.objects.create(
        kpi=kpi.code, team_id=team, kind=kind, points=points, reason=reason, decided_by=actor, decided_at=now
    )


@transaction.atomic
def leave_out_week(
    *, kpi: Kpi, team: int | None, kind: str, week: date, cause: str, actor: User, now: datetime
) -> ChartDecision:
    """Keep a week with a known special cause on the chart, and out of its limits."""
    _require(actor, team)
    day = monday(week)
    if day > local_day(now):
        raise UserFacingError("Choose a week that has begun.")
    if _in_force(kpi, team, kind).filter(week=day).exists():
        raise TransitionNotAllowedError("That week is left out of the limits already.")
    return ChartDecision.objects.create(
        kpi=kpi.code, team_id=team, kind=kind, week=day, reason=cause, decided_by=actor, decided_at=now
    )


@transaction.atomic
def end_decision(*, decision_id: int, reason: str, actor: User, now: datetime) -> ChartDecision:
    """Let a baseline or a left-out week hold no longer; it stays in the history."""
    decision = ChartDecision.objects.select_for_update().get(pk=decision_id)
    _require(actor, decision.team_id)
    if decision.ended_at is not None:
        raise TransitionNotAllowedError("That decision has ended already.")
    decision.ended_at, decision.ended_by, decision.end_reason = now, actor, reason
    decision.save(update_fields=["ended_at", "ended_by", "end_reason"])
    return decision


def _in_force(kpi: Kpi, team: int | None, kind: str) -> ChartDecisionQuerySet:
    return ChartDecision.objects.filter(kpi=kpi.code, team=team, kind=kind, ended_at=None)


def _require(actor: User, team: int | None) -> None:
    """Refuse unless the actor decides on charts, and on this team's."""
    permissions.require(actor, ReportingAction.SET_LIMITS)
    if not permissions.may_set_limits_of(actor, team):
        raise PermissionDenied("You decide on the charts of your own teams. For this one, a manager does.")
