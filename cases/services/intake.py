"""A case comes into being: its number, its file, its first line of history."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from cases.choices import EventAction
from cases.models import Case, NumberSeries
from cases.services.history import first_lines, record_event
from cases.services.indexing import search_document


@transaction.atomic(savepoint=False)
def reserve_numbers(count: int, *, year: int) -> list[str]:
    """Return the next `count` case numbers of `year`, such as 2026-004211. A number given out never comes back."""
    series = NumberSeries.objects.filter(year=year)
    if not series.update(last=F("last") + count):
        NumberSeries.objects.get_or_create(year=year)
        series.update(last=F("last") + count)
    last = series.values_list("last", flat=True).get()
    return [f"{year}-{number:06d}" for number in range(last - count + 1, last + 1)]


def case_year(now: datetime) -> int:
    """Return the year that a case opened at `now` is numbered in, in the organisation's time zone."""
    return timezone.localtime(now, timezone.get_default_timezone()).year


@dataclass(frozen=True, kw_only=True)
class CaseFacts:
    """What is known when a case is logged: the fields of `Case` that its kind does not decide."""

    kind: str
    values: dict[str, Any] = field(default_factory=dict)


@contextmanager
def new_case(facts: CaseFacts, *, number: str, actor: User, now: datetime) -> Iterator[Case]:
    """Write the case, let the caller give it what belongs to it, then write the first lines of its history.

    Who may log is the caller's question.
    """
    values = {"received_at": now, **facts.values}
    with transaction.atomic(savepoint=False):
        case = Case.objects.create(number=number, kind=facts.kind, logged_by=actor, logged_at=now, **values)
        search_document(case, [case.story, case.desired_outcome_detail]).save(force_insert=True)
        with first_lines(case):
            record_event(case, actor=actor, action=EventAction.LOGGED, now=now, changes={"kind": ("", facts.kind)})
            yield case


def summary_of(story: str) -> str:
    """Return the first sentence of what the customer said, cut at a word to fit a summary."""
    limit = 160
    text = " ".join(story.split(maxsplit=limit)[:limit])  # each has a letter, so more cannot fit
    text = re.split(r"(?<=[.!?])\s", text, maxsplit=1)[0]
    return text.rstrip(".") if len(text) <= limit else text[: limit - 1].rsplit(" ", 1)[0] + "…"
