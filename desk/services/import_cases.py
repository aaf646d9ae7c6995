"""Outside complaints become cases, in batches of one transaction each: a crash leaves whole cases, and the same
file again goes on where it stopped.
"""

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import TextIO

from django.db import transaction

from accounts.models import Team, User
from cases.choices import EventAction
from cases.models import Case, CaseEvent, CaseEventDetail, Customer
from cases.permissions import CaseAction, may
from cases.services.history import next_event
from cases.services.indexing import search_document
from cases.services.intake import case_year, reserve_numbers, summary_of
from complaints.models import Complaint, ComplaintPoint
from core.bulk import insert_rows, reserve_keys
from core.csv_files import safe_cell
from core.errors import UserFacingError
from desk.services.import_rows import Rejection, Row
from incidents.models import Incident
from policies.choices import CaseKind
from policies.models import Category, Product
from sla.services import start_clocks_bulk

BATCH = 1_000
UNKNOWN_CUSTOMER = "Name not given"
NO_DATE = "Rows without a date, received today: {count:,}."


@dataclass(kw_only=True)
class Import:
    """How a file is imported. `source` and the external id together name a complaint for good."""

    kind: CaseKind
    source: str
    actor: User
    now: datetime
    team: Team | None = None
    starts_clocks: bool = False


@dataclass
class ImportReport:
    """What became of the rows; the rejected ones are written to a file as they come."""

    imported: int = 0
    known: int = 0
    rejected: int = 0
    without_date: int = 0
    notes: list[str] = field(default_factory=list)

    @property
    def rows(self) -> int:
        return self.imported + self.known + self.rejected


def import_cases(
    rows: Iterable[Row | Rejection],
    how: Import,
    *,
    rejections: TextIO,
    progress: Callable[[ImportReport], None] = lambda report: None,
) -> ImportReport:
    """Import `rows`, writing each rejected one with its line and reason to `rejections`."""
    if not may(how.actor, CaseAction.LOG):
        raise UserFacingError(f"{how.actor} may not log cases. Agents, team leaders and managers can.")
    report = ImportReport()
    writer = csv.writer(rejections)
    writer.writerow(["line", "reason"])
    names = _Names()
    source = iter(rows)
    while batch := list(islice(source, BATCH)):
        good = [row for row in batch if isinstance(row, Row)]
        for row in batch:
            if isinstance(row, Rejection):
                writer.writerow([row.line, safe_cell(row.reason)])
                report.rejected += 1
        written = _import_batch(good, how, names)
        report.imported += len(written)
        report.known += len(good) - len(written)
        report.without_date += sum(row.received_at is None for row in written)
        progress(report)
    if report.without_date:
        report.notes.append(NO_DATE.format(count=report.without_date))
    return report


class _Names:
    """Categories and products by name; what the file brings and nobody has yet is made."""

    def __init__(self) -> None:
        self._categories = {category.name.casefold(): category for category in Category.objects.select_related("team")}
        self._products = {product.name.casefold(): product for product in Product.objects.all()}

    def category(self, name: str) -> Category | None:
        if name and name.casefold() not in self._categories:
            self._categories[name.casefold()] = Category.objects.create(name=name)
        return self._categories.get(name.casefold())

    def product(self, name: str) -> Product | None:
        if name and name.casefold() not in self._products:
            self._products[name.casefold()] = Product.objects.create(name=name)
        return self._products.get(name.casefold())


def _import_batch(rows: Sequence[Row], how: Import, names: _Names) -> list[Row]:
    """Write the rows that are not in yet, whole, and return them."""
    ids = [row.external_id for row in rows]
    known = set(
        Case.objects.filter(external_source=how.source, external_id__in=ids).values_list("external_id", flat=True)
    )
    new = list({row.external_id: row for row in reversed(rows) if row.external_id not in known}.values())[::-1]
    if not new:
        return []
    places = [(names.category(row.category), names.product(row.product)) for row in new]
    with transaction.atomic():
        cases = _new_cases(new, places, how)
        _write_history(cases, how)
        _open_kind(cases, how)
        insert_rows([search_document(case, [case.story]) for case in cases], now=how.now)
        if how.starts_clocks:
            start_clocks_bulk(cases, actor=how.actor, now=how.now)
            Case.objects.bulk_update(cases, ["next_due_at"], batch_size=BATCH)
    return new


def _new_cases(
    rows: Sequence[Row], places: Sequence[tuple[Category | None, Product | None]], how: Import
) -> list[Case]:
    """Return the cases, unsaved, with their customers, saved. Each row is somebody else unless the file names people."""
    customers = [
        Customer(
            pk=key,
            name=row.customer or UNKNOWN_CUSTOMER,
            is_anonymous=not row.customer,
            external_id=f"{how.source}:{row.external_id}"[:80],
        )
        for row, key in zip(rows, reserve_keys(Customer, len(rows)), strict=True)
    ]
    insert_rows(customers, now=how.now)
    numbers = reserve_numbers(len(rows), year=case_year(how.now))
    return [
        Case(
            pk=key,
            number=number,
            kind=how.kind,
            summary=summary_of(row.text),
            story=row.text,
            customer=customer,
            category=category,
            product=product,
            team=(category.team if category and category.team_id else None) or how.team,
            logged_by=how.actor,
            received_at=row.received_at or how.now,
            logged_at=how.now,
            external_source=how.source,
            external_id=row.external_id,
        )
        for row, (category, product), customer, number, key in zip(
            rows, places, customers, numbers, reserve_keys(Case, len(rows)), strict=True
        )
    ]


def _write_history(cases: list[Case], how: Import) -> None:
    """Write the cases with the first line of their history, which the case carries the head of."""
    lines = list(_first_lines(cases, how))
    for (event, detail), key in zip(lines, reserve_keys(CaseEvent, len(lines)), strict=True):
        event.pk = detail.event_id = key
    insert_rows(cases, now=how.now)
    insert_rows([event for event, _ in lines], now=how.now)
    insert_rows([detail for _, detail in lines], now=how.now)


def _first_lines(cases: Iterable[Case], how: Import) -> Iterator[tuple[CaseEvent, CaseEventDetail]]:
    for case in cases:
        yield next_event(
            case,
            actor=how.actor,
            action=EventAction.LOGGED,
            now=how.now,
            changes={"kind": ("", str(how.kind))},
            note=f"Imported from {how.source}",
        )


def _open_kind(cases: list[Case], how: Import) -> None:
    match how.kind:
        case CaseKind.COMPLAINT:
            insert_rows([Complaint(case=case) for case in cases], now=how.now)
            points = [ComplaintPoint(case=case, number=1, text=case.summary, edited_by=how.actor) for case in cases]
            insert_rows(points, now=how.now)
        case CaseKind.INCIDENT:
            known = [Incident(case=case, affected=case.summary, started_at=case.received_at) for case in cases]
            insert_rows(known, now=how.now)
