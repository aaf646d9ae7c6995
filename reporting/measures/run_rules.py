"""What counts as more than the usual ups and downs. Positions are 1-based; sources: domain.md 6."""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby, pairwise

RUN_LENGTH = 8
TREND_LENGTH = 6


class Rule(StrEnum):
    BEYOND_LIMITS = "beyond a limit"
    RUN = "8 in a row on one side of the centre"
    TREND = "6 in a row rising or falling"
    NEAR_LIMIT = "2 of 3 close to the same limit"


@dataclass(frozen=True)
class Signal:
    """A rule that fired, with the positions of the points that made it fire."""

    rule: Rule
    positions: tuple[int, ...]


@dataclass(frozen=True)
class Limits:
    centre: float
    lower: tuple[float, ...]
    upper: tuple[float, ...]


@dataclass(frozen=True)
class RunTest:
    """Anhøj's two tests for a shift, on the points that do not lie on the centre line.

    `longest_allowed` and `crossings_needed` are the bounds; beyond either, the series is not random.
    """

    useful: int
    longest: int
    longest_allowed: int
    crossings: int
    crossings_needed: int

    @property
    def signal(self) -> bool:
        return self.useful > 0 and (self.longest > self.longest_allowed or self.crossings < self.crossings_needed)


def beyond_limits(values: Sequence[float], limits: Limits) -> tuple[int, ...]:
    """Return the positions strictly beyond a limit; a difference of rounding is not beyond."""
    bounds = zip(values, limits.lower, limits.upper, strict=True)
    return tuple(i for i, (value, low, high) in enumerate(bounds, start=1) if _above(value, high) or _above(low, value))


def find_signals(values: Sequence[float], limits: Limits, *, zones: bool) -> tuple[Signal, ...]:
    """Return every rule that fires. `zones` adds the rule on the outer third, which suits measurements, not counts."""
    found = [Signal(Rule.BEYOND_LIMITS, (position,)) for position in beyond_limits(values, limits)]
    found += [Signal(Rule.RUN, run) for run in _long_runs(values, limits.centre)]
    found += [Signal(Rule.TREND, trend) for trend in _trends(values)]
    if zones:
        found += [Signal(Rule.NEAR_LIMIT, near) for near in _near_limits(values, limits)]
    return tuple(sorted(found, key=lambda signal: (signal.positions[0], signal.rule)))


def run_test(values: Sequence[float], *, centre: float, exclude: Collection[int] = ()) -> RunTest:
    """Return Anhøj's test of `values` around `centre`, without the points at the positions in `exclude`."""
    sides = [side for position, side in _sides(values, centre) if position not in exclude]
    lengths = [len(list(run)) for _, run in groupby(sides)]
    useful = len(sides)
    return RunTest(
        useful=useful,
        longest=max(lengths, default=0),
        longest_allowed=round(math.log2(useful)) + 3 if useful else 0,
        crossings=max(0, len(lengths) - 1),
        crossings_needed=_fewest_likely_crossings(useful),
    )


def _fewest_likely_crossings(useful: int) -> int:
    """Return the 5 % quantile of the crossings that chance makes: binomial, one throw of a fair coin per pair."""
    throws = max(0, useful - 1)
    cumulative = 0
    for crossings in range(throws):
        cumulative += math.comb(throws, crossings)
        if 20 * cumulative >= 2**throws:
            return crossings
    return throws


def _above(value: float, limit: float) -> bool:
    return value > limit and not math.isclose(value, limit, rel_tol=1e-12)


def _sides(values: Sequence[float], centre: float) -> list[tuple[int, int]]:
    """Return (position, side) of the points off the centre line; a point on it neither breaks nor extends a run."""
    sides = [(i, _above(value, centre) - _above(centre, value)) for i, value in enumerate(values, start=1)]
    return [(position, side) for position, side in sides if side]


def _long_runs(values: Sequence[float], centre: float) -> list[tuple[int, ...]]:
    runs = [tuple(i for i, _ in run) for _, run in groupby(_sides(values, centre), key=lambda point: point[1])]
    return [run for run in runs if len(run) >= RUN_LENGTH]


def _trends(values: Sequence[float]) -> list[tuple[int, ...]]:
    steps = [(i, (after > before) - (after < before)) for i, (before, after) in enumerate(pairwise(values), start=1)]
    trends = []
    for direction, group in groupby(steps, key=lambda step: step[1]):
        starts = [i for i, _ in group]
        if direction and len(starts) + 1 >= TREND_LENGTH:
            trends.append((*starts, starts[-1] + 1))
    return trends


def _near_limits(values: Sequence[float], limits: Limits) -> list[tuple[int, ...]]:
    """Return the points among three neighbours, two or more, in the outer third on the same side of the centre."""
    zones = [
        _above(value, limits.centre + (high - limits.centre) * 2 / 3)
        - _above(limits.centre - (limits.centre - low) * 2 / 3, value)
        for value, low, high in zip(values, limits.lower, limits.upper, strict=True)
    ]
    found: dict[tuple[int, ...], None] = {}
    for start in range(len(zones) - 2):
        for side in (1, -1):
            hits = tuple(start + k + 1 for k in range(3) if zones[start + k] == side)
            if len(hits) >= 2:
                found[hits] = None
    return list(found)
