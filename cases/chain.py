"""What a line of history is digested from. Pure, so that millions of lines can be checked fast and anywhere.

`hash` = SHA-256 of a zero byte and the line as canonical JSON: keys in order, no spaces, ASCII. A checkpoint begins
with a one byte instead, so that neither can pass for the other.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from django.core.serializers.json import DjangoJSONEncoder

CANONICAL = DjangoJSONEncoder(sort_keys=True, separators=(",", ":"))


def canonical_json(value: Any) -> bytes:
    return CANONICAL.encode(value).encode()


def commitment(salt: str, values: Any) -> str:
    return sealed(salt, canonical_json(values))


def sealed(salt: str, content: bytes) -> str:
    return hmac.digest(salt.encode(), content, "sha256").hex()


class Link(NamedTuple):
    """One line as it is stored; the names are those of `CaseEvent`, so that a query can fill it."""

    case_id: int
    seq: int
    happened_at: datetime
    actor_id: int
    action: str
    subject: str
    fields: list[str]
    commitment: str
    previous_hash: str
    hash: str = ""


@lru_cache(maxsize=4096)
def _quoted(text: str) -> str:
    return json.dumps(text)


@lru_cache(maxsize=4096)
def _listed(texts: tuple[str, ...]) -> str:
    return json.dumps(texts, separators=(",", ":"))


def digest_of(link: Link) -> str:
    """Return what `link.hash` must be. Written out by hand: a general encoder takes five times as long."""
    happened_at = link.happened_at.astimezone(UTC).isoformat(timespec="microseconds")
    content = (
        f'\0{{"action":{_quoted(link.action)},"actor":{link.actor_id},"case":{link.case_id},'
        f'"commitment":"{link.commitment}","fields":{_listed(tuple(link.fields))},"happened_at":"{happened_at}",'
        f'"previous_hash":"{link.previous_hash}","seq":{link.seq},"subject":{_quoted(link.subject)}}}'
    )
    return hashlib.sha256(content.encode()).hexdigest()


class Mark(NamedTuple):
    """What a checkpoint knows of a case: after `seq` lines the last one had this hash."""

    case_key: int
    seq: int
    hash: str
    checkpoint: int = 0


def first_break(links: Iterable[Link], *, expected_count: int, expected_hash: str, marks: Iterable[Mark] = ()) -> str:
    """Return in words where a case's chain, given in order, first fails; empty when it is whole.

    `marks` are what checkpoints wrote down of the case: they find a chain that was rewritten or cut as a whole.
    """
    previous, seq, marked = "", 0, {mark.seq: mark for mark in marks}
    for seq, link in enumerate(links, start=1):
        if link.seq != seq:
            return f"Event {seq} is missing: event {link.seq} follows event {seq - 1}."
        if link.previous_hash != previous:
            return f"Event {seq} does not follow from event {seq - 1}."
        if link.hash != digest_of(link):
            return f"Event {seq} was changed after it was written."
        previous = link.hash
        if seq in marked and marked.pop(seq).hash != previous:
            return f"Events up to {seq} were written again: a checkpoint knows them otherwise."
    if (seq, previous) != (expected_count, expected_hash):
        return f"The case says that it has {expected_count} events, and {seq} were found."
    if marked:
        mark = max(marked.values(), key=lambda mark: mark.seq)
        return f"Checkpoint {mark.checkpoint} knows {mark.seq} events, and {seq} were found."
    return ""


class CheckpointFacts(NamedTuple):
    """What a checkpoint is digested from. `heads` is the digest of the marks that it added."""

    number: int
    made_at: datetime
    cases: int
    events: int
    heads: str
    previous_root: str


def root_of(facts: CheckpointFacts) -> str:
    content = facts._asdict() | {"made_at": facts.made_at.astimezone(UTC).isoformat(timespec="microseconds")}
    return hashlib.sha256(b"\1" + canonical_json(content)).hexdigest()


class HeadsDigest:
    """The digest of the marks of one checkpoint, given one by one in the order of their cases."""

    def __init__(self) -> None:
        self._digest = hashlib.sha256(b"\2")

    def add(self, case_key: int, seq: int, head: str) -> None:
        self._digest.update(f"{case_key}:{seq}:{head}\n".encode())

    def value(self) -> str:
        return self._digest.hexdigest()
