"""How far two people agree who judged the same things without knowing each other's answers. Pure sums."""

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Final

PERCENT: Final = Decimal("0.1")
KAPPA: Final = Decimal("0.01")

# Landis and Koch (1977): the least kappa of each band, the highest first.
BANDS: Final = (
    (Fraction(81, 100), "almost perfect"),
    (Fraction(61, 100), "substantial"),
    (Fraction(41, 100), "moderate"),
    (Fraction(21, 100), "fair"),
    (Fraction(0), "slight"),
)


@dataclass(frozen=True)
class Agreement:
    """`agreed` of `judged` answers were the same; `expected` is the share that chance alone would give."""

    agreed: int
    judged: int
    expected: Fraction

    @property
    def observed(self) -> Fraction | None:
        return Fraction(self.agreed, self.judged) if self.judged else None

    @property
    def kappa(self) -> Fraction | None:
        """Return Cohen's kappa, (observed - expected) / (1 - expected).

        `None` where it has no meaning: nothing was judged, or both gave one and the same answer throughout, so that
        chance alone would make them agree.
        """
        if self.observed is None or self.expected == 1:
            return None
        return (self.observed - self.expected) / (1 - self.expected)

    @property
    def percent_in_words(self) -> str:
        return "n/a" if self.observed is None else f"{_rounded(100 * self.observed, PERCENT)}%"

    @property
    def of_in_words(self) -> str:
        return f"{self.agreed} of {self.judged}"

    @property
    def kappa_in_words(self) -> str:
        return "n/a" if self.kappa is None else str(_rounded(self.kappa, KAPPA))

    @property
    def band(self) -> str:
        """Return the usual word for a kappa, or why there is none."""
        if self.kappa is None:
            return "not defined: both gave the same answer throughout" if self.judged else "nothing was judged"
        return next((words for least, words in BANDS if self.kappa >= least), "less than chance")


def agreement(pairs: Sequence[tuple[Hashable, Hashable]]) -> Agreement:
    """Return how far the first and the second of each pair agree."""
    judged = len(pairs)
    if not judged:
        return Agreement(0, 0, Fraction(0))
    first, second = Counter(one for one, _ in pairs), Counter(two for _, two in pairs)
    by_chance = sum(first[answer] * second[answer] for answer in first)
    return Agreement(sum(one == two for one, two in pairs), judged, Fraction(by_chance, judged * judged))


def _rounded(value: Fraction, places: Decimal) -> Decimal:
    return (Decimal(value.numerator) / value.denominator).quantize(places, rounding=ROUND_HALF_UP)
