"""Weekly hours as text: `mon-fri 08:00-12:30 13:15-17:00; sat 22:00-06:00+1`."""

import re

from sla.arithmetic.calendars import Opening
from sla.arithmetic.errors import CalendarError
from sla.arithmetic.words import MINUTES_PER_DAY, WEEKDAYS

ABBREVIATIONS = [weekday[:3].lower() for weekday in WEEKDAYS]
PERIOD = re.compile(r"(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})(\+1)?")


def parse_week(text: str) -> tuple[tuple[Opening, ...], ...]:
    """Return seven rows of openings, Monday first, from groups of days and periods divided by semicolons."""
    rows: list[list[Opening]] = [[] for _ in WEEKDAYS]
    for group in filter(None, (part.strip() for part in re.split(r"[;\n]", text))):
        days, _, periods = group.partition(" ")
        for weekday in _parse_days(days, group):
            _add_periods(rows, weekday, periods)
    return tuple(tuple(sorted(row)) for row in rows)


def parse_periods(text: str) -> tuple[Opening, ...]:
    """Return the openings of one date; a shift over midnight does not fit into one."""
    rows: list[list[Opening]] = [[] for _ in WEEKDAYS]
    _add_periods(rows, 0, text)
    if rows[1]:
        raise CalendarError("Hours of a single date end at 24:00. Give the next date a row of its own.")
    return tuple(sorted(rows[0]))


def write_openings(openings: tuple[Opening, ...]) -> str:
    """Return the text that `parse_periods` reads back."""
    return " ".join(f"{_clock(opening.opens)}-{_clock(opening.closes)}" for opening in openings)


def _parse_days(text: str, group: str) -> list[int]:
    days: list[int] = []
    for part in text.lower().rstrip(":").split(","):
        first, _, last = part.partition("-")
        try:
            start = ABBREVIATIONS.index(first[:3])
            end = ABBREVIATIONS.index((last or first)[:3])
        except ValueError:
            raise CalendarError(
                f"'{group}' does not begin with weekdays. Write them as mon, mon-fri or sat,sun."
            ) from None
        days += [day % len(WEEKDAYS) for day in range(start, end + 1 + (len(WEEKDAYS) if end < start else 0))]
    return days


def _add_periods(rows: list[list[Opening]], weekday: int, text: str) -> None:
    if not text.strip() or PERIOD.sub("", text).strip(" ,"):
        raise CalendarError(f"'{text.strip()}' is not a list of opening times. Write them as 09:00-17:30.")
    for match in PERIOD.finditer(text):
        opens, closes = _minute(match[1], match[2]), _minute(match[3], match[4])
        if not match[5]:
            rows[weekday].append(Opening(opens, closes))
            continue
        rows[weekday].append(Opening(opens, MINUTES_PER_DAY))
        if closes:
            rows[(weekday + 1) % len(WEEKDAYS)].append(Opening(0, closes))


def _minute(hour: str, minute: str) -> int:
    result = int(hour) * 60 + int(minute)
    if int(minute) > 59 or result > MINUTES_PER_DAY:
        raise CalendarError(f"{hour}:{minute} is not a time of day. Write times from 00:00 to 24:00.")
    return result


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
