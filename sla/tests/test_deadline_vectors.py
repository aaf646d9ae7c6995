"""The legal deadlines that follow from real receipt dates, over the holidays that GOV.UK publishes."""

import csv
import json
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings

from sla.arithmetic import (
    Calendar,
    CalendarPeriod,
    CloseOfWorkingDay,
    DayException,
    Duration,
    PeriodUnit,
    WorkingDays,
    add,
    parse_week,
)

DATA = settings.BASE_DIR.parent / "shared" / "data"
VECTORS = DATA / "deadline-vectors.csv"
LONDON = ZoneInfo("Europe/London")
COLUMNS: dict[str, tuple[str, Duration]] = {
    "src_3bd": ("england-and-wales", CloseOfWorkingDay(3)),
    "disp_8w": ("england-and-wales", CalendarPeriod(8, PeriodUnit.WEEKS)),
    "psd_15bd": ("england-and-wales", WorkingDays(15)),
    "psd_35bd": ("england-and-wales", WorkingDays(35)),
    "ofcom_6w": ("england-and-wales", CalendarPeriod(6, PeriodUnit.WEEKS)),
    "ho_ack_5wd": ("england-and-wales", WorkingDays(5)),
    "dpa_ack_30d_raw": ("england-and-wales", CalendarPeriod(30, PeriodUnit.DAYS)),
    "dpa_ack_30d": ("england-and-wales", CalendarPeriod(30, PeriodUnit.DAYS, rolls=True)),
    "dsar_1m_raw": ("england-and-wales", CalendarPeriod(1, PeriodUnit.MONTHS)),
    "dsar_1m": ("england-and-wales", CalendarPeriod(1, PeriodUnit.MONTHS, rolls=True)),
    "fos_6m_if_sent": ("england-and-wales", CalendarPeriod(6, PeriodUnit.MONTHS)),
    "scot_3bd": ("scotland", CloseOfWorkingDay(3)),
    "ni_3bd": ("northern-ireland", CloseOfWorkingDay(3)),
}
pytestmark = pytest.mark.skipif(not VECTORS.exists(), reason=f"{VECTORS.name} is not beside this checkout")


def read_vectors() -> list[dict[str, str]]:
    with VECTORS.open(newline="") as file:
        return list(csv.DictReader(file))


def read_calendar(division: str) -> Calendar:
    events = json.loads((DATA / "bank-holidays.json").read_text())[division]["events"]
    holidays = tuple(DayException(date.fromisoformat(event["date"]), event["title"]) for event in events)
    return Calendar(division, LONDON, parse_week("mon-fri 09:00-17:00"), holidays)


def test_every_column_is_checked() -> None:
    rows = read_vectors()

    assert len(rows) >= 6
    assert set(rows[0]) - {"received", "dow"} == set(COLUMNS)


@pytest.mark.parametrize("column", COLUMNS)
def test_the_published_deadlines_follow(column: str) -> None:
    division, duration = COLUMNS[column]
    calendar = read_calendar(division)

    for row in read_vectors():
        for hour in (time(0, 0), time(10, 30), time(23, 59, 59)):
            received = datetime.combine(date.fromisoformat(row["received"]), hour, LONDON)
            assert add(duration, received, calendar).due.date().isoformat() == row[column], row


@pytest.mark.parametrize(
    ("received", "due"), [("2026-10-31", "2026-12-26"), ("2026-08-29", "2026-10-24"), ("2026-02-01", "2026-03-29")]
)
def test_eight_weeks_do_not_roll(received: str, due: str) -> None:
    start = datetime.combine(date.fromisoformat(received), time(12), LONDON)

    deadline = add(CalendarPeriod(8, PeriodUnit.WEEKS), start, read_calendar("england-and-wales"))

    assert deadline.due == datetime.combine(date.fromisoformat(due), time(23, 59, 59), LONDON)
    assert deadline.due - start > timedelta(days=56)
