"""What happened when, the oldest first: from the story, from the evidence by the day it tells of, from promises."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import groupby

from django.urls import reverse
from django.utils import timezone

from cases.choices import ContactPurpose, Direction, PromiseState
from cases.models import Case
from cases.selectors.history import event_sentence

OPENING = 240


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line. `at` has a time where one is known; `source` says where we know it from; `url` leads there."""

    day: date
    at: datetime | None
    words: str
    source: str
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class Day:
    day: date
    entries: list[Entry]


def chronology_of(case: Case, *, without: Collection[int] = ()) -> list[Day]:
    """Return every dated thing of the case by day: four queries, however long the case.

    `without` are ids of evidence that the reader must not learn of.
    """
    entries = sorted(_entries(case, without), key=lambda entry: (entry.day, entry.at or _start(entry.day)))
    return [Day(day=day, entries=list(found)) for day, found in groupby(entries, key=lambda entry: entry.day)]


def _start(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _entries(case: Case, without: Collection[int]) -> Iterator[Entry]:
    yield _at(case.received_at, "The customer told us", "Case", case.get_absolute_url())
    yield from _contacts(case)
    yield from _evidence(case, without)
    yield from _promises(case)
    for event in case.events.select_related("detail").order_by("seq"):
        if "status" in event.fields:
            url = reverse("cases:history", args=[case.reference])
            yield _at(event.happened_at, event_sentence(event), "History", url)


def _contacts(case: Case) -> Iterator[Entry]:
    for contact in case.contacts.filter(called_off_at=None).order_by("happened_at", "pk"):
        who = "We told the customer" if contact.direction == Direction.OUT else "The customer told us"
        purpose = "" if contact.purpose == ContactPurpose.GENERAL else f" ({contact.get_purpose_display().lower()})"
        words = contact.body if len(contact.body) <= OPENING else f"{contact.body[:OPENING]}…"
        url = f"{case.get_absolute_url()}timeline/#contact-{contact.pk}"
        yield _at(contact.happened_at, f"{who}{purpose}: {words}", contact.get_channel_display(), url)


def _evidence(case: Case, without: Collection[int]) -> Iterator[Entry]:
    for piece in case.evidence.filter(removed_at=None).exclude(pk__in=without).order_by("obtained_at", "pk"):
        url = reverse("cases:evidence", args=[case.reference])
        day = piece.happened_on or timezone.localdate(piece.obtained_at)
        at = None if piece.happened_on else piece.obtained_at
        yield Entry(day=day, at=at, words=piece.shows, source=f"Evidence: {piece.title}", url=url)


def _promises(case: Case) -> Iterator[Entry]:
    url = reverse("cases:follow_up", args=[case.reference])
    for promise in case.promises.order_by("made_at", "pk"):
        yield _at(promise.made_at, f"We promised: {promise.text}", "Promise", url)
        if promise.settled_at and promise.state == PromiseState.KEPT:
            yield _at(promise.settled_at, f"We kept the promise: {promise.text}", "Promise", url)


def _at(at: datetime, words: str, source: str, url: str) -> Entry:
    return Entry(day=timezone.localdate(at), at=at, words=words, source=source, url=url)
