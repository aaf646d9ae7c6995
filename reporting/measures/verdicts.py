"""One sentence that says what a chart shows, so that nobody has to read limits to learn whether something changed."""

import math
from collections.abc import Sequence

from reporting.measures.control_charts import MINIMUM_POINTS, ControlChart
from reporting.measures.run_rules import Rule, Signal

RECENT = 4  # a signal older than this many points is history, not news


def verdict(chart: ControlChart, labels: Sequence[str]) -> str:
    """Return what to say of the last points; `labels` name the points, oldest first."""
    if not chart.has_limits:
        return f"Not enough data for limits yet: {len(chart.values)} of {MINIMUM_POINTS} weeks"
    if at := _only_week(chart):
        return f"All in the week of {labels[at - 1]}, so there is nothing to compare"
    usual = 1 if _is_its_own_usual(chart) else 0  # what holds from the first point on is no change from anything
    recent = [
        signal
        for signal in chart.signals
        if signal.positions[0] > usual and signal.positions[-1] > len(chart.values) - RECENT
    ]
    if not recent:
        return "No change beyond normal variation"
    signal = min(recent, key=lambda found: found.positions[0])
    return f"{_direction(chart, signal)} since {labels[signal.positions[0] - 1]}"


def _only_week(chart: ControlChart) -> int | None:
    """Return the position of the one point above nought, if there is nothing else to hold it against: after an import."""
    above = [position for position, value in enumerate(chart.values, start=1) if value]
    return above[0] if len(above) == 1 and chart.kind == "xmr" and _is_its_own_usual(chart) else None


def _is_its_own_usual(chart: ControlChart) -> bool:
    """Return whether the points shown are the ones that shape the centre; frozen weeks are not shown."""
    return math.isclose(chart.centre * len(chart.values), sum(chart.values))


def _direction(chart: ControlChart, signal: Signal) -> str:
    if signal.rule is Rule.TREND:
        first, last = (chart.values[position - 1] for position in (signal.positions[0], signal.positions[-1]))
        return "Rising" if last > first else "Falling"
    return "Higher than usual" if chart.values[signal.positions[0] - 1] > chart.centre else "Lower than usual"
