"""One page of the queue."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils import timezone

from cases.models import Case
from cases.querysets import CaseQuerySet
from core import dates
from desk.selectors.queue.orders import Order, cursor_of, in_order, read_cursor, rows_beside
from sla.selectors import Badge, badges_of

NUMBERED: Final = 2000
SIZES: Final = (25, 50, 100)


@dataclass(frozen=True, kw_only=True)
class Row:
    case: Case
    badge: Badge | None
    updated: str


@dataclass(frozen=True, kw_only=True)
class QueuePage:
    """Up to 2,000 matches have numbered pages; beyond that there is only before and after, at the same cost anywhere."""

    rows: list[Row]
    total: int
    number: int
    size: int
    before: str = ""
    after: str = ""

    @property
    def is_capped(self) -> bool:
        return self.total > NUMBERED

    @property
    def last_number(self) -> int:
        return max(1, -(-self.total // self.size))

    @property
    def first_row(self) -> int:
        return (self.number - 1) * self.size + 1

    @property
    def last_row(self) -> int:
        return self.first_row + len(self.rows) - 1

    @property
    def count_words(self) -> str:
        return f"more than {NUMBERED:,}" if self.is_capped else f"{self.total:,}"


def capped_count(cases: CaseQuerySet) -> int:
    """Return how many there are, or one more than is numbered: the exact count is the dear part of a list."""
    return cases.order_by()[: NUMBERED + 1].count()


def queue_page(cases: CaseQuerySet, *, order: Order, asked: Mapping[str, str], size: int, now: datetime) -> QueuePage:
    """Return the page that the address asks for; one that does not exist becomes the first."""
    total = capped_count(cases)
    shown = cases.select_related("customer", "owner").defer("story")
    if total > NUMBERED:
        return _by_cursor(shown, order=order, asked=asked, total=total, size=size, now=now)
    number = _number(asked.get("page", ""), last=max(1, -(-total // size)))
    rows = list(in_order(shown, order)[(number - 1) * size : number * size]) if total else []
    return QueuePage(rows=_with_badges(rows, now), total=total, number=number, size=size)


def _by_cursor(
    cases: CaseQuerySet, *, order: Order, asked: Mapping[str, str], total: int, size: int, now: datetime
) -> QueuePage:
    after, before = read_cursor(asked.get("after", ""), order), read_cursor(asked.get("before", ""), order)
    backwards = before is not None and after is None
    beside = before if backwards else after
    if beside is None:
        rows = list(in_order(cases, order)[: size + 1])
    else:
        rows = rows_beside(cases, order, beside, count=size + 1, backwards=backwards)
    has_more, rows = len(rows) > size, rows[:size]
    if backwards:
        rows.reverse()
    has_before = has_more if backwards else after is not None
    has_after = True if backwards else has_more
    return QueuePage(
        rows=_with_badges(rows, now),
        total=total,
        number=1,
        size=size,
        before=str(cursor_of(rows[0], order)) if rows and has_before else "",
        after=str(cursor_of(rows[-1], order)) if rows and has_after else "",
    )


def _number(text: str, *, last: int) -> int:
    return int(text) if text.isdecimal() and len(text) < 6 and 1 <= int(text) <= last else 1


def _with_badges(cases: list[Case], now: datetime) -> list[Row]:
    badges = badges_of(cases, now=now) if cases else {}
    return [Row(case=case, badge=badges.get(case.pk), updated=recently(case.updated_at, now=now)) for case in cases]


def recently(moment: datetime, *, now: datetime) -> str:
    """Return the time of a moment today, "Yesterday", the day, or the day with its year where that is another one."""
    today, day = timezone.localtime(now).date(), timezone.localtime(moment).date()
    if day == today:
        return dates.clock_time(moment)
    if (today - day).days == 1:
        return "Yesterday"
    return dates.day_of_year(day) if day.year == today.year else dates.day(day)
