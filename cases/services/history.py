"""The append-only history of a case: numbered, chained, and free of personal text.

What is digested is in `cases.chain`. `commitment` = HMAC-SHA-256 of the values under a random salt; salt and values live
in `CaseEventDetail` and may be erased.
"""

import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction

from accounts.models import User
from cases.chain import Link, canonical_json, commitment, digest_of, first_break, sealed
from cases.models import Case, CaseEvent, CaseEventDetail
from cases.querysets import CaseQuerySet
from core.bulk import insert_rows, insert_values, reserve_keys, update_rows

Changes = Mapping[str, tuple[Any, Any]]


class Line(NamedTuple):
    """What one of many histories is to say."""

    case_id: int
    subject: str = ""
    note: str = ""
    changes: Changes | None = None


def event_hash(event: CaseEvent) -> str:
    """Return what `event.hash` must be; anything else means that the row was changed."""
    return digest_of(Link(*(getattr(event, name) for name in Link._fields)))


def next_event(
    case: Case,
    *,
    actor: User,
    action: str,
    now: datetime,
    changes: Changes | None = None,
    note: str = "",
    subject: str = "",
) -> tuple[CaseEvent, CaseEventDetail]:
    """Return the next event of `case`, unsaved, and move the head that `case` carries in memory.

    Bulk writers save the rows themselves, and the case with `event_count` and `last_event_hash`.
    """
    values = json.loads(canonical_json({"changes": {k: list(v) for k, v in (changes or {}).items()}, "note": note}))
    salt = secrets.token_hex(16)
    event = CaseEvent(
        case=case,
        seq=case.event_count + 1,
        happened_at=now,
        actor=actor,
        action=action,
        subject=subject,
        fields=sorted(changes or ()),
        commitment=commitment(salt, values),
        previous_hash=case.last_event_hash,
    )
    event.hash = event_hash(event)
    case.event_count, case.last_event_hash = event.seq, event.hash
    return event, CaseEventDetail(event=event, salt=salt, values=values)


@contextmanager
def first_lines(case: Case) -> Iterator[None]:
    """Gather the lines of a case that this transaction has just made, and write them and its head at once.

    Nobody else knows the case yet, so nothing is locked. Its first deadline is written with the head.
    """
    gathered: list[tuple[CaseEvent, CaseEventDetail]] = []
    case.gathered_events = gathered
    yield
    case.gathered_events = None
    CaseEvent.objects.bulk_create([event for event, _ in gathered])
    for event, detail in gathered:
        detail.event = event
    CaseEventDetail.objects.bulk_create([detail for _, detail in gathered])
    case.save(update_fields=["event_count", "last_event_hash", "next_due_at"])


def locked_heads() -> CaseQuerySet:
    """Return the cases with what the next event of each follows from, locked as they are read."""
    return Case.objects.select_for_update(of=("self",)).only("event_count", "last_event_hash")


@transaction.atomic(savepoint=False)
def record_event(
    case: Case,
    *,
    actor: User,
    action: str,
    now: datetime,
    changes: Changes | None = None,
    note: str = "",
    subject: str = "",
    head: Case | None = None,
) -> CaseEvent:
    """Append one event in the caller's transaction. `changes` maps field names to (old, new).

    The head is read from the locked row, so that two writers never fork the chain; `head` is that row, where the caller
    has just locked it.
    """
    if case.gathered_events is None:
        head = head or locked_heads().get(pk=case.pk)
        case.event_count, case.last_event_hash = head.event_count, head.last_event_hash
    event, detail = next_event(case, actor=actor, action=action, now=now, changes=changes, note=note, subject=subject)
    if case.gathered_events is not None:
        case.gathered_events.append((event, detail))
        return event
    event.save(force_insert=True)
    detail.event = event
    detail.save(force_insert=True)
    Case.objects.filter(pk=case.pk).update(event_count=case.event_count, last_event_hash=case.last_event_hash)
    return event


@transaction.atomic
def record_events(lines: Sequence[Line], *, actor: User, action: str, now: datetime) -> None:
    """Append one event to each of many cases, in a handful of statements; they are locked in the order of their keys."""
    locked = Case.objects.select_for_update(of=("self",)).filter(pk__in=[line.case_id for line in lines]).order_by("pk")
    cases = {case.pk: case for case in locked.only("number", "event_count", "last_event_hash")}
    events = [
        next_event(
            cases[line.case_id],
            actor=actor,
            action=action,
            now=now,
            changes=line.changes,
            note=line.note,
            subject=line.subject,
        )
        for line in lines
    ]
    for (event, detail), key in zip(events, reserve_keys(CaseEvent, len(events)), strict=True):
        event.pk = detail.event_id = key
    insert_rows([event for event, _ in events], now=now)
    insert_rows([detail for _, detail in events], now=now)
    update_rows(list(cases.values()), ["event_count", "last_event_hash"])


def begin_histories(
    case_ids: Sequence[int], *, actor: User, action: str, now: datetime, changes: Changes, note: str
) -> list[str]:
    """Write the first line of cases that are being written, the same in each, and return the head of each history."""
    content = canonical_json({"changes": {name: list(pair) for name, pair in changes.items()}, "note": note})
    fields = sorted(changes)
    events, details, heads = [], [], []
    for case_id, event_id in zip(case_ids, reserve_keys(CaseEvent, len(case_ids)), strict=True):
        salt = secrets.token_hex(16)
        seal = sealed(salt, content)
        head = digest_of(Link(case_id, 1, now, actor.pk, action, "", fields, seal, ""))
        events.append((event_id, case_id, seal, head))
        details.append((event_id, salt))
        heads.append(head)
    same = {"seq": 1, "happened_at": now, "actor_id": actor.pk, "action": action, "fields": fields}
    insert_values(CaseEvent, ["id", "case_id", "commitment", "hash"], events, now=now, same=same)
    insert_values(CaseEventDetail, ["event_id", "salt"], details, now=now, same={"values": json.loads(content)})
    return heads


def changed_fields(before: Case | Any, after: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Return {field: (old, new)} for what `after` would change on `before`."""
    return {name: (getattr(before, name), value) for name, value in after.items() if getattr(before, name) != value}


def break_in_history(case: Case) -> str:
    """Return in words where the history of `case` was tampered with; empty when it is whole."""
    head = Case.objects.only("event_count", "last_event_hash").get(pk=case.pk)
    links = CaseEvent.objects.filter(case=case).order_by("seq").values_list(*Link._fields)
    return first_break(
        (Link(*values) for values in links.iterator()),
        expected_count=head.event_count,
        expected_hash=head.last_event_hash,
    )
