"""What was written on a case after somebody began to write themselves."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from django.db.models import Max, Q

from accounts.models import User
from cases.choices import Direction
from cases.models import Case, Contact, InternalNote


@dataclass(frozen=True, kw_only=True)
class Seen:
    """The last message and note that were there when the writer began."""

    contact: int = 0
    note: int = 0

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Read `str(seen)` back from a form; anything else says nothing."""
        contact, _, note = text.partition(":")
        known = all(part.isdecimal() and len(part) < 19 for part in (contact, note))
        return cls(contact=int(contact), note=int(note)) if known else None

    def __str__(self) -> str:
        return f"{self.contact}:{self.note}"


@dataclass(frozen=True, kw_only=True)
class News:
    title: str
    at: datetime
    body: str


def seen_now(case: Case) -> Seen:
    contact = Contact.objects.filter(case=case).aggregate(last=Max("pk"))["last"]
    note = InternalNote.objects.filter(case=case).aggregate(last=Max("pk"))["last"]
    return Seen(contact=contact or 0, note=note or 0)


def news_since(case: Case, seen: Seen, *, reader: User) -> list[News]:
    """Return what others wrote after `seen`, the oldest first; what the reader wrote is no news to them."""
    return sorted(_news(case, seen, reader), key=lambda each: each.at)


def _news(case: Case, seen: Seen, reader: User) -> Iterator[News]:
    others = ~Q(author=reader) | Q(author=None)
    for contact in Contact.objects.filter(others, case=case, pk__gt=seen.contact).select_related("author"):
        incoming = contact.direction == Direction.IN
        title = f"{case.customer.name} told us" if incoming else f"{contact.author} told {case.customer.name}"
        yield News(title=title, at=contact.happened_at, body=contact.body)
    for note in InternalNote.objects.filter(others, case=case, pk__gt=seen.note).select_related("author"):
        yield News(title=f"{note.author} wrote an internal note", at=note.happened_at, body=note.body)
