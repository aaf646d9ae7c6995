"""Everything that this app holds about one colleague: what they are given when they ask for a copy of their data."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from accounts.models import User
from coaching.models import CoachingSession, DevelopmentGoal, Recognition, Review, StarRecord
from coaching.selectors.conversation import conversation
from coaching.selectors.sessions import FIELDS
from coaching.selectors.star import parts_of
from core.dates import day, moment


@dataclass(frozen=True)
class Entry:
    """One record: its heading, and what stands in it as (label, words)."""

    heading: str
    lines: list[tuple[str, str]]


def colleague_pack(person: User) -> dict[str, list[Entry]]:
    """Return the chapters of the pack. Drafts are part of it: what is written about a person is their data.

    The names of customers are left out by naming cases by their references alone.
    """
    return {
        "Coaching notes": [_note(each) for each in _notes(person)],
        "Recognition": [_praise(each) for each in Recognition.objects.filter(colleague=person).with_people()],
        "Development goals": [_goal(each) for each in DevelopmentGoal.objects.filter(owner=person)],
        "STAR records": [_star(each) for each in StarRecord.objects.filter(author=person).with_people()],
        "Quality reviews": [
            _review(each)
            for each in Review.objects.filter(subject=person).select_related("reviewer", "case").order_by("pk")
        ],
    }


def _notes(person: User) -> Iterable[CoachingSession]:
    notes = CoachingSession.objects.filter(colleague=person).with_people().order_by("held_on", "pk")
    return notes.prefetch_related("cases")


def _note(note: CoachingSession) -> Entry:
    fields = [(_label(CoachingSession, name), _said(getattr(note, name))) for name in FIELDS]
    cases = ", ".join(case.reference for case in note.cases.all())
    talk = [
        (f"{line.who} {line.what}, {moment(line.at)}", _words(line.words, line.changes)) for line in conversation(note)
    ]
    heading = f"By {note.leader}, {day(note.held_on)} ({note.get_state_display().lower()})"
    return Entry(heading, [pair for pair in [*fields, ("Cases", cases), *talk] if pair[1]])


def _words(words: str, changes: Iterable[Any]) -> str:
    changed = [f"{change.label}: “{change.old}” became “{change.new}”" for change in changes]
    return "\n".join([words, *changed]).strip() or "–"


def _praise(row: Recognition) -> Entry:
    return Entry(
        f"By {row.giver}, {day(row.given_at)}", [("What was done well", row.text), ("Case", row.case.reference)]
    )


def _goal(goal: DevelopmentGoal) -> Entry:
    fields = [("Why", goal.reason), ("Shown by", goal.measure), ("Progress", f"{goal.progress}%")]
    way = [
        (f"{entry.author}, {moment(entry.happened_at)}", entry.text) for entry in goal.entries.select_related("author")
    ]
    return Entry(f"{goal.title} ({goal.get_state_display().lower()})", [pair for pair in [*fields, *way] if pair[1]])


def _star(record: StarRecord) -> Entry:
    lines = [(part.label, part.text) for part in parts_of(record) if part.text]
    return Entry(f"{record.case.reference} ({record.get_state_display().lower()})", lines)


def _review(review: Review) -> Entry:
    answers = review.answers.select_related("criterion")
    lines = [(str(each.criterion), f"{each.get_rating_display()}. {each.comment}".strip()) for each in answers]
    summary = [("What you should know", review.summary)] if review.summary else []
    return Entry(f"By {review.reviewer}, {day(review.started_at)}, on {review.case.reference}", [*summary, *lines])


def _label(model: type[CoachingSession], name: str) -> str:
    words = str(model._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
    return words[:1].upper() + words[1:]


def _said(value: Any) -> str:
    return "" if value in (None, "") else day(value) if hasattr(value, "year") else str(value)
