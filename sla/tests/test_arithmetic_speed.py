"""A deadline is a binary search: this holds it to the order of its budget, `make bench` measures it exactly."""

from datetime import date, datetime, timedelta
from timeit import repeat
from zoneinfo import ZoneInfo

from sla.arithmetic import Calendar, DayException, WorkingHours, add, parse_week

BUDGET_SECONDS = 50e-6


def test_a_deadline_a_year_of_holidays_away_costs_microseconds() -> None:
    holidays = tuple(DayException(date(2026, month, 5), "Holiday") for month in range(1, 13))
    calendar = Calendar("Office", ZoneInfo("Europe/London"), parse_week("mon-fri 09:00-12:00 13:00-17:30"), holidays)
    start = datetime(2026, 1, 6, 16, 3, tzinfo=calendar.zone)
    duration = WorkingHours(timedelta(hours=1700))

    fastest = min(repeat(lambda: add(duration, start, calendar), number=1000, repeat=5)) / 1000

    assert add(duration, start, calendar).due.year == 2026
    assert fastest < BUDGET_SECONDS
