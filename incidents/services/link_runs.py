"""Links by the thousand: from a search or a file, in the background, and every row is answered."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from cases.models import Case
from core.bulk import insert_rows, update_rows
from core.errors import UserFacingError
from incidents import permissions
from incidents.choices import LinkOutcome, LinkSource
from incidents.models import LinkRow, LinkRun
from incidents.permissions import Right
from incidents.services.jobs import BATCH, finish, work_off
from incidents.services.linking import add_links, record_linked
from incidents.services.locking import lock_incident

MOST_ROWS: Final = 50_000


def number_of(reference: str) -> str:
    """Return the number in a reference, whatever kind stands in front of it."""
    return "-".join(reference.strip().upper().split("-")[-2:])


@transaction.atomic
def ask_for_search(
    case: Case, *, found: QuerySet[Case], words: str, actor: User, now: datetime, submission: uuid.UUID | None
) -> LinkRun:
    """Ask for links to everything that a search has found; `found` says what the person may see."""
    known = found.order_by("pk").values_list("pk", "number")[: MOST_ROWS + 1]
    rows = [LinkRow(line=line, reference=number, caused_id=pk) for line, (pk, number) in enumerate(known, start=1)]
    return _ask(case, rows, LinkSource.SEARCH, words, actor=actor, now=now, submission=submission)


@transaction.atomic
def ask_for_file(
    case: Case,
    *,
    references: Iterable[tuple[int, str | None]],
    name: str,
    actor: User,
    now: datetime,
    submission: uuid.UUID | None,
) -> LinkRun:
    """Ask for links to the references of a file, each with its line; a row that cannot be read has none."""
    rows = [
        LinkRow(
            line=line,
            reference=(reference or "")[:40],
            outcome=LinkOutcome.UNREADABLE if reference is None else LinkOutcome.WAITING,
        )
        for line, reference in references
    ]
    return _ask(case, rows, LinkSource.FILE, name, actor=actor, now=now, submission=submission)


def _ask(
    case: Case,
    rows: Sequence[LinkRow],
    source: LinkSource,
    words: str,
    *,
    actor: User,
    now: datetime,
    submission: uuid.UUID | None,
) -> LinkRun:
    permissions.require(actor, Right.LINK, case)
    if not rows:
        raise UserFacingError("There is no case to link.")
    if len(rows) > MOST_ROWS:
        raise UserFacingError(
            f"At most {MOST_ROWS:,} cases can be linked at once. Narrow the search, or split the file."
        )
    values: dict[str, Any] = {
        "case": case,
        "asked_by": actor,
        "asked_at": now,
        "source": source,
        "words": words[:300],
        "total": sum(row.outcome == LinkOutcome.WAITING for row in rows),
    }
    if submission is None:
        run, is_new = LinkRun.objects.create(**values), True
    else:
        run, is_new = LinkRun.objects.get_or_create(submission=submission, defaults=values)
    if is_new:
        for row in rows:
            row.run = run
        insert_rows(rows, now=now)
    return run


def run_due_links(*, now: datetime) -> int:
    return work_off(LinkRun, _link_next, now=now)


@transaction.atomic
def _link_next(run_id: int, now: datetime) -> bool:
    """Answer the next rows; return whether there may be more. What is linked and what is answered commit together."""
    run = LinkRun.objects.select_for_update(of=("self",)).select_related("asked_by").get(pk=run_id)
    actor = run.asked_by
    incident, _ = lock_incident(run.case_id, actor=actor, right=Right.LINK)
    rows = list(run.rows.filter(outcome=LinkOutcome.WAITING).order_by("pk")[:BATCH])
    if not rows:
        linked = run.rows.filter(outcome=LinkOutcome.LINKED)
        record_linked(incident, linked.values_list("caused_id", flat=True), actor=actor, now=now)
        finish(run)
        return False
    _answer(rows, incident, actor=actor, now=now)
    run.done += len(rows)
    run.save(update_fields=["done", "updated_at"])
    return True


def _answer(rows: Sequence[LinkRow], incident: Case, *, actor: User, now: datetime) -> None:
    numbers = {number_of(row.reference) for row in rows}
    seen = Case.objects.visible_to(actor).filter(number__in=numbers).exclude(pk=incident.pk)
    known = dict(seen.values_list("number", "pk"))
    fresh = set(add_links(incident, known.values(), actor=actor, now=now))
    for row in rows:
        row.caused_id = known.get(number_of(row.reference))
        if row.caused_id is None:
            row.outcome = LinkOutcome.UNKNOWN
        elif row.caused_id in fresh:
            row.outcome = LinkOutcome.LINKED
            fresh.remove(row.caused_id)
        else:
            row.outcome = LinkOutcome.KNOWN
    update_rows(rows, ["caused", "outcome"])
