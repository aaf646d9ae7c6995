"""The history of a note as two people read it: who said or changed what, when."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.dateparse import parse_date

from coaching.choices.sessions import SessionEventKind as Event
from coaching.models import CoachingSession
from core.dates import day

ICONS = {
    Event.WRITTEN: "pencil",
    Event.SHARED: "send",
    Event.CHANGED: "pencil",
    Event.ACKNOWLEDGED: "eye",
    Event.RESPONDED: "chat-left-text",
    Event.DISPUTED: "exclamation-triangle",
    Event.REPLIED: "chat-left-text",
    Event.RESOLVED: "check-circle",
    Event.SETTLED: "check-circle",
    Event.HANDED_ON: "arrow-left-right",
}


@dataclass(frozen=True)
class Change:
    label: str
    old: str
    new: str


@dataclass(frozen=True)
class Line:
    """One line: `kind` is in (the colleague's words), out (the leader's) or sys (no words)."""

    who: str
    what: str
    icon: str
    kind: str
    at: datetime
    words: str
    changes: list[Change]


def conversation(session: CoachingSession) -> list[Line]:
    """Return the whole history, oldest first: it is read like a conversation."""
    return [
        Line(
            who=str(event.actor),
            what=Event(event.kind).label,
            icon=ICONS[Event(event.kind)],
            kind=("in" if event.actor_id == session.colleague_id else "out") if event.words else "sys",
            at=event.happened_at,
            words=event.words,
            changes=[_change(name, old, new) for name, (old, new) in event.changes.items()],
        )
        for event in session.events.select_related("actor").order_by("happened_at", "pk")
    ]


def _change(name: str, old: str, new: str) -> Change:
    return Change(_label(name), _shown(old), _shown(new))


def _label(name: str) -> str:
    if name in {"cases", "leader"}:
        return {"cases": "Cases", "leader": "Leader"}[name]
    words = str(CoachingSession._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
    return words[:1].upper() + words[1:]


def _shown(value: str) -> str:
    """Return the words, and a stored day as people read it."""
    try:
        date = parse_date(value)
    except ValueError:
        date = None
    return day(date) if date else value
