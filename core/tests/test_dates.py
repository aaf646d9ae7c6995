from datetime import UTC, date, datetime

import pytest
from django.template import Context, Template
from django.utils import timezone

from core import dates

SUMMER_AFTERNOON = datetime(2026, 7, 1, 14, 5, tzinfo=UTC)  # 3:05pm in London


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (dates.day, "1 Jul 2026"),
        (dates.weekday, "Wed 1 Jul 2026"),
        (dates.full_day, "Wednesday 1 July 2026"),
        (dates.clock_time, "3:05pm"),
        (dates.moment, "1 Jul 2026, 3:05pm"),
    ],
)
def test_an_instant_reads_in_the_local_time_zone(words, expected) -> None:
    assert words(SUMMER_AFTERNOON) == expected


def test_midnight_and_noon_are_twelve() -> None:
    assert dates.clock_time(datetime(2026, 1, 1, 0, 0, tzinfo=UTC)) == "12:00am"
    assert dates.clock_time(datetime(2026, 1, 1, 12, 0, tzinfo=UTC)) == "12:00pm"


def test_an_instant_follows_the_reader_who_is_elsewhere() -> None:
    with timezone.override("America/New_York"):
        assert dates.moment(datetime(2026, 7, 1, 2, 5, tzinfo=UTC)) == "30 Jun 2026, 10:05pm"


def test_the_filters_leave_nothing_for_an_empty_value() -> None:
    page = Template("{% load dates %}{{ when|moment }}|{{ on|day }}|{{ nothing|day }}")

    assert page.render(Context({"when": SUMMER_AFTERNOON, "on": date(2026, 7, 1)})) == "1 Jul 2026, 3:05pm|1 Jul 2026|"
