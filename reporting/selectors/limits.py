"""Which decisions hold for a control chart, and the chart that follows from them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from core import dates
from reporting.measures.control_charts import MINIMUM_POINTS, ControlChart, from_baseline
from reporting.models import ChartDecision
from reporting.querysets import ChartDecisionQuerySet
from reporting.selectors.kpis import Kpi, Reading, chart_of
from reporting.selectors.scope import Scope

Point = tuple[int, int, float]


@dataclass(frozen=True)
class ChartLimits:
    """The frozen weeks, where there are any, and the weeks left out, each with its cause."""

    baseline: ChartDecision | None = None
    excluded: dict[date, str] = field(default_factory=dict)

    @property
    def in_words(self) -> str:
        if self.baseline is None:
            return ""
        return f" Limits frozen on {dates.day(self.baseline.decided_at)}: {self.baseline.reason}"

    def draw(self, kpi: Kpi, weeks: Sequence[tuple[date, Reading]]) -> ControlChart:
        """Return the chart of the weeks, held against the frozen ones where there are enough of them."""
        points = [as_point(reading) for _, reading in weeks]
        left_out = [position for position, (week, _) in enumerate(weeks, start=1) if week in self.excluded]
        frozen: list[Point] = (
            [(hit, size, value) for _, hit, size, value in self.baseline.points] if self.baseline else []
        )
        if len(frozen) < MINIMUM_POINTS:
            return chart_of(kpi, points, exclude=left_out)
        chart = chart_of(kpi, frozen + points, baseline=len(frozen))
        return from_baseline(chart, len(frozen))


NO_LIMITS = ChartLimits()


def as_point(reading: Reading) -> Point:
    return reading.numerator, reading.denominator, float(reading.value or 0)


def limits_in(scope: Scope) -> dict[str, ChartLimits]:
    """Return what was decided for the charts of a team and kind of case, by key figure.

    A chart of a narrower segment, or of an earlier day, has limits of its own.
    """
    if scope.is_finer_than_the_counts or scope.support:
        return {}
    baselines: dict[str, ChartDecision] = {}
    excluded: dict[str, dict[date, str]] = defaultdict(dict)
    for decision in decisions_for(scope):
        if decision.week is None:
            baselines[decision.kpi] = decision
        else:
            excluded[decision.kpi][decision.week] = decision.reason
    return {kpi: ChartLimits(baselines.get(kpi), excluded.get(kpi, {})) for kpi in baselines.keys() | excluded.keys()}


def decisions_for(scope: Scope) -> ChartDecisionQuerySet:
    """Return the decisions in force for the charts of the scope's team and kind of case."""
    return ChartDecision.objects.filter(team=scope.team, kind=scope.kind, ended_at=None).order_by("week", "pk")
