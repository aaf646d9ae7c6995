"""The orders that a list can have, and paging that costs the same on every page of 100,000 cases."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from django.db.models import F, Q
from django.db.models.expressions import OrderBy

from cases.models import Case
from cases.querysets import CaseQuerySet

CURSOR: Final = re.compile(r"(?P<value>[0-9TZ:.+-]*)_(?P<pk>\d{1,18})")


@dataclass(frozen=True, kw_only=True)
class Order:
    """`field` up or down, rows without a value last, equal ones by id."""

    field: str
    words: str
    is_down: bool = False
    is_nullable: bool = False

    @property
    def sign(self) -> str:
        return "-" if self.is_down else ""


ORDERS: Final = {
    "due": Order(field="next_due_at", words="next deadline, earliest first", is_nullable=True),
    "-due": Order(field="next_due_at", words="next deadline, latest first", is_down=True, is_nullable=True),
    "priority": Order(field="priority", words="priority, most urgent first"),
    "-priority": Order(field="priority", words="priority, least urgent first", is_down=True),
    "-updated": Order(field="updated_at", words="last change, newest first", is_down=True),
    "updated": Order(field="updated_at", words="last change, oldest first"),
    "-received": Order(field="received_at", words="date received, newest first", is_down=True),
    "received": Order(field="received_at", words="date received, oldest first"),
    "-closed": Order(field="closed_at", words="date closed, newest first", is_down=True, is_nullable=True),
    "closed": Order(field="closed_at", words="date closed, oldest first", is_nullable=True),
}


@dataclass(frozen=True, kw_only=True)
class Cursor:
    """The row that a page begins after, or ends before."""

    value: Any
    pk: int

    def __str__(self) -> str:
        value = self.value.astimezone(UTC).isoformat() if isinstance(self.value, datetime) else self.value
        return f"{'' if value is None else value}_{self.pk}".replace("+00:00", "Z")


def cursor_of(case: Case, order: Order) -> Cursor:
    return Cursor(value=getattr(case, order.field), pk=case.pk)


def read_cursor(text: str, order: Order) -> Cursor | None:
    """Return the cursor that an address names, or nothing if it is not one of ours."""
    match = CURSOR.fullmatch(text)
    if match is None:
        return None
    try:
        return Cursor(value=_read(match["value"], order), pk=int(match["pk"]))
    except ValueError:
        return None


def _read(text: str, order: Order) -> Any:
    if not text:
        return None
    return int(text) if order.field == "priority" else datetime.fromisoformat(text)


def in_order(cases: CaseQuerySet, order: Order, *, backwards: bool = False) -> CaseQuerySet:
    is_down = order.is_down != backwards
    empty = ({"nulls_first": True} if backwards else {"nulls_last": True}) if order.is_nullable else {}
    return cases.order_by(OrderBy(F(order.field), descending=is_down, **empty), "-pk" if is_down else "pk")


def rows_beside(cases: CaseQuerySet, order: Order, cursor: Cursor, *, count: int, backwards: bool) -> list[Case]:
    """Return the rows after the cursor, or before it, nearest first.

    Rows without a value stand in a block of their own at the end, read apart: one condition over both would keep the
    database from starting at the right place of its index.
    """
    with_value, without = cases.exclude(**{order.field: None}), cases.filter(**{order.field: None})
    blocks = [with_value, without] if order.is_nullable else [cases]
    if backwards:
        blocks.reverse()
    if order.is_nullable and (cursor.value is None) != backwards:
        blocks = blocks[1:]
    rows: list[Case] = []
    for number, block in enumerate(blocks):
        here = block.filter(_beyond(order, cursor, backwards=backwards)) if number == 0 else block
        rows += in_order(here, order, backwards=backwards)[: count - len(rows)]
        if len(rows) >= count:
            break
    return rows


def _beyond(order: Order, cursor: Cursor, *, backwards: bool) -> Q:
    side = "lt" if order.is_down != backwards else "gt"
    further = Q(**{f"pk__{side}": cursor.pk})
    if cursor.value is None:
        return further
    return Q(**{f"{order.field}__{side}e": cursor.value}) & (Q(**{f"{order.field}__{side}": cursor.value}) | further)
