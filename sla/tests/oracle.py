"""The same arithmetic, done minute by minute and too slowly to be wrong in the same way."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from sla.arithmetic import Calendar, Opening

MINUTE = timedelta(minutes=1)


def openings_on(calendar: Calendar, day: date) -> tuple[Opening, ...]:
    """Return the hours of a local date: its own, else those of the last week that has begun."""
    for exception in calendar.exceptions:
        if exception.day == day:
            return exception.openings
    week = calendar.week
    for later in calendar.later_weeks:
        if later.starts <= day:
            week = later.week
    return week[day.weekday()]


def minutes_from(start: datetime, calendar: Calendar) -> Iterator[tuple[datetime, bool]]:
    """Yield each minute from `start` (UTC, whole minutes) and whether the calendar is open during it."""
    local = start.astimezone(calendar.zone)
    moment = datetime.combine(local.date() - timedelta(days=1), local.time().min, calendar.zone).astimezone(UTC)
    day: date | None = None
    latest = 0
    while True:
        local = moment.astimezone(calendar.zone)
        if local.date() != day:
            day, latest = local.date(), 0
        # The wall clock never runs backwards within a day: while an hour repeats, it stands at its latest reading.
        latest = max(latest, local.hour * 60 + local.minute)
        if moment >= start:
            yield moment, any(opening.opens <= latest < opening.closes for opening in openings_on(calendar, day))
        moment += MINUTE


def add_minutes(calendar: Calendar, start: datetime, minutes: int) -> datetime:
    """Return the moment at which the `minutes`-th open minute since `start` ends."""
    for moment, is_open in minutes_from(start, calendar):
        minutes -= is_open
        if not minutes:
            return moment + MINUTE
    raise AssertionError("The minutes never end.")


def count_minutes(calendar: Calendar, since: datetime, until: datetime) -> int:
    counted = 0
    for moment, is_open in minutes_from(since, calendar):
        if moment >= until:
            return counted
        counted += is_open
    raise AssertionError("The minutes never end.")


def nth_working_day(calendar: Calendar, day: date, count: int) -> date:
    while count:
        day += timedelta(days=1)
        noon = datetime.combine(day, time(12), calendar.zone)
        exists = noon.astimezone(UTC).astimezone(calendar.zone).date() == day
        count -= exists and bool(openings_on(calendar, day))
    return day
