"""Outside complaints become cases, in batches of one transaction each: a crash leaves whole cases, and the same
file again goes on where it stopped.
"""

import csv
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import TextIO

from django.db import transaction

from accounts.models import Team, User
from cases.models import Case
from cases.permissions import CaseAction, may
from cases.services.intake_many import Arrival, Logged, Story, log_stories
from complaints.models import Complaint, ComplaintPoint
from core.bulk import insert_values, update_rows
from core.csv_files import safe_cell
from core.errors import UserFacingError
from desk.services.import_rows import Rejection, Row
from incidents.models import Incident
from policies.choices import CaseKind
from policies.models import Category, Product
from sla.services import start_clocks_bulk

BATCH = 1_000
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
    imported = Case.objects.filter(external_source=how.source).exclude(external_id="")  # as the index has it
    known = set(imported.filter(external_id__in=ids).values_list("external_id", flat=True))
    new = list({row.external_id: row for row in reversed(rows) if row.external_id not in known}.values())[::-1]
    if not new:
        return []
    stories = [_story(row, how, names) for row in new]
    with transaction.atomic():
        cases = log_stories(stories, Arrival(kind=how.kind, source=how.source, actor=how.actor, now=how.now))
        _open_kind(cases, how)
        if how.starts_clocks:
            _start_clocks(cases, how)
    return new


def _story(row: Row, how: Import, names: _Names) -> Story:
    category, product = names.category(row.category), names.product(row.product)
    team_id = (category.team_id if category else None) or (how.team.pk if how.team else None)
    return Story(
        text=row.text,
        external_id=row.external_id,
        received_at=row.received_at or how.now,
        customer=row.customer,
        category_id=category.pk if category else None,
        product_id=product.pk if product else None,
        team_id=team_id,
    )


def _open_kind(cases: list[Logged], how: Import) -> None:
    match how.kind:
        case CaseKind.COMPLAINT:
            insert_values(Complaint, ["case_id"], [(case.case_id,) for case in cases], now=how.now)
            points = [(case.case_id, case.summary) for case in cases]
            same = {"number": 1, "edited_by_id": how.actor.pk}
            insert_values(ComplaintPoint, ["case_id", "text"], points, now=how.now, same=same)
        case CaseKind.INCIDENT:
            insert_values(Incident, ["case_id", "affected", "started_at"], cases, now=how.now)


def _start_clocks(cases: list[Logged], how: Import) -> None:
    written = list(Case.objects.filter(pk__in=[case.case_id for case in cases]).order_by("pk"))
    start_clocks_bulk(written, actor=how.actor, now=how.now)
    update_rows(written, ["next_due_at"])
