"""A case comes into being: its number, its file, its first line of history."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from cases.choices import EventAction
from cases.models import Case, NumberSeries
from cases.services.history import record_event
from cases.services.indexing import index_case


@transaction.atomic
def reserve_numbers(count: int, *, year: int) -> list[str]:
    """Return the next `count` case numbers of `year`, such as 2026-004211. A number given out never comes back."""
    series, _ = NumberSeries.objects.select_for_update().get_or_create(year=year)
    first = series.last + 1
    series.last += count
    series.save(update_fields=["last"])
    return [f"{year}-{number:06d}" for number in range(first, first + count)]


def case_year(now: datetime) -> int:
    """Return the year that a case opened at `now` is numbered in, in the organisation's time zone."""
    return timezone.localtime(now, timezone.get_default_timezone()).year


@dataclass(frozen=True, kw_only=True)
class CaseFacts:
    """What is known when a case is logged: the fields of `Case` that its kind does not decide."""

    kind: str
    values: dict[str, Any] = field(default_factory=dict)


@transaction.atomic
def create_case(facts: CaseFacts, *, number: str, actor: User, now: datetime) -> Case:
    """Write the case and the first line of its history. Who may log is the caller's question."""
    values = {"received_at": now, **facts.values}
    case = Case.objects.create(number=number, kind=facts.kind, logged_by=actor, logged_at=now, **values)
    record_event(case, actor=actor, action=EventAction.LOGGED, now=now, changes={"kind": ("", facts.kind)})
    index_case(case)
    return case


def summary_of(story: str) -> str:
    """Return the first sentence of what the customer said, cut at a word to fit a summary."""
    limit = 160
    text = " ".join(story.split())
    text = re.split(r"(?<=[.!?])\s", text, maxsplit=1)[0]
    return text.rstrip(".") if len(text) <= limit else text[: limit - 1].rsplit(" ", 1)[0] + "…"
