"""The first deadline that a case missed, and why."""

from dataclasses import dataclass
from datetime import date

from django.db.models import F

from core.dates import local_day
from reporting.choices import NO_CAUSE
from sla.models import Clock


@dataclass(frozen=True)
class Missed:
    """On which day a deadline was missed, and the cause that was given; `NO_CAUSE` until somebody has."""

    day: date | None = None
    cause: str = ""


def missed_deadlines(case_ids: list[int]) -> dict[int, Missed]:
    """Return, by case, the first deadline that was missed."""
    rows = (
        Clock.objects.promises()
        .filter(case__in=case_ids, breached_at__isnull=False)
        .order_by("case_id", F("breached_at").desc(), "-pk")
        .values_list("case_id", "breached_at", "breach_cause")
    )
    return {case_id: Missed(local_day(at), cause or NO_CAUSE) for case_id, at, cause in rows if at}
