"""A control chart: the line, its mean, its limits, and the points that need a word."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite

from reporting.charts.plane import Plane, nice_ticks
from reporting.measures.control_charts import ControlChart

Limits = Sequence[float | None]


@dataclass(frozen=True)
class Tick:
    y: float
    text: str


@dataclass(frozen=True)
class Point:
    """`key` numbers a special point, for the notes under the chart; `label` is empty where dates would collide."""

    x: float
    y: float
    label: str
    is_special: bool
    key: str


@dataclass(frozen=True)
class ControlDrawing:
    plane: Plane
    ticks: tuple[Tick, ...]
    points: tuple[Point, ...]
    line: str
    band: str
    upper: str
    lower: str
    captions: tuple[Tick, ...]
    centre_y: float | None
    change: Point | None


def draw_control_chart(
    chart: ControlChart,
    labels: Sequence[str],
    *,
    unit: str = "",
    scale: float = 1,
    width: int = 880,
    height: int = 280,
    changed_at: tuple[int, str] | None = None,
) -> ControlDrawing:
    """Lay out `chart`, one label per point. `scale` turns shares into percent; `changed_at` is (position, words)."""
    values = [value * scale for value in chart.values]
    upper, lower = _scaled(chart.upper, scale), _scaled(chart.lower, scale)
    if all(value >= 0 for value in values):  # what is never below nought has no limit there
        lower = [limit and max(0.0, limit) for limit in lower]
    shown = [*values, *(v for v in (*upper, *lower) if v is not None)] or [0.0]
    ticks = nice_ticks(*_reach(shown))
    plane = Plane(width, height, low=ticks[0], high=ticks[-1])
    points = _points(plane, values, labels, chart.out_of_limits)
    return ControlDrawing(
        plane=plane,
        ticks=tuple(Tick(plane.y(tick), f"{_short(tick)}{unit}") for tick in ticks),
        points=points,
        line=_path([(point.x, point.y) for point in points]),
        band=_band(plane, upper, lower),
        upper=_steps(plane, upper),
        lower=_steps(plane, lower),
        captions=_captions(plane, chart, (upper, lower), scale, unit),
        centre_y=plane.y(chart.centre * scale) if values else None,
        change=_change(plane, len(values), changed_at),
    )


def _reach(shown: Sequence[float]) -> tuple[float, float]:
    """Return the lowest and the highest value to draw; what never changes is drawn against nothing at all."""
    low, high = min(shown), max(shown)
    return (low, high) if low < high else (min(low, 0.0), max(high, 0.0))


def _scaled(limits: Sequence[float | None], scale: float) -> list[float | None]:
    return [None if limit is None or not isfinite(limit) else limit * scale for limit in limits]


def _points(plane: Plane, values: Sequence[float], labels: Sequence[str], special: Sequence[int]) -> tuple[Point, ...]:
    every = max(1, -(-len(values) * 72 // max(1, plane.right_edge - plane.left)))
    keys: Mapping[int, str] = {position: str(number) for number, position in enumerate(special, start=1)}
    return tuple(
        Point(
            x=plane.x(i, len(values)),
            y=plane.y(value),
            label=labels[i] if i % every == 0 else "",
            is_special=i + 1 in keys,
            key=keys.get(i + 1, ""),
        )
        for i, value in enumerate(values)
    )


def _path(places: Sequence[tuple[float, float]]) -> str:
    return "M" + " L".join(f"{x} {y}" for x, y in places) if places else ""


def _edges(plane: Plane, limits: Sequence[float | None]) -> list[tuple[float, float]]:
    """Return the corners of a limit that steps half way between points, where the volume changes."""
    count, corners = len(limits), []
    half = (plane.x(1, count) - plane.x(0, count)) / 2 if count > 1 else 20
    for i, limit in enumerate(limits):
        if limit is None:
            continue
        middle = plane.x(i, count)
        start, end = max(plane.left, middle - half), min(plane.right_edge, middle + half)
        corners += [(round(start, 1), plane.y(limit)), (round(end, 1), plane.y(limit))]
    return corners


def _steps(plane: Plane, limits: Sequence[float | None]) -> str:
    return _path(_edges(plane, limits))


def _band(plane: Plane, upper: Sequence[float | None], lower: Sequence[float | None]) -> str:
    outline = _path(_edges(plane, upper) + _edges(plane, lower)[::-1])
    return f"{outline}Z" if outline else ""


def _short(number: float) -> str:
    """Return a number as it fits beside an axis: 12k for twelve thousand."""
    return f"{number / 1000:g}k" if abs(number) >= 10_000 else f"{number:g}"


def _precise(number: float) -> str:
    return f"{number:,.0f}" if abs(number) >= 100 else f"{number:.3g}"


def _captions(
    plane: Plane, chart: ControlChart, limits: tuple[Limits, Limits], scale: float, unit: str
) -> tuple[Tick, ...]:
    """Name mean and limits at the right edge, by the values of the last point, apart enough to be read."""
    if not chart.values:
        return ()
    named: list[tuple[str, float | None]] = [("Mean" if chart.has_limits else "Median", chart.centre * scale)]
    if chart.has_limits:
        named = [("Upper limit", limits[0][-1]), *named, ("Lower limit", limits[1][-1])]
    placed: list[Tick] = []
    for name, value in named:
        if value is None or not isfinite(value):
            continue
        y = plane.y(value) + 4
        if placed and y - placed[-1].y < 16:
            y = placed[-1].y + 16
        placed.append(Tick(round(y, 1), f"{name} {_precise(value)}{unit}"))
    below = max(0.0, placed[-1].y - plane.base - 4) if placed else 0.0
    return tuple(Tick(round(each.y - below, 1), each.text) for each in placed)


def _change(plane: Plane, count: int, changed_at: tuple[int, str] | None) -> Point | None:
    if changed_at is None or not 1 <= changed_at[0] <= count:
        return None
    return Point(plane.x(changed_at[0] - 1, count), plane.top, changed_at[1], is_special=False, key="")
