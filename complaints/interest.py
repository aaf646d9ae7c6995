"""Interest on money that a customer had to do without: simple, by the day, over a year of 365 days.

A day counts when the money was missing at its end: from the day of the loss up to, not including, the day it is paid
back. Leap years count 366 days over 365. Nothing is rounded but the total, half a penny upwards.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from core.errors import UserFacingError

PENNY: Final = Decimal("0.01")
DAYS_OF_A_YEAR: Final = Decimal(365)
SIMPLE_PERCENT: Final = Decimal(8)
ABOVE_BASE: Final = Decimal(1)
BASIC_RATE_TAX: Final = Decimal("0.20")

BaseRates = Sequence[tuple[date, Decimal]]


class InterestError(UserFacingError):
    """The interest cannot be worked out from what was given."""


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """Days on end at one rate; `end` is the first day that does not count."""

    start: date
    end: date
    percent: Decimal
    interest: Decimal

    @property
    def days(self) -> int:
        return (self.end - self.start).days


@dataclass(frozen=True, kw_only=True)
class Account:
    """How an amount of interest came about, stretch by stretch."""

    principal: Decimal
    stretches: tuple[Stretch, ...]

    @property
    def days(self) -> int:
        return sum(each.days for each in self.stretches)

    @property
    def total(self) -> Decimal:
        return sum((each.interest for each in self.stretches), Decimal(0)).quantize(PENNY, ROUND_HALF_UP)

    @property
    def tax(self) -> Decimal:
        """Return what is kept back where basic-rate tax is taken off interest before it is paid."""
        return (self.total * BASIC_RATE_TAX).quantize(PENNY, ROUND_HALF_UP)

    @property
    def mean_percent(self) -> Decimal:
        """Return the rate over all the days, each weighing the same."""
        return sum((each.percent * each.days for each in self.stretches), Decimal(0)) / self.days


def simple_interest(principal: Decimal, *, start: date, end: date, percent: Decimal = SIMPLE_PERCENT) -> Account:
    """Return the interest at one rate a year."""
    _check(principal, start, end)
    return Account(principal=principal, stretches=(_stretch(principal, start, end, percent),))


def base_rate_interest(
    principal: Decimal, *, start: date, end: date, rates: BaseRates, above: Decimal = ABOVE_BASE
) -> Account:
    """Return the interest at the base rate of each day plus `above`; `rates` give the day from which each held."""
    _check(principal, start, end)
    ordered = sorted(rates)
    if not ordered or ordered[0][0] > start:
        raise InterestError(
            f"There is no base rate for {_words(start)}. An admin can add it under Policies, Base rates."
        )
    ends = [begins for begins, _ in ordered[1:]] + [end]
    stretches = [
        _stretch(principal, max(begins, start), min(until, end), percent + above)
        for (begins, percent), until in zip(ordered, ends, strict=True)
        if max(begins, start) < min(until, end)
    ]
    return Account(principal=principal, stretches=tuple(stretches))


def _stretch(principal: Decimal, start: date, end: date, percent: Decimal) -> Stretch:
    interest = principal * percent * (end - start).days / (100 * DAYS_OF_A_YEAR)
    return Stretch(start=start, end=end, percent=percent, interest=interest)


def _check(principal: Decimal, start: date, end: date) -> None:
    if not principal.is_finite() or principal <= 0:
        raise InterestError("The amount that was missing must be more than nothing.")
    if end <= start:
        raise InterestError("The day it is paid back must be after the day of the loss.")


def _words(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
