"""Did a change help? Weeks before and after it, compared as what they are: counts, shares, or values that vary.

Every comparison comes with an interval that holds the change with 95 % confidence, widened by how much the weeks vary
beyond chance. Fewer than eight weeks after the change say nothing yet.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

WEEKS_NEEDED = 8
Z_95 = 1.96


class Result(StrEnum):
    """What the comparison says, whichever way was wanted."""

    TOO_EARLY = "TOO_EARLY"
    NOTHING_BEFORE = "NOTHING_BEFORE"
    LOWER = "LOWER"
    HIGHER = "HIGHER"
    UNCLEAR = "UNCLEAR"


@dataclass(frozen=True)
class Effect:
    """A figure before and after a change. `change`, with `low` and `high` around it, is a ratio less 1 of counts, and a
    difference of everything else; `None` while there are too few weeks after the change, or nothing to compare with.
    """

    before: float
    after: float
    weeks_after: int
    change: float | None = None
    low: float | None = None
    high: float | None = None

    @property
    def result(self) -> Result:
        if self.weeks_after < WEEKS_NEEDED:
            return Result.TOO_EARLY
        if self.low is None or self.high is None:
            return Result.NOTHING_BEFORE
        if self.high < 0:
            return Result.LOWER
        return Result.HIGHER if self.low > 0 else Result.UNCLEAR

    @property
    def too_little(self) -> str:
        """Return why nothing can be said; nothing where something can."""
        if self.result is Result.TOO_EARLY:
            return f"Not enough data yet: {self.weeks_after} of {WEEKS_NEEDED} weeks"
        if self.result is Result.NOTHING_BEFORE:
            return "Nothing to compare with: nothing was counted before the change"
        return ""


def effect_on_counts(before: Sequence[int], after: Sequence[int]) -> Effect:
    """Compare weekly counts: the ratio of two rates on the logarithmic scale (quasi-Poisson, never narrower than Poisson)."""
    first, second = _mean(before), _mean(after)
    bare = Effect(first, second, len(after))
    if len(after) < WEEKS_NEEDED or not sum(before):
        return bare
    spread = _spread_of_counts(before, after)
    total_after = max(0.5, float(sum(after)))
    error = Z_95 * math.sqrt(spread * (1 / sum(before) + 1 / total_after))
    ratio = math.log((total_after / len(after)) / first)
    return replace(bare, change=second / first - 1, low=math.exp(ratio - error) - 1, high=math.exp(ratio + error) - 1)


def effect_on_shares(before: Sequence[tuple[int, int]], after: Sequence[tuple[int, int]]) -> Effect:
    """Compare shares, weeks of (numerator, denominator): the difference of the two pooled shares (quasi-binomial)."""
    first, second = _pooled(before), _pooled(after)
    bare = Effect(first or 0.0, second or 0.0, len(after))
    if len(after) < WEEKS_NEEDED or first is None or second is None:
        return bare
    spread = _spread_of_shares(before, after)
    variance = sum(_share_variance(weeks) for weeks in (before, after))
    return _around(bare, second - first, Z_95 * math.sqrt(spread * variance))


def effect_on_values(before: Sequence[float], after: Sequence[float]) -> Effect:
    """Compare weekly values: the difference of their means (Welch)."""
    bare = Effect(_mean(before), _mean(after), len(after))
    if len(after) < WEEKS_NEEDED or len(before) < 2:
        return bare
    parts = [_variance(weeks) / len(weeks) for weeks in (before, after)]
    total = sum(parts)
    degrees = total**2 / (parts[0] ** 2 / (len(before) - 1) + parts[1] ** 2 / (len(after) - 1)) if total else math.inf
    return _around(bare, bare.after - bare.before, _student_95(degrees) * math.sqrt(total))


def _around(bare: Effect, change: float, error: float) -> Effect:
    return replace(bare, change=change, low=change - error, high=change + error)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def _variance(values: Sequence[float]) -> float:
    mean = _mean(values)
    return sum((value - mean) ** 2 for value in values) / (len(values) - 1)


def _pooled(weeks: Sequence[tuple[int, int]]) -> float | None:
    hits, of = sum(hit for hit, _ in weeks), sum(size for _, size in weeks)
    return hits / of if of else None


def _share_variance(weeks: Sequence[tuple[int, int]]) -> float:
    """Return the variance of a pooled share; half a case is added on each side, so that 0 % and 100 % have one too."""
    hits, of = sum(hit for hit, _ in weeks), sum(size for _, size in weeks)
    share = (hits + 0.5) / (of + 1)
    return share * (1 - share) / of


def _spread_of_counts(*series: Sequence[int]) -> float:
    """Return the mean squared distance from each period's own mean, in units of that mean; at least 1."""
    squares, freedom = 0.0, 0
    for counts in series:
        mean = _mean(counts)
        if mean:
            squares += sum((count - mean) ** 2 / mean for count in counts)
            freedom += len(counts) - 1
    return max(1.0, squares / freedom) if freedom > 0 else 1.0


def _spread_of_shares(*series: Sequence[tuple[int, int]]) -> float:
    """Return the same of shares: squared distances from the pooled share, in units of what chance allows."""
    squares, freedom = 0.0, 0
    for weeks in series:
        share = _pooled(weeks)
        if share and share < 1:
            squares += sum((hit - of * share) ** 2 / (of * share * (1 - share)) for hit, of in weeks if of)
            freedom += sum(1 for _, of in weeks if of) - 1
    return max(1.0, squares / freedom) if freedom > 0 else 1.0


def _student_95(degrees: float) -> float:
    """Return the two-sided 95 % point of Student's t, by the expansion of Cornish and Fisher around the normal."""
    z = Z_95
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
    )
    return z + sum(term / degrees ** (power + 1) for power, term in enumerate(terms))
