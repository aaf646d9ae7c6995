"""Business days as regulators mean them: Monday to Friday, holidays left out, whatever hours an organisation keeps."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

WORKING_WEEKDAYS = 5


@dataclass(frozen=True)
class BusinessDays:
    """`holidays` are weekdays, in order."""

    holidays: tuple[date, ...] = ()

    @classmethod
    def without(cls, holidays: Iterable[date]) -> "BusinessDays":
        return cls(tuple(sorted({day for day in holidays if day.weekday() < WORKING_WEEKDAYS})))

    def is_one(self, day: date) -> bool:
        return day.weekday() < WORKING_WEEKDAYS and not self._holidays_between(day - timedelta(days=1), day)

    def after(self, day: date, count: int) -> date:
        """Return the `count`-th business day after `day`, which itself does not count."""
        while count:
            day += timedelta(days=1)
            count -= self.is_one(day)
        return day

    def between(self, first: date, last: date) -> int:
        """Return how many business days lie after `first`, up to and including `last`; none when `last` is earlier."""
        if last <= first:
            return 0
        weeks, rest = divmod((last - first).days, 7)
        days = weeks * WORKING_WEEKDAYS
        days += sum((first + timedelta(days=step)).weekday() < WORKING_WEEKDAYS for step in range(1, rest + 1))
        return days - self._holidays_between(first, last)

    def _holidays_between(self, first: date, last: date) -> int:
        return bisect_right(self.holidays, last) - bisect_right(self.holidays, first)
