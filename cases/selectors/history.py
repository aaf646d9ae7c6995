"""The history of a case in words, and whether it is whole."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db.models import Field

from accounts.choices import Role
from accounts.models import User
from cases.case_page import event_label
from cases.models import Case, CaseEvent, Contact
from core.dates import clock_time

LONGEST_VALUE = 80
LEFT_OUT_OF_SENTENCES = frozenset({"SHA-256"})


@dataclass(frozen=True, kw_only=True)
class Change:
    """One field of one event: what it was and what it became, in words."""

    label: str
    old: str
    new: str


def person(actor: User) -> str:
    return "Redress" if actor.role == Role.SYSTEM else str(actor)


def event_changes(event: CaseEvent) -> list[Change]:
    """Return what changed; the values are gone where they were erased."""
    changes = _values(event).get("changes", {})
    return [
        Change(label=_label(name), old=_words(name, old), new=_words(name, new)) for name, (old, new) in changes.items()
    ]


def event_note(event: CaseEvent) -> str:
    return str(_values(event).get("note", ""))


def event_sentence(event: CaseEvent) -> str:
    """Return what happened in one line: the words of the action, with old and new where one field changed."""
    sentence, note = event_label(event.action), event_note(event)
    changes = [change for change in event_changes(event) if change.label not in LEFT_OUT_OF_SENTENCES]
    if len(changes) == 1 and changes[0].new:
        sentence += f" from {changes[0].old} to {changes[0].new}" if changes[0].old else f": {changes[0].new}"
    if not note:
        return sentence
    return f"{sentence}. {note}" if ": " in sentence else f"{sentence}: {note}"


def history(case: Case, user: User) -> Iterator[dict[str, Any]]:
    """Return every line of the case's history that `user` may read, newest first."""
    for event in case.events.readable_by(user).select_related("actor", "detail").order_by("-seq"):
        yield {
            "seq": event.seq,
            "at": event.happened_at,
            "who": person(event.actor),
            "what": event_label(event.action),
            "changes": event_changes(event),
            "note": event_note(event),
        }


def metadata(case: Case) -> Iterator[dict[str, Any]]:
    """Return every line of the history without its values: who, when, what, and which fields."""
    for event in case.events.select_related("actor").order_by("-seq"):
        yield {
            "seq": event.seq,
            "at": event.happened_at,
            "who": person(event.actor),
            "what": event_label(event.action),
            "fields": ", ".join(_label(name) for name in event.fields),
        }


def latest_change(case: Case) -> str:
    """Return who changed the case last, and when: what a person who was overtaken reads."""
    event = case.events.select_related("actor").order_by("-seq").first()
    if event is None:
        return "The case was changed before you saved."
    return f"{person(event.actor)} changed this case at {clock_time(event.happened_at)}, before you saved."


def _values(event: CaseEvent) -> dict[str, Any]:
    detail = getattr(event, "detail", None)
    return detail.values if detail else {}


def _field(name: str) -> "Field[Any, Any] | None":
    """Return the field of the case, or else of a contact, that a change is named after."""
    return _fields().get(name)


@cache
def _fields() -> "dict[str, Field[Any, Any]]":
    return {field.name: field for model in (Contact, Case) for field in model._meta.fields}


def _label(name: str) -> str:
    field = _field(name)
    words = str(field.verbose_name) if field else name.replace("_", " ")
    return words[:1].upper() + words[1:]


def _words(name: str, value: Any) -> str:
    """Return a stored value as people read it: the label of a choice, yes or no, and no more than fits a line."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    field = _field(name)
    choices = dict(field.flatchoices) if field else {}
    text = str(choices.get(value, value))
    return text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 1]}…"
