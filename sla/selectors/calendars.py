"""Calendars as the arithmetic knows them."""

import hashlib
import json
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sla.arithmetic import Calendar, DatedWeek, DayException, parse_week
from sla.arithmetic.opening_hours import parse_periods
from sla.models import CalendarVersion

# Published versions never change, so what was laid out for one digest serves this process for good.
_laid_out: dict[str, Calendar] = {}


def calendar_of(version: CalendarVersion) -> Calendar:
    """Return the calendar of `version`; a published one is laid out once in each process."""
    if not version.digest:
        return build_calendar(version)
    if version.digest not in _laid_out:
        _laid_out[version.digest] = build_calendar(version)
    return _laid_out[version.digest]


def build_calendar(version: CalendarVersion) -> Calendar:
    """Return the calendar with its accepted dates and its later weeks; refuse hours that contradict themselves."""
    accepted = tuple(
        DayException(row.day, row.name, parse_periods(row.hours) if row.hours else ())
        for row in version.exceptions.all()
        if row.is_accepted
    )
    later = tuple(
        DatedWeek(row.valid_from, parse_week(row.hours), ZoneInfo(row.time_zone) if row.time_zone else None)
        for row in version.weeks.all()
    )
    return Calendar(version.calendar.name, ZoneInfo(version.time_zone), parse_week(version.hours), accepted, later)


def digest_of(version: CalendarVersion) -> str:
    """Return the fingerprint of everything that deadlines on this version follow from."""
    rows = sorted([row.day.isoformat(), row.name, row.hours] for row in version.exceptions.all() if row.is_accepted)
    weeks = [[row.valid_from.isoformat(), row.hours, *filter(None, [row.time_zone])] for row in version.weeks.all()]
    content = [version.calendar.name, version.time_zone, version.hours, rows, *weeks]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def published_calendars() -> dict[int, CalendarVersion]:
    """Return the version in force of every calendar, by the calendar's id."""
    return {version.calendar_id: version for version in CalendarVersion.objects.published().select_related("calendar")}


def next_opening(version: CalendarVersion, time_zone: str, now: datetime) -> datetime:
    """Return `now` if a person in `time_zone` works by these hours now, else when they next do."""
    calendar = calendar_of(version)
    if calendar.local(now).tzinfo != ZoneInfo(time_zone):
        weeks = tuple(replace(each, zone=None) for each in calendar.later_weeks)
        calendar = replace(calendar, zone=ZoneInfo(time_zone), later_weeks=weeks)
    return calendar.next_open_moment(now)
