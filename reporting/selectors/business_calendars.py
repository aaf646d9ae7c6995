"""The organisation's calendars as business days: their accepted holidays are left out, whatever their hours."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from reporting.measures.business_days import BusinessDays
from sla.models import CalendarException, CalendarVersion


def business_days_by_version() -> dict[int, BusinessDays]:
    """Return the business days of every edition of every calendar that has holidays."""
    holidays: dict[int, list[date]] = defaultdict(list)
    closed = CalendarException.objects.filter(is_accepted=True, hours="").order_by()
    for version, day in closed.values_list("version_id", "day"):
        holidays[version].append(day)
    return {version: BusinessDays.without(days) for version, days in holidays.items()}


def business_days_of(calendars: Collection[str]) -> dict[str, BusinessDays]:
    """Return the business days of these calendars as they are in force, by their short names."""
    holidays: dict[str, list[date]] = defaultdict(list)
    in_force = CalendarVersion.objects.published().filter(calendar__slug__in=[slug for slug in calendars if slug])
    closed = CalendarException.objects.filter(is_accepted=True, hours="", version__in=in_force).order_by()
    for slug, day in closed.values_list("version__calendar__slug", "day"):
        holidays[slug].append(day)
    return {slug: BusinessDays.without(days) for slug, days in holidays.items()}
