"""What a scorecard comes to. Pure sums, exact until the last rounding."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Final

FULL_WEIGHT: Final = 100
PLACES: Final = Decimal("0.01")


@dataclass(frozen=True, kw_only=True)
class Line:
    """One criterion as it was answered: `share` of it was met, from 0 to 1; `None` where it did not apply."""

    weight: int
    share: Fraction | None
    is_fatal: bool = False
    is_compliance: bool = False


@dataclass(frozen=True, kw_only=True)
class Score:
    """`quality` and `compliance` are percentages, or `None` where nothing applied."""

    quality: Decimal | None
    compliance: Decimal | None
    is_failed: bool


def score(lines: Sequence[Line]) -> Score:
    """Return what the answers come to.

    What did not apply leaves the weights, so the rest shares its place. A fatal criterion that was not wholly met makes
    the quality nought. Compliance stands by itself: each of its criteria counts the same, because no duty outweighs
    another, and a fatal failure does not touch it.
    """
    is_failed = any(line.is_fatal and line.share is not None and line.share < 1 for line in lines)
    quality = _percent((line.weight, line.share) for line in lines)
    compliance = _percent((1, line.share) for line in lines if line.is_compliance)
    return Score(
        quality=Decimal(0).quantize(PLACES) if is_failed else quality, compliance=compliance, is_failed=is_failed
    )


def _percent(parts: Iterable[tuple[int, Fraction | None]]) -> Decimal | None:
    """Return the weighted mean of what applied, in percent, rounded half up to two places."""
    applied = [(weight, share) for weight, share in parts if share is not None]
    whole = sum(weight for weight, _ in applied)
    if not whole:
        return None
    exact = 100 * sum((weight * share for weight, share in applied), Fraction(0)) / whole
    return (Decimal(exact.numerator) / exact.denominator).quantize(PLACES, rounding=ROUND_HALF_UP)
