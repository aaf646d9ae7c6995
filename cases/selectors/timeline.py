"""The story of a case, newest first: contacts, notes and history in one list, a page at a time."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from heapq import merge
from itertools import groupby, islice
from typing import Any, Self

from django.db.models import Model, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.utils.dateparse import parse_datetime

from accounts.choices import EmailState
from accounts.models import User
from cases.choices import Channel, ContactPurpose, Direction, EventAction, TimelineFilter
from cases.models import Attachment, Case, CaseEvent, Contact, InternalNote
from cases.selectors.figures import CaseFigures, JsonList, figures_of
from cases.selectors.history import event_sentence, person
from core.dates import local_day

PAGE_SIZE = 30
LONGEST_SHOWN_WHOLE = 600
OPENING = 240

# The contact or note itself stands in the timeline, so its line of history would say it twice.
SAID_OTHERWISE = (
    EventAction.CONTACT_LOGGED,
    EventAction.MESSAGE_SENT,
    EventAction.LETTER_MADE,
    EventAction.NOTE_ADDED,
)

CONTACT_ICONS = {
    Channel.PHONE: "telephone",
    Channel.EMAIL: "envelope",
    Channel.LETTER: "envelope-paper",
    Channel.IN_PERSON: "person",
}
CONTACT_NOUNS = {Channel.PHONE: "Call", Channel.EMAIL: "Email", Channel.CHAT: "Chat", Channel.LETTER: "Letter"}


@dataclass(frozen=True, kw_only=True)
class TimelineItem:
    """One line. `kind` is in, out, note or sys; `position` orders the whole list; `unread` is a contact not read yet.

    `times` is how many lines it stands for.
    """

    anchor: str
    kind: str
    icon: str
    title: str
    who: str
    at: datetime
    body: str
    unread: int | None = None
    leaves_at: datetime | None = None
    pk: int = 0
    files: tuple[tuple[int, str], ...] = ()
    times: int = 1
    position: tuple[datetime, int, int]

    @property
    def is_long(self) -> bool:
        return len(self.body) > LONGEST_SHOWN_WHOLE

    @property
    def opening(self) -> str:
        return f"{self.body[:OPENING].rsplit(maxsplit=1)[0]}…"


@dataclass(frozen=True)
class Cursor:
    """The last item already shown: time, source and id, so that items of one instant are neither lost nor doubled."""

    at: datetime
    source: int
    pk: int

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Read `str(cursor)` back from the address bar; anything else is the start."""
        at, *numbers = text.split("_")
        try:
            when = parse_datetime(at)
            source, pk = map(int, numbers)
        except ValueError:
            return None
        return cls(when, source, pk) if when and when.tzinfo and 0 <= pk < 2**63 else None

    def __str__(self) -> str:
        return f"{self.at.isoformat()}_{self.source}_{self.pk}"


@dataclass(frozen=True)
class TimelinePage:
    items: list[TimelineItem]
    older: Cursor | None


def timeline(
    case: Case, user: User, *, before: Cursor | None = None, show: str = TimelineFilter.EVERYTHING
) -> TimelinePage:
    """Return the next page of the story: at most three limited queries, however long the case."""
    figures = figures_of(case)
    sources = [
        source
        for source in SOURCES
        if show in (TimelineFilter.EVERYTHING, source.shown_under) and source.has_rows(figures)
    ]
    found = merge(
        *(_newest(case, user, source, before) for source in sources), key=lambda item: item.position, reverse=True
    )
    items = list(islice(found, PAGE_SIZE + 1))
    more = len(items) > PAGE_SIZE
    items = items[:PAGE_SIZE]
    return TimelinePage(list(_drawn_together(items)), Cursor(*items[-1].position) if more else None)


def _drawn_together(items: Iterable[TimelineItem]) -> Iterator[TimelineItem]:
    """Yield one line for what somebody did several times in a row on one day; the history shows each of them."""

    def sort(item: TimelineItem) -> tuple[object, ...]:
        return (item.title, item.who, local_day(item.at)) if item.kind == "sys" else (item.anchor,)

    for _, (newest, *others) in groupby(items, key=sort):
        yield replace(newest, times=1 + len(others))


@dataclass(frozen=True)
class Source:
    """Where a kind of line comes from; `rank` orders lines of the same instant. A source without rows is not asked."""

    rank: int
    shown_under: TimelineFilter
    has_rows: Callable[[CaseFigures], bool]
    rows: Callable[[Case, User], QuerySet[Any]]
    author: str
    item: Callable[[Case, Any], dict[str, Any]]


def _newest(case: Case, user: User, source: Source, before: Cursor | None) -> Iterator[TimelineItem]:
    rows = source.rows(case, user)
    if before:
        same_instant = Q(happened_at=before.at)
        if source.rank == before.source:
            same_instant &= Q(pk__lt=before.pk)
        earlier = Q(happened_at__lt=before.at)
        rows = rows.filter(earlier | same_instant if source.rank <= before.source else earlier)
    for row in rows.select_related(source.author).order_by("-happened_at", "-pk")[: PAGE_SIZE + 1]:
        yield TimelineItem(**source.item(case, row), at=row.happened_at, position=_position(source, row))


def _position(source: Source, row: Model) -> tuple[datetime, int, int]:
    return (row.happened_at, source.rank, row.pk)  # type: ignore[attr-defined]


def _contact_item(case: Case, contact: Any) -> dict[str, Any]:
    outgoing = contact.direction == Direction.OUT
    noun = CONTACT_NOUNS.get(Channel(contact.channel), "Message")
    title = f"{noun} {'to' if outgoing else 'from'} {case.customer.name}"
    return {
        "anchor": f"contact-{contact.pk}",
        "kind": "out" if outgoing else "in",
        "icon": CONTACT_ICONS.get(Channel(contact.channel), "chat-left-text"),
        "title": f"{title}: {contact.subject}" if contact.subject else title,
        "who": " · ".join(_about_contact(contact)),
        "body": contact.body,
        "unread": None if contact.is_read else contact.pk,
        "leaves_at": None if contact.called_off_at else contact.leaves_at,
        "pk": contact.pk,
        "files": tuple(sorted((each["pk"], each["name"]) for each in contact.files or ())),
    }


def _about_contact(contact: Contact) -> Iterator[str]:
    if contact.author:
        yield f"{'By' if contact.direction == Direction.OUT else 'Taken by'} {contact.author}"
    if contact.channel not in CONTACT_NOUNS:
        yield contact.get_channel_display()
    if contact.purpose != ContactPurpose.GENERAL:
        yield contact.get_purpose_display()
    if contact.handled_seconds:
        minutes = max(1, round(contact.handled_seconds / 60))
        yield f"{minutes} minute{'' if minutes == 1 else 's'}"
    if not contact.is_read:
        yield "Not read yet"
    if contact.called_off_at:
        yield "Called off before it left: the customer did not get it"
    elif contact.email and contact.email.state == EmailState.FAILED:
        yield f"Could not be sent: {contact.email.failure}"


def _note_item(case: Case, note: InternalNote) -> dict[str, Any]:
    return {
        "anchor": f"note-{note.pk}",
        "kind": "note",
        "icon": "pencil",
        "title": "Internal note",
        "who": str(note.author),
        "body": note.body,
    }


def _event_item(case: Case, event: CaseEvent) -> dict[str, Any]:
    return {
        "anchor": f"event-{event.seq}",
        "kind": "sys",
        "icon": "arrow-left-right",
        "title": event_sentence(event),
        "who": person(event.actor),
        "body": "",
    }


def _with_files(contacts: QuerySet[Contact]) -> QuerySet[Any]:
    """Bring the key and the name of each attachment along, in the query that finds the contacts."""
    files = Attachment.objects.filter(contact=OuterRef("pk")).order_by().values("contact")
    files = files.annotate(found=JsonList(JSONObject(pk="pk", name="file_name")))
    return contacts.annotate(files=Subquery(files.values("found")))


SOURCES = (
    Source(
        2,
        TimelineFilter.CUSTOMER,
        lambda figures: bool(figures.contacts),
        lambda case, user: _with_files(case.contacts.select_related("email")),
        "author",
        _contact_item,
    ),
    Source(
        1,
        TimelineFilter.INTERNAL,
        lambda figures: bool(figures.notes),
        lambda case, user: case.notes.all(),
        "author",
        _note_item,
    ),
    Source(
        0,
        TimelineFilter.SYSTEM,
        lambda figures: True,
        lambda case, user: case.events.readable_by(user).exclude(action__in=SAID_OTHERWISE).select_related("detail"),
        "actor",
        _event_item,
    ),
)
