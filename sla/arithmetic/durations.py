"""How long a promise allows. Each way of counting is a type of its own: a day is never turned into 24 hours."""

from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum

from sla.arithmetic import words
from sla.arithmetic.errors import DurationError

LONGEST_TIME = timedelta(days=10 * 366)
LONGEST_COUNT = 3660


class PeriodUnit(StrEnum):
    DAYS = "day"
    WEEKS = "week"
    MONTHS = "month"


@dataclass(frozen=True, slots=True)
class ElapsedTime:
    """So much time on the clock, day and night, weekends and holidays too."""

    time: timedelta

    def __post_init__(self) -> None:
        _check_time(self.time)

    def __str__(self) -> str:
        return f"{words.hours(self.time)} on the clock"


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """So much time while the calendar is open."""

    time: timedelta

    def __post_init__(self) -> None:
        _check_time(self.time)

    def __str__(self) -> str:
        return words.hours(self.time).replace("hour", "working hour").replace("minute", "working minute")


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """To the end of the n-th working day.

    With a cut-off, what arrives after it, or on a closed day, is taken as received on the next working day. Counted
    from the next day, the day of receipt is day 0; otherwise it is day 1.
    """

    count: int
    cut_off: time | None = None
    counts_from_next_day: bool = True

    def __post_init__(self) -> None:
        _check_count(self.count)

    def __str__(self) -> str:
        return words.amount(self.count, "working day")


@dataclass(frozen=True, slots=True)
class CloseOfWorkingDay:
    """To the close of business on the n-th working day: the day's last closing time unless `closes_at` names one."""

    count: int
    cut_off: time | None = None
    counts_from_next_day: bool = True
    closes_at: time | None = None

    def __post_init__(self) -> None:
        _check_count(self.count)

    def __str__(self) -> str:
        return f"close of business on working day {self.count:,}"


@dataclass(frozen=True, slots=True)
class CalendarPeriod:
    """To the end of the day so many days, weeks or months on; a month without that date ends on its last day."""

    count: int
    unit: PeriodUnit
    rolls: bool = False

    def __post_init__(self) -> None:
        _check_count(self.count)

    def __str__(self) -> str:
        return words.amount(self.count, f"calendar {self.unit}" if self.unit is PeriodUnit.DAYS else self.unit)


@dataclass(frozen=True, slots=True)
class FixedDate:
    """To the end of one named day, whenever it started."""

    day: date
    rolls: bool = False

    def __str__(self) -> str:
        return words.long_day(self.day)


Duration = ElapsedTime | WorkingHours | WorkingDays | CloseOfWorkingDay | CalendarPeriod | FixedDate


def _check_time(time: timedelta) -> None:
    if time <= timedelta(0):
        raise DurationError("The time allowed must be more than zero.")
    if time > LONGEST_TIME:
        raise DurationError("The time allowed must be 10 years or less.")


def _check_count(count: int) -> None:
    if count < 1:
        raise DurationError("The number of days, weeks or months allowed must be 1 or more.")
    if count > LONGEST_COUNT:
        raise DurationError(f"The number of days, weeks or months allowed must be {LONGEST_COUNT:,} or less.")
