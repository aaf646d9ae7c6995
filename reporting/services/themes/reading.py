"""Read the cases' stories from the database a little at a time, with what must be kept out of themes."""

import hashlib
import heapq
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from cases.models import Case, Stakeholder
from core.dates import local_day
from reporting.themes.labels import LabelCase
from reporting.themes.model import SAMPLE_SIZE, sampling_key
from reporting.themes.privacy import name_words
from reporting.themes.text import clauses, content_words

CHUNK = 2_000
FIELDS = (
    "pk", "number", "external_id", "story", "received_at",
    "customer_id", "customer__is_anonymous", "customer__name", "owner__full_name", "logged_by__full_name",
)  # fmt: skip


@dataclass(frozen=True)
class Story:
    """What a case says, and whose names stand on it."""

    case_id: int
    text: str
    received_day: date
    person: str
    names: frozenset[str]

    @property
    def content(self) -> list[str]:
        """Return the words that say what it is about, without the names of people on the case."""
        return [sys.intern(word) for word in content_words(self.text) if word not in self.names]

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.text.encode(errors="replace")).hexdigest()[:16]

    def for_label(self) -> LabelCase:
        return LabelCase(["" if word in self.names else word for word in clauses(self.text)], self.person)


def read_stories(cases: QuerySet[Case]) -> Iterator[list[Story]]:
    """Yield the stories of `cases` in chunks, in the order of their primary key."""
    last = 0
    while chunk := list(cases.filter(pk__gt=last).order_by("pk").values_list(*FIELDS)[:CHUNK]):
        last = chunk[-1][0]
        yield _stories(chunk)


def read_in_order(case_ids: list[int]) -> Iterator[Story]:
    """Yield the stories of these cases in this order."""
    for start in range(0, len(case_ids), CHUNK):
        wanted = case_ids[start : start + CHUNK]
        found = {story.case_id: story for story in _stories(Case.objects.filter(pk__in=wanted).values_list(*FIELDS))}
        yield from (found[case_id] for case_id in wanted if case_id in found)


def sample(cases: QuerySet[Case], size: int = SAMPLE_SIZE) -> list[int]:
    """Return the ids of the cases to learn from: the lowest by hash, whatever order the cases came in."""
    rows = cases.order_by().values_list("pk", "external_id", "number").iterator(chunk_size=CHUNK)
    keyed = ((sampling_key(external_id or number), pk) for pk, external_id, number in rows)
    return [pk for _, pk in heapq.nsmallest(size, keyed)]


def _stories(rows: Iterable[tuple]) -> list[Story]:  # type: ignore[type-arg]
    found = list(rows)
    others: dict[int, list[str]] = defaultdict(list)
    for case_id, name in Stakeholder.objects.filter(case__in=[row[0] for row in found]).values_list("case_id", "name"):
        others[case_id].append(name)
    return [
        Story(
            case_id,
            text,
            local_day(received_at),
            str(customer_id),
            name_words([*filter(None, names[is_anonymous:]), *others[case_id]]),
        )
        for case_id, _, _, text, received_at, customer_id, is_anonymous, *names in found
    ]
