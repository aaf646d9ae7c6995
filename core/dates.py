"""Dates and times as people read them: 24 Nov 2025, 3:00pm. Instants are shown in the reader's time zone."""

from datetime import date, datetime

from django.utils import timezone


def _local(value: date | datetime) -> date | datetime:
    return timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value


def day(value: date | datetime) -> str:
    """Return "24 Nov 2025"."""
    local = _local(value)
    return f"{local.day} {local:%b %Y}"


def day_of_year(value: date | datetime) -> str:
    """Return "24 Nov", where the year goes without saying."""
    local = _local(value)
    return f"{local.day} {local:%b}"


def weekday(value: date | datetime) -> str:
    """Return "Mon 24 Nov 2025"."""
    return f"{_local(value):%a} {day(value)}"


def full_day(value: date | datetime) -> str:
    """Return "Monday 24 November 2025"."""
    local = _local(value)
    return f"{local:%A} {local.day} {local:%B %Y}"


def clock_time(value: datetime) -> str:
    """Return "3:00pm"."""
    local = timezone.localtime(value)
    return f"{local.hour % 12 or 12}:{local:%M}{'am' if local.hour < 12 else 'pm'}"


def moment(value: datetime) -> str:
    """Return "24 Nov 2025, 3:00pm"."""
    return f"{day(value)}, {clock_time(value)}"


def local_day(instant: datetime) -> date:
    """Return the organisation's date at `instant`: what came in at 11:50pm on 30 June belongs to June."""
    return timezone.localtime(instant, timezone.get_default_timezone()).date()
