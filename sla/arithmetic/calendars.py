"""When work is done: weekly opening hours in a time zone, and the days that differ.

A year of opening hours is laid out once per calendar as instants and running totals; after that, adding and measuring
working time is a binary search. Days are walked as local dates. An opening period runs from the first moment at which
the wall clock has reached its opening time to the first moment at which it has reached its closing time, so that a
period lying in the hour that daylight saving skips or repeats is neither lost nor counted twice. Moments are in UTC:
Python compares and subtracts two local times by the wall clock, which is wrong in that hour.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from itertools import pairwise
from zoneinfo import ZoneInfo

from sla.arithmetic.errors import CalendarError, NeverFinishesError
from sla.arithmetic.words import MINUTES_PER_DAY, WEEKDAYS, amount, clock_time, long_day

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
ONE_DAY = timedelta(days=1)
HORIZON_YEARS = 30


@dataclass(frozen=True, slots=True, order=True)
class Opening:
    """Minutes since midnight of one day, from `opens` up to but not including `closes`; 1440 is midnight."""

    opens: int
    closes: int

    def __str__(self) -> str:
        return f"{clock_time(self.opens)} to {clock_time(self.closes)}"


@dataclass(frozen=True, slots=True)
class DayException:
    """A date with hours of its own: none on a holiday, some on a one-off opening or a half day."""

    day: date
    name: str
    openings: tuple[Opening, ...] = ()


Week = tuple[tuple[Opening, ...], ...]


@dataclass(frozen=True, slots=True)
class DatedWeek:
    """Weekly hours that hold from a local date on, until the next ones do; with `zone`, in another time zone from then on."""

    starts: date
    week: Week
    zone: ZoneInfo | None = None


@dataclass(frozen=True, slots=True)
class OpenYear:
    """One local year as parallel, ascending columns: instants in microseconds and working time since New Year."""

    opens: list[int]
    closes: list[int]
    before: list[int]
    after: list[int]
    days: list[date]

    @property
    def total(self) -> int:
        return self.after[-1] if self.after else 0

    def worked_until(self, instant: int) -> int:
        """Return the working microseconds of this year that lie before `instant`."""
        index = bisect_right(self.opens, instant) - 1
        if index < 0:
            return 0
        return self.before[index] + min(instant, self.closes[index]) - self.opens[index]

    def instant_after(self, worked: int) -> int:
        """Return the first instant by which `worked` microseconds of this year have been worked."""
        index = bisect_left(self.after, worked)
        return self.opens[index] + worked - self.before[index]


@dataclass(frozen=True)
class Calendar:
    """Seven weekdays of opening periods, Monday first, the weeks that take over on later days, and dates that differ."""

    name: str
    zone: ZoneInfo
    week: Week
    exceptions: tuple[DayException, ...] = ()
    later_weeks: tuple[DatedWeek, ...] = ()
    _years: dict[int, OpenYear] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        _check_week(self.week, self.name)
        for later in self.later_weeks:
            _check_week(later.week, self.name, f" from {long_day(later.starts)}")
        if any(first >= second for first, second in pairwise(self.changes)):
            raise CalendarError(
                f"The calendar {self.name} changes its hours twice on one day. Keep one week for each first day."
            )
        for exception in self.exceptions:
            _check_openings(exception.openings, long_day(exception.day))
        if len(self.exception_on) != len(self.exceptions):
            raise CalendarError(f"The calendar {self.name} names the same date twice. Keep one row for each date.")

    @cached_property
    def exception_on(self) -> dict[date, DayException]:
        return {exception.day: exception for exception in self.exceptions}

    @cached_property
    def changes(self) -> list[date]:
        """Return the days on which other weekly hours take over, earliest first."""
        return [later.starts for later in self.later_weeks]

    @cached_property
    def zone_changes(self) -> list[tuple[date, ZoneInfo]]:
        """Return the days on which another time zone takes over, earliest first, each with its zone."""
        zone, changes = self.zone, []
        for later in self.later_weeks:
            if later.zone and later.zone != zone:
                zone = later.zone
                changes.append((later.starts, zone))
        return changes

    def zone_on(self, day: date) -> ZoneInfo:
        return next((zone for starts, zone in reversed(self.zone_changes) if starts <= day), self.zone)

    def local(self, moment: datetime) -> datetime:
        """Return `moment` in the time zone that holds at it: the latest whose first day has begun there."""
        for starts, zone in reversed(self.zone_changes):
            local = moment.astimezone(zone)
            if local.date() >= starts:
                return local
        return moment.astimezone(self.zone)

    def week_on(self, day: date) -> Week:
        position = bisect_right(self.changes, day)
        return self.later_weeks[position - 1].week if position else self.week

    def openings_on(self, day: date) -> tuple[Opening, ...]:
        """Return the hours of `day`; none means that it is closed."""
        exception = self.exception_on.get(day)
        return exception.openings if exception else self.week_on(day)[day.weekday()]

    def is_working_day(self, day: date) -> bool:
        """Return whether `day` has opening hours; a date that its zone left out, as Samoa did one, has none."""
        days = self.year(day.year).days
        position = bisect_left(days, day)
        return position < len(days) and days[position] == day

    def local_day(self, moment: datetime) -> date:
        return self.local(moment).date()

    def moment(self, day: date, minute: int) -> datetime:
        """Return, in UTC, the first moment at which the wall clock on `day` has reached `minute`."""
        zone = self.zone_on(day)
        wall = datetime.combine(day, time(), zone) + timedelta(minutes=minute)
        instant = wall.astimezone(UTC)
        if instant.astimezone(zone).replace(tzinfo=None) != wall.replace(tzinfo=None):
            instant = _end_of_gap(wall, zone)
        return min(instant, self._next_day_begins(day)) if self.zone_changes else instant

    def end_of_day(self, day: date) -> datetime:
        """Return, in UTC, the last second of `day`."""
        end = datetime.combine(day, time(23, 59, 59), self.zone_on(day)).replace(fold=1).astimezone(UTC)
        return min(end, self._next_day_begins(day) - timedelta(seconds=1)) if self.zone_changes else end

    def _next_day_begins(self, day: date) -> datetime:
        """Return, in UTC, when the day after `day` begins: before midnight, where a zone further east takes over on it."""
        following = day + ONE_DAY
        return datetime.combine(following, time(), self.zone_on(following)).astimezone(UTC)

    def close_of(self, day: date) -> datetime:
        return self.moment(day, self.openings_on(day)[-1].closes)

    def next_open_moment(self, moment: datetime) -> datetime:
        """Return, in UTC, `moment` itself while the calendar is open, else when it next opens."""
        day = self.local_day(moment)
        if not self.is_working_day(day) or moment >= self.close_of(day):
            day = self.working_day_after(day, 1)
        return next(max(moment.astimezone(UTC), opens) for opens, closes in self.open_intervals(day) if moment < closes)

    def open_intervals(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        for opening in self.openings_on(day):
            opens, closes = self.moment(day, opening.opens), self.moment(day, opening.closes)
            if opens < closes or not self.zone_changes:
                yield opens, closes

    def working_day_after(self, day: date, count: int) -> date:
        """Return the `count`-th working day after `day`, which itself does not count."""
        year = self.year(day.year)
        position = bisect_right(year.days, day) + count
        for offset in range(HORIZON_YEARS):
            year = self.year(day.year + offset)
            if position <= len(year.days):
                return year.days[position - 1]
            position -= len(year.days)
        raise self.never_finishes(amount(count, "working day"))

    def working_days_between(self, first: date, last: date) -> list[date]:
        """Return the working days from `first` to `last`, both included."""
        days = [day for number in range(first.year, last.year + 1) for day in self.year(number).days]
        return days[bisect_left(days, first) : bisect_right(days, last)]

    def year(self, number: int) -> OpenYear:
        if number not in self._years:
            self._years[number] = self._lay_out(number)
        return self._years[number]

    def never_finishes(self, duration: str) -> NeverFinishesError:
        return NeverFinishesError(
            f"{duration[:1].upper()}{duration[1:]} would take more than {HORIZON_YEARS} years on the calendar "
            f"{self.name}. Give the calendar more opening hours, or shorten the target."
        )

    def _lay_out(self, number: int) -> OpenYear:
        year = OpenYear([], [], [], [], [])
        worked = 0
        day = date(number, 1, 1)
        while day.year == number:
            open_before = worked
            for opens, closes in self.open_intervals(day):
                start, end = to_microseconds(opens), to_microseconds(closes)
                year.opens.append(start)
                year.closes.append(end)
                year.before.append(worked)
                worked += end - start
                year.after.append(worked)
            if worked > open_before:
                year.days.append(day)
            day += ONE_DAY
        return year


def to_microseconds(moment: datetime) -> int:
    return (moment - EPOCH) // MICROSECOND


def from_microseconds(instant: int) -> datetime:
    return EPOCH + timedelta(microseconds=instant)


def _end_of_gap(wall: datetime, zone: ZoneInfo) -> datetime:
    """Return the moment at which the clocks sprang forward over the wall time that never was."""
    earlier, later = wall.replace(fold=1).astimezone(UTC), wall.replace(fold=0).astimezone(UTC)
    offset_after = later.astimezone(zone).utcoffset()
    while later - earlier > timedelta(seconds=1):
        middle = (earlier + (later - earlier) / 2).replace(microsecond=0)
        if middle.astimezone(zone).utcoffset() == offset_after:
            later = middle
        else:
            earlier = middle
    return later


def _check_week(week: Week, calendar: str, since: str = "") -> None:
    if len(week) != len(WEEKDAYS):
        raise CalendarError(f"The calendar {calendar} needs a row of hours for each of the 7 weekdays{since}.")
    for weekday, openings in zip(WEEKDAYS, week, strict=True):
        _check_openings(openings, f"{weekday}{since}")
    if not any(week):
        raise CalendarError(
            f"The calendar {calendar} has no opening hours{since}, so its deadlines would never come. "
            "Enter at least one period on one weekday."
        )


def _check_openings(openings: tuple[Opening, ...], day: str) -> None:
    last_close = 0
    for number, opening in enumerate(openings):
        if not 0 <= opening.opens < MINUTES_PER_DAY or opening.closes > MINUTES_PER_DAY:
            raise CalendarError(f"Hours on {day} must lie between 00:00 and 24:00.")
        if opening.closes <= opening.opens:
            raise CalendarError(
                f"Closing time must be after opening time on {day}. Write a shift over midnight as 22:00-06:00+1."
            )
        if number and opening.opens < last_close:
            raise CalendarError(f"The periods on {day} overlap. End one before the next begins.")
        last_close = opening.closes
