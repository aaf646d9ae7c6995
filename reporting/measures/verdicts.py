"""One sentence that says what a chart shows, so that nobody has to read limits to learn whether something changed."""

from collections.abc import Sequence

from reporting.measures.control_charts import MINIMUM_POINTS, ControlChart
from reporting.measures.run_rules import Rule, Signal

RECENT = 4  # a signal older than this many points is history, not news


def verdict(chart: ControlChart, labels: Sequence[str]) -> str:
    """Return what to say of the last points; `labels` name the points, oldest first."""
    if not chart.has_limits:
        return f"Not enough data for limits yet: {len(chart.values)} of {MINIMUM_POINTS} weeks"
    recent = [signal for signal in chart.signals if signal.positions[-1] > len(chart.values) - RECENT]
    if not recent:
        return "No change beyond normal variation"
    signal = min(recent, key=lambda found: found.positions[0])
    return f"{_direction(chart, signal)} since {labels[signal.positions[0] - 1]}"


def is_unusual(chart: ControlChart) -> bool:
    """Return whether the last points hold a signal."""
    return any(signal.positions[-1] > len(chart.values) - RECENT for signal in chart.signals)


def _direction(chart: ControlChart, signal: Signal) -> str:
    if signal.rule is Rule.TREND:
        first, last = (chart.values[position - 1] for position in (signal.positions[0], signal.positions[-1]))
        return "Rising" if last > first else "Falling"
    return "Higher than usual" if chart.values[signal.positions[0] - 1] > chart.centre else "Lower than usual"
