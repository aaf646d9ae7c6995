"""What a contact centre's own figures say: how long a contact takes, whether the first one was enough. Pure sums.

Every result keeps both its numbers, and is n/a where there is nothing to divide by.
"""

from dataclasses import dataclass
from decimal import Decimal

from reporting.measures.figures import Share, half_up, per

SECONDS_IN_A_MINUTE = 60
PER = 1_000


@dataclass(frozen=True)
class Average:
    """Seconds over contacts, said as minutes and seconds."""

    numerator: int
    denominator: int

    def seconds(self) -> Decimal | None:
        """Return the whole seconds rounded half up; `None` when there is nothing to divide by."""
        return half_up(Decimal(self.numerator) / self.denominator) if self.denominator else None

    def __str__(self) -> str:
        seconds = self.seconds()
        if seconds is None:
            return "n/a"
        minutes, rest = divmod(int(seconds), SECONDS_IN_A_MINUTE)
        return f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"


@dataclass(frozen=True)
class Rate:
    """Cases for each thousand contacts."""

    numerator: int
    denominator: int

    def per_thousand(self, places: int = 1) -> Decimal | None:
        return per(PER, self.numerator, self.denominator, places)

    def __str__(self) -> str:
        rate = self.per_thousand()
        return "n/a" if rate is None else str(rate)


@dataclass(frozen=True, kw_only=True)
class ContactTotals:
    """Sums over the rows of a period. Each `…_of` counts the contacts of the rows that give the figure beside it, so
    that a row which leaves a figure out is in neither half of its quotient."""

    handled: int = 0
    offered: int = 0
    abandoned: int = 0
    abandoned_of: int = 0
    answered_in_time: int = 0
    answered_in_time_of: int = 0
    wait_seconds: int = 0
    wait_of: int = 0
    talk_seconds: int = 0
    hold_seconds: int = 0
    after_call_seconds: int = 0
    timed: int = 0
    resolved_first: int = 0
    resolved_of: int = 0

    @property
    def handling_time(self) -> Average:
        """Return talk, hold and after-call work over the contacts handled (AHT)."""
        return Average(self.talk_seconds + self.hold_seconds + self.after_call_seconds, self.timed)

    @property
    def after_call_work(self) -> Average:
        return Average(self.after_call_seconds, self.timed)

    @property
    def speed_of_answer(self) -> Average:
        return Average(self.wait_seconds, self.wait_of)

    @property
    def first_contact(self) -> Share:
        """Return the contacts resolved at once over those that were looked at (FCR)."""
        return Share(self.resolved_first, self.resolved_of)

    @property
    def abandonment(self) -> Share:
        return Share(self.abandoned, self.abandoned_of)

    @property
    def service_level(self) -> Share:
        """Return the contacts answered in time over all that were offered, those given up included."""
        return Share(self.answered_in_time, self.answered_in_time_of)

    def complaints_per_thousand(self, complaints: int) -> Rate:
        return Rate(complaints, self.handled)
