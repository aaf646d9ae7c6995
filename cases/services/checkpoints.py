"""Checkpoints over all histories, and the file of them that is kept somewhere else.

A checkpoint writes down, for each case that moved since the one before, how many events it has and the hash of the
last. Its root digests that and the root before it. Against the file a table that was written again as a whole shows,
and an old copy of the database that was put back.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice

from django.db import transaction
from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Sum

from cases.chain import CheckpointFacts, HeadsDigest, root_of
from cases.models import Case, HistoryCheckpoint, HistoryHead
from core.dates import moment
from core.errors import UserFacingError

BATCH = 5000
FIRST_LINE = "# Redress history checkpoints: number, made at, cases moved, events of all cases, root"


class CheckpointFileError(UserFacingError):
    """The file is not one of checkpoints; the text names the line."""


@transaction.atomic
def make_checkpoint(*, now: datetime, problems: Iterable[str] = ()) -> HistoryCheckpoint:
    """Write down where every history stands. Two at the same moment cannot both have the next number."""
    last = HistoryCheckpoint.objects.select_for_update().order_by("-number").first()
    checkpoint = HistoryCheckpoint.objects.create(
        number=last.number + 1 if last else 1,
        made_at=now,
        cases=0,
        events=Case.objects.aggregate(total=Sum("event_count"))["total"] or 0,
        previous_root=last.root if last else "",
        problems=list(problems),
    )
    digest = HeadsDigest()
    rows = _moved().values_list("pk", "event_count", "last_event_hash").iterator(chunk_size=BATCH)
    while batch := list(islice(rows, BATCH)):
        for row in batch:
            digest.add(*row)
        HistoryHead.objects.bulk_create(
            HistoryHead(checkpoint=checkpoint, case_key=pk, seq=seq, hash=head) for pk, seq, head in batch
        )
        checkpoint.cases += len(batch)
    checkpoint.heads_digest = digest.value()
    checkpoint.root = root_of(facts_of(checkpoint))
    checkpoint.save(update_fields=["cases", "heads_digest", "root"])
    return checkpoint


def _moved() -> QuerySet[Case]:
    """Return the cases that have more events than the last checkpoint to mention them knew, in their order."""
    known = HistoryHead.objects.filter(case_key=OuterRef("pk")).order_by("-seq").values("seq")[:1]
    moved = Q(known=None, event_count__gt=0) | Q(event_count__gt=F("known"))
    return Case.objects.annotate(known=Subquery(known)).filter(moved).order_by("pk")


def facts_of(checkpoint: HistoryCheckpoint) -> CheckpointFacts:
    return CheckpointFacts(
        number=checkpoint.number,
        made_at=checkpoint.made_at,
        cases=checkpoint.cases,
        events=checkpoint.events,
        heads=checkpoint.heads_digest,
        previous_root=checkpoint.previous_root,
    )


def checkpoint_lines() -> Iterator[str]:
    """Return the file of checkpoints line by line, the oldest first."""
    yield FIRST_LINE
    for each in HistoryCheckpoint.objects.order_by("number").iterator():
        yield f"{each.number} {each.made_at.isoformat()} {each.cases} {each.events} {each.root}"


def problems_against(lines: Iterable[str]) -> list[str]:
    """Return in words where the checkpoints are not those of a file that was kept elsewhere."""
    known = dict(HistoryCheckpoint.objects.values_list("number", "root"))
    last = max(known, default=0)
    problems: list[str] = []
    for number, made_at, root in _kept(lines):
        if number > last:
            problems.append(
                f"The file knows checkpoint {number} of {moment(made_at)}; the database ends at checkpoint {last}. "
                "An older copy of the database was put back."
            )
            break
        if known.get(number) != root:
            problems.append(
                f"Checkpoint {number} of {moment(made_at)} is not the one in the file: "
                "histories were written again after it was kept."
            )
            break
    return problems


def _kept(lines: Iterable[str]) -> Iterator[tuple[int, datetime, str]]:
    for place, line in enumerate(lines, start=1):
        if not line.strip() or line.startswith("#"):
            continue
        try:
            number, made_at, _cases, _events, root = line.split()
            yield int(number), datetime.fromisoformat(made_at), root
        except ValueError:
            raise CheckpointFileError(
                f"Line {place} is not a checkpoint. Use a file that “manage.py checkpoint_history --out” wrote."
            ) from None
