"""Small sums that every measure shares: shares, percentiles, Pareto. Each has one definition."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

VITAL_FEW_PERCENT = 80


def half_up(value: Decimal | float | int, places: int = 0) -> Decimal:
    """Return `value` rounded half up, as people round on paper (Python's own rounding is half to even)."""
    exact = value if isinstance(value, Decimal) else Decimal(repr(value))
    return exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


@dataclass(frozen=True)
class Share:
    """A share with both its numbers, because a percentage without them cannot be checked."""

    numerator: int
    denominator: int

    def percent(self, places: int = 1) -> Decimal | None:
        """Return the percentage rounded half up; `None`, shown as n/a, when there is nothing to divide by."""
        if self.denominator == 0:
            return None
        return half_up(Decimal(100 * self.numerator) / self.denominator, places)

    def __str__(self) -> str:
        percent = self.percent()
        return "n/a" if percent is None else f"{percent}%"


def per(unit: int, count: int, volume: int, places: int = 1) -> Decimal | None:
    """Return how many there were for each `unit` of the volume, rounded half up; `None` when that is not known."""
    return half_up(Decimal(unit * count) / volume, places) if volume else None


def change_percent(before: int, after: int, places: int = 1) -> Decimal | None:
    """Return the change from `before` to `after` in percent, rounded half up; `None` from nothing."""
    return half_up(Decimal(100 * (after - before)) / before, places) if before else None


def percentile(values: Sequence[float], share: float) -> float | None:
    """Return the value below which `share` (0 to 1) of the values lie, interpolated between neighbours.

    Hyndman and Fan's type 7, which spreadsheets call PERCENTILE.INC. `None` when there are no values.
    """
    if not 0 <= share <= 1:
        raise ValueError("A percentile lies between 0 and 1.")
    if not values:
        return None
    ordered = sorted(values)
    position = share * (len(ordered) - 1)
    below = math.floor(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (position - below) * (ordered[above] - ordered[below])


@dataclass(frozen=True)
class ParetoRow:
    label: str
    count: int
    cumulative: int
    percent: float
    cumulative_percent: float
    is_vital: bool


def pareto(counts: Mapping[str, int]) -> list[ParetoRow]:
    """Return the counts largest first with running totals; the vital few are the fewest that make 80 %."""
    total, running, reached = sum(counts.values()), 0, False
    rows = []
    for label, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        running += count
        rows.append(
            ParetoRow(label, count, running, 100 * count / total, 100 * running / total, is_vital=not reached)
            if total
            else ParetoRow(label, 0, 0, 0.0, 0.0, is_vital=False)
        )
        reached = reached or 100 * running >= VITAL_FEW_PERCENT * total
    return rows


def flow_balance(*, open_at_start: int, opened: int, reopened: int, closed: int) -> int:
    """Return how many cases must be open at the end; a return that does not come to this is wrong."""
    return open_at_start + opened + reopened - closed
