"""Every history is checked from end to end, and against what checkpoints wrote down earlier.

Everything is read as a stream in the order of the cases, so memory stays the same however many there are.
"""

import logging
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from typing import Generic, NamedTuple, TypeVar

from django.db import connection, transaction

from cases.chain import HeadsDigest, Link, Mark, first_break, root_of
from cases.models import PREFIXES, Case, CaseEvent, HistoryCheckpoint, HistoryHead
from cases.services.checkpoints import facts_of
from policies.choices import CaseKind

logger = logging.getLogger(__name__)
CHUNK = 5000
RowT = TypeVar("RowT", Link, Mark)


@dataclass
class Report:
    """What a check looked at, and in words where something was changed from outside."""

    cases: int = 0
    events: int = 0
    checkpoints: int = 0
    problems: list[str] = field(default_factory=list)


class Head(NamedTuple):
    """What a case says of its own history."""

    pk: int
    number: str
    kind: str
    event_count: int
    last_event_hash: str

    @property
    def reference(self) -> str:
        return f"{PREFIXES[CaseKind(self.kind)]}-{self.number}"


def verify(*, number: str | None = None) -> Report:
    """Check every case, or the one with `number`, and with all of them the checkpoints themselves."""
    report = Report()
    if connection.vendor == "postgresql" and not connection.in_atomic_block:
        with transaction.atomic():
            with connection.cursor() as cursor:  # cases that move meanwhile must not look broken
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            _verify(report, number)
    else:
        _verify(report, number)
    logger.info("history_verified cases=%s events=%s problems=%s", report.cases, report.events, len(report.problems))
    return report


def _verify(report: Report, number: str | None) -> None:
    report.problems += [] if number else _broken_checkpoints(report)
    report.problems += _broken_chains(report, number)


def _broken_chains(report: Report, number: str | None) -> Iterator[str]:
    cases = Case.objects.filter(number=number) if number else Case.objects.all()
    heads = cases.order_by("pk").values_list(*Head._fields).iterator(chunk_size=CHUNK)
    links = _Groups(_counted(_links(cases if number else None), report), "case_id")
    marks = _Groups(_marks(cases if number else None), "case_key")
    for values in heads:
        head = Head(*values)
        report.cases += 1
        yield from (_gone(missing) for missing in marks.before(head.pk))
        chain = links.of(head.pk)
        problem = first_break(
            chain,
            expected_count=head.event_count,
            expected_hash=head.last_event_hash,
            marks=marks.of(head.pk),
        )
        deque(chain, maxlen=0)  # past the break, on to the next case
        if problem:
            yield f"{head.reference}: {problem}"
    yield from (_gone(missing) for missing in marks.before(None))


def _links(cases: Iterable[Case] | None) -> Iterator[Link]:
    events = CaseEvent.objects.all() if cases is None else CaseEvent.objects.filter(case__in=cases)
    rows = events.order_by("case_id", "seq").values_list(*Link._fields)
    return map(Link._make, rows.iterator(chunk_size=CHUNK))


def _marks(cases: Iterable[Case] | None) -> Iterator[Mark]:
    heads = HistoryHead.objects.all()
    if cases is not None:
        heads = heads.filter(case_key__in=[case.pk for case in cases])
    rows = heads.order_by("case_key", "seq").values_list("case_key", "seq", "hash", "checkpoint__number")
    return map(Mark._make, rows.iterator(chunk_size=CHUNK))


def _counted(links: Iterable[Link], report: Report) -> Iterator[Link]:
    for link in links:
        report.events += 1
        yield link


def _gone(marks: list[Mark]) -> str:
    last = marks[-1]
    return f"A case is gone: checkpoint {last.checkpoint} knows {last.seq} events of case {last.case_key}."


class _Groups(Generic[RowT]):
    """A stream in the order of its cases, taken case by case."""

    def __init__(self, rows: Iterable[RowT], key: str) -> None:
        self._groups: Iterator[tuple[int, Iterator[RowT]]] = groupby(rows, key=attrgetter(key))
        self._next: tuple[int, Iterator[RowT]] | None = next(self._groups, None)

    def of(self, pk: int) -> Iterator[RowT]:
        """Yield the rows of one case, to be used up before the next is asked for."""
        if self._next and self._next[0] == pk:
            yield from self._next[1]
            self._next = next(self._groups, None)

    def before(self, pk: int | None) -> Iterator[list[RowT]]:
        """Yield the rows of the cases before `pk`, or of all that are left."""
        while self._next and (pk is None or self._next[0] < pk):
            yield list(self._next[1])
            self._next = next(self._groups, None)


def _broken_checkpoints(report: Report) -> Iterator[str]:
    """Yield what is wrong with the chain of checkpoints: a gap, a changed one, or marks that are not its own."""
    previous, number = "", 0
    for number, checkpoint in enumerate(HistoryCheckpoint.objects.order_by("number"), start=1):
        report.checkpoints += 1
        if checkpoint.number != number:
            yield f"Checkpoint {number} is missing."
            return
        marks, digest = 0, HeadsDigest()
        rows = checkpoint.heads.order_by("case_key").values_list("case_key", "seq", "hash")
        for marks, row in enumerate(rows.iterator(chunk_size=CHUNK), start=1):  # noqa: B007
            digest.add(*row)
        is_whole = checkpoint.previous_root == previous and checkpoint.heads_digest == digest.value()
        if not is_whole or marks != checkpoint.cases or checkpoint.root != root_of(facts_of(checkpoint)):
            yield f"Checkpoint {number} was changed after it was made."
        previous = checkpoint.root
