"""The same arithmetic, done minute by minute and too slowly to be wrong in the same way."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

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


def zone_at(calendar: Calendar, moment: datetime) -> ZoneInfo:
    """Return the time zone that holds at `moment`: the last whose first day has begun there."""
    held = calendar.zone
    for later in calendar.later_weeks:
        if later.zone and moment.astimezone(later.zone).date() >= later.starts:
            held = later.zone
    return held


def zone_of_day(calendar: Calendar, day: date) -> ZoneInfo:
    """Return the time zone in which the hours of `day` are meant."""
    held = calendar.zone
    for later in calendar.later_weeks:
        if later.zone and later.starts <= day:
            held = later.zone
    return held


def minutes_from(start: datetime, calendar: Calendar) -> Iterator[tuple[datetime, bool]]:
    """Yield each minute from `start` (UTC, whole minutes) and whether the calendar is open during it."""
    moment = start - timedelta(days=1)
    zone = zone_at(calendar, moment)
    local = moment.astimezone(zone)
    moment = datetime.combine(local.date(), local.time().min, zone).astimezone(UTC)
    day: date | None = None
    latest = 0
    while True:
        zone = zone_at(calendar, moment)
        local = moment.astimezone(zone)
        if local.date() != day:
            day, latest = local.date(), 0
        # The hours of a day are meant in the zone of that day; before that zone has reached it, nothing is open.
        if zone != zone_of_day(calendar, day):
            local, latest = local.replace(hour=0, minute=0), -1
        # The wall clock never runs backwards within a day: while an hour repeats, it stands at its latest reading.
        else:
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
        zone = zone_of_day(calendar, day)
        if zone != zone_of_day(calendar, day + timedelta(days=1)):
            count -= is_open_on(calendar, day)  # the day may end before its hours have begun
            continue
        noon = datetime.combine(day, time(12), zone)
        exists = noon.astimezone(UTC).astimezone(zone).date() == day
        count -= exists and bool(openings_on(calendar, day))
    return day


def is_open_on(calendar: Calendar, day: date) -> bool:
    """Return whether any minute of `day` is open."""
    zone = zone_of_day(calendar, day)
    for moment, is_open in minutes_from(datetime.combine(day, time(), zone).astimezone(UTC), calendar):
        if moment.astimezone(zone_at(calendar, moment)).date() > day:
            return False
        if is_open:
            return True
    raise AssertionError("The day never ends.")
