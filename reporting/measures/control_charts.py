"""Statistical process control: which chart, which centre, which limits.

Every function takes one value per period, oldest first, and returns a `ControlChart`. Positions are 1-based.
`exclude` names points with a recorded special cause: they stay on the chart and are still tested, but do not shape the
limits. `baseline` computes the limits from the first that many points and holds the rest against them.

Formulas and their published examples: domain.md 6 (NIST/SEMATECH e-Handbook 6.3; Montgomery; Laney 2002; Anhøj).
"""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from reporting.measures.run_rules import Limits, RunTest, Signal, beyond_limits, find_signals, run_test

MINIMUM_POINTS = 12  # below this a mean and its limits say nothing yet: a run chart only
SIGMAS = 3.0
D2 = 1.128  # expected moving range of two normal values, in standard deviations
MOVING_RANGE_UPPER = 3.267
T_CHART_POWER = 3.6  # Nelson's transformation: gaps to this root are close to normal

Sizes = Sequence[float] | float


@dataclass(frozen=True)
class ControlChart:
    """A series with its centre and limits.

    `lower` and `upper` have one entry per point, `None` throughout when there are too few points for limits; `centre`
    is then the median. `out_of_limits` are the positions strictly beyond a limit.
    """

    kind: str
    values: tuple[float, ...]
    centre: float
    lower: tuple[float | None, ...]
    upper: tuple[float | None, ...]
    out_of_limits: tuple[int, ...]
    signals: tuple[Signal, ...]
    runs: RunTest
    moving_range_mean: float | None = None
    moving_range_upper: float | None = None
    sigma_z: float | None = None

    @property
    def has_limits(self) -> bool:
        return any(limit is not None for limit in self.upper)


@dataclass(frozen=True)
class _Points:
    """A checked series; `used` are the 0-based indices that shape the limits."""

    values: tuple[float, ...]
    used: tuple[int, ...]
    excluded: frozenset[int]
    mean: float
    sizes: tuple[float, ...] = ()

    def moving_range(self, values: Sequence[float]) -> float:
        """Return the mean absolute difference between neighbours among the points used."""
        return _mean([abs(values[after] - values[before]) for before, after in pairwise(self.used)])


def c_chart(counts: Sequence[float], *, exclude: Collection[int] = (), baseline: int | None = None) -> ControlChart:
    """Chart counts per equal period: centre ± 3 √centre, never below 0."""
    points = _series(counts, exclude, baseline)
    return _attribute_chart("c", points, [math.sqrt(points.mean)] * len(points.values))


def u_chart(
    counts: Sequence[float], sizes: Sizes, *, exclude: Collection[int] = (), baseline: int | None = None
) -> ControlChart:
    """Chart counts per unit of a changing volume, such as complaints per contact: ū ± 3 √(ū / n)."""
    points = _rates(counts, sizes, exclude, baseline)
    return _attribute_chart("u", points, _u_sigmas(points))


def p_chart(
    counts: Sequence[float], sizes: Sizes, *, exclude: Collection[int] = (), baseline: int | None = None
) -> ControlChart:
    """Chart a proportion, such as the share upheld: p̄ ± 3 √(p̄ (1 - p̄) / n), within 0 and 1."""
    points = _proportions(counts, sizes, exclude, baseline)
    return _attribute_chart("p", points, _p_sigmas(points), ceiling=1.0)


def laney_p_chart(
    counts: Sequence[float], sizes: Sizes, *, exclude: Collection[int] = (), baseline: int | None = None
) -> ControlChart:
    """Chart a proportion with very large denominators: the p chart's limits widened by what varies beyond chance."""
    points = _proportions(counts, sizes, exclude, baseline)
    return _laney_chart("laney p", points, _p_sigmas(points), ceiling=1.0)


def laney_u_chart(
    counts: Sequence[float], sizes: Sizes, *, exclude: Collection[int] = (), baseline: int | None = None
) -> ControlChart:
    """Chart a rate with very large volumes: the u chart's limits widened by what varies beyond chance."""
    points = _rates(counts, sizes, exclude, baseline)
    return _laney_chart("laney u", points, _u_sigmas(points))


def xmr_chart(values: Sequence[float], *, exclude: Collection[int] = (), baseline: int | None = None) -> ControlChart:
    """Chart single measurements: x̄ ± 3 / 1.128 of the mean moving range."""
    points = _series(values, exclude, baseline, allow_negative=True)
    moving_range = points.moving_range(points.values)
    reach, count = SIGMAS / D2 * moving_range, len(points.values)
    chart = _chart("xmr", points, Limits(points.mean, (points.mean - reach,) * count, (points.mean + reach,) * count))
    return replace(chart, moving_range_mean=moving_range, moving_range_upper=MOVING_RANGE_UPPER * moving_range)


def t_chart(gaps: Sequence[float], *, exclude: Collection[int] = (), baseline: int | None = None) -> ControlChart:
    """Chart the time between rare events: an xmr chart of the gaps to the power 1 / 3.6, turned back into time."""
    series = _checked(gaps)
    chart = xmr_chart([gap ** (1 / T_CHART_POWER) for gap in series], exclude=exclude, baseline=baseline)
    return replace(
        chart,
        kind="t",
        values=series,
        centre=_back_to_time(chart.centre),
        lower=tuple(None if low is None else _back_to_time(low) for low in chart.lower),
        upper=tuple(None if high is None else _back_to_time(high) for high in chart.upper),
        moving_range_mean=None,
        moving_range_upper=None,
    )


def run_chart(values: Sequence[float]) -> ControlChart:
    """Chart a series against its median, without limits."""
    return _without_limits("run", _series(values, (), None, allow_negative=True))


def from_baseline(chart: ControlChart, points: int) -> ControlChart:
    """Return the chart without its first `points`, which shaped the limits and are not shown."""
    shown = chart.values[points:]
    return replace(
        chart,
        values=shown,
        lower=chart.lower[points:],
        upper=chart.upper[points:],
        out_of_limits=tuple(position - points for position in chart.out_of_limits if position > points),
        signals=tuple(
            Signal(signal.rule, tuple(position - points for position in signal.positions))
            for signal in chart.signals
            if signal.positions[0] > points
        ),
        runs=run_test(shown, centre=chart.centre),
    )


def _attribute_chart(kind: str, points: _Points, sigmas: Sequence[float], ceiling: float = math.inf) -> ControlChart:
    lower = tuple(max(0.0, points.mean - SIGMAS * sigma) for sigma in sigmas)
    upper = tuple(min(ceiling, points.mean + SIGMAS * sigma) for sigma in sigmas)
    return _chart(kind, points, Limits(points.mean, lower, upper))


def _laney_chart(kind: str, points: _Points, sigmas: Sequence[float], ceiling: float = math.inf) -> ControlChart:
    scores = [_over(value - points.mean, sigma) for value, sigma in zip(points.values, sigmas, strict=True)]
    sigma_z = points.moving_range(scores) / D2
    widened = [sigma * sigma_z if math.isfinite(sigma) else math.inf for sigma in sigmas]
    return replace(_attribute_chart(kind, points, widened, ceiling), sigma_z=sigma_z)


def _chart(kind: str, points: _Points, limits: Limits) -> ControlChart:
    if len(points.values) < MINIMUM_POINTS:
        return _without_limits(kind, points)
    return ControlChart(
        kind=kind,
        values=points.values,
        centre=limits.centre,
        lower=limits.lower,
        upper=limits.upper,
        out_of_limits=beyond_limits(points.values, limits),
        signals=find_signals(points.values, limits, zones=kind == "xmr"),
        runs=run_test(points.values, centre=limits.centre, exclude=points.excluded),
    )


def _without_limits(kind: str, points: _Points) -> ControlChart:
    none = (None,) * len(points.values)
    centre = median(points.values) if points.values else 0.0
    return ControlChart(kind, points.values, centre, none, none, (), (), run_test(points.values, centre=centre))


def _series(
    values: Sequence[float], exclude: Collection[int], baseline: int | None, *, allow_negative: bool = False
) -> _Points:
    series = _checked(values, allow_negative=allow_negative)
    used = _used(len(series), exclude, baseline)
    return _Points(series, used, frozenset(exclude), _mean([series[i] for i in used]))


def _proportions(counts: Sequence[float], sizes: Sizes, exclude: Collection[int], baseline: int | None) -> _Points:
    points = _rates(counts, sizes, exclude, baseline)
    if any(value > 1 for value in points.values):
        raise ValueError("A proportion cannot have more hits than cases.")
    return points


def _rates(counts: Sequence[float], sizes: Sizes, exclude: Collection[int], baseline: int | None) -> _Points:
    hits = _checked(counts)
    volumes = (float(sizes),) * len(hits) if isinstance(sizes, int | float) else _checked(sizes)
    if len(volumes) != len(hits):
        raise ValueError(f"There are {len(hits)} counts and {len(volumes)} sizes. Give one size for each count.")
    used = tuple(i for i in _used(len(hits), exclude, baseline) if volumes[i] > 0)
    mean = _over(sum(hits[i] for i in used), sum(volumes[i] for i in used))
    values = tuple(_over(hit, volume) for hit, volume in zip(hits, volumes, strict=True))
    return _Points(values, used, frozenset(exclude), mean, volumes)


def _p_sigmas(points: _Points) -> list[float]:
    spread = math.sqrt(max(0.0, points.mean * (1 - points.mean)))
    return _sigmas(spread, points.sizes)


def _u_sigmas(points: _Points) -> list[float]:
    return _sigmas(math.sqrt(points.mean), points.sizes)


def _sigmas(spread: float, sizes: Sequence[float]) -> list[float]:
    """Return one standard deviation per period; a period in which nothing happened can say nothing."""
    return [spread / math.sqrt(size) if size else math.inf for size in sizes]


def _checked(values: Sequence[float], *, allow_negative: bool = False) -> tuple[float, ...]:
    series = tuple(float(value) for value in values)
    if not all(math.isfinite(value) for value in series):
        raise ValueError("A chart needs numbers; one of the values is missing or not finite.")
    if not allow_negative and any(value < 0 for value in series):
        raise ValueError("Counts, sizes and gaps cannot be negative.")
    return series


def _used(length: int, exclude: Collection[int], baseline: int | None) -> tuple[int, ...]:
    return tuple(i for i in range(min(length, baseline or length)) if i + 1 not in exclude)


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values) if values else 0.0


def _over(numerator: float, denominator: float) -> float:
    return numerator / denominator if denominator else 0.0


def _back_to_time(root: float) -> float:
    return float(max(0.0, root) ** T_CHART_POWER)
