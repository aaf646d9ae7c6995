"""One invented case as it grows: a cursor that moves through office hours, and the rows and events it leaves."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from accounts.models import User
from cases.chain import Link, commitment, digest_of
from cases.choices import CaseStatus, Channel, ContactPurpose, Direction, WaitingOn
from cases.models import Case, CaseEvent, CaseEventDetail, Contact, InternalNote, SearchDocument
from cases.services.history import Changes
from cases.services.indexing import search_document
from desk.generator.arrivals import Arrival
from desk.generator.reference import Reference
from desk.generator.rows import RowWriter
from desk.generator.stories import fill

OPENS, CLOSES = 9, 17
SATURDAY = 5
PACE = {1: 0.25, 2: 0.7, 3: 1.5, 4: 2.4}  # by priority: what is critical goes faster


@dataclass(frozen=True)
class Happening:
    """A line of history to be: events of one case are chained in the order of time at the end."""

    at: datetime
    actor: User
    action: str
    changes: Changes | None = None
    note: str = ""
    subject: str = ""


@dataclass
class CaseFile:
    """`now` is where the story stands; nothing happens after `stop_at`."""

    rng: Random
    rows: RowWriter
    reference: Reference
    arrival: Arrival
    case: Case
    owner: User
    leader: User
    now: datetime
    as_of: datetime
    stop_at: datetime
    is_brief: bool = False
    happenings: list[Happening] = field(default_factory=list)
    contacts: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    milestones: dict[str, list[datetime]] = field(default_factory=dict)

    def after(self, shortest_hours: float, longest_hours: float) -> bool:
        """Move on to a working moment after a pause in that range; false when that lies beyond the end."""
        pause = shortest_hours + (longest_hours - shortest_hours) * self.rng.random() ** 2
        moment = office_hours(self.now + timedelta(hours=pause * PACE[self.case.priority]), self.rng)
        if moment > self.stop_at:
            return False
        self.now = moment
        return True

    def detailed(self, action: str, *, subject: str = "", changes: Changes | None = None) -> None:
        """Remember a line of history that a brief file does without."""
        if not self.is_brief:
            self.happened(action, subject=subject, changes=changes)

    def happened(self, action: str, *, actor: User | None = None, **what: Any) -> None:
        self.happenings.append(Happening(self.now, actor or self.owner, action, **what))

    def move(self, action: str, status: CaseStatus, *, actor: User | None = None, note: str = "") -> None:
        before = CaseStatus(self.case.status)
        self.happened(action, actor=actor, changes={"status": (before.label, status.label)}, note=note)
        self.case.status = status
        self.case.version += 1

    def reach(self, milestone: str) -> None:
        self.milestones.setdefault(milestone, []).append(self.now)

    def say(self, sentences: tuple[str, ...]) -> str:
        return fill(self.rng, self.rng.choice(sentences), self.now.date())

    def contact(
        self, direction: Direction, words: str, *, purpose: str = ContactPurpose.GENERAL, subject: str = ""
    ) -> None:
        is_call = self.rng.random() < 0.5
        key = self.rows.add(
            Contact,
            created_at=self.now,
            case_id=self.case.pk,
            direction=direction,
            channel=Channel.PHONE if is_call else Channel.EMAIL,
            purpose=purpose,
            subject=subject,
            body=words,
            author_id=self.owner.pk if direction == Direction.OUT or is_call else None,
            happened_at=self.now,
            handled_seconds=self.rng.randint(120, 1500) if is_call else self.rng.randint(60, 600),
            is_read=True,
        )
        self.contacts[:0] = [subject, words]
        changes = {"direction": ("", direction), "purpose": ("", purpose)}
        self.detailed("contact.logged", changes=changes, subject=f"contact:{key}")

    def add_note(self, words: str) -> None:
        key = self.rows.add(
            InternalNote,
            created_at=self.now,
            case_id=self.case.pk,
            author_id=self.owner.pk,
            body=words,
            happened_at=self.now,
        )
        self.notes.insert(0, words)
        self.detailed("note.added", subject=f"note:{key}")

    def finish(self, *, next_due_at: datetime | None) -> None:
        """Chain the history, and write it with the case and the words that it is found by."""
        case = self.case
        case.next_due_at = None if case.closed_at else next_due_at
        case.waiting_on = case.waiting_on or WaitingOn.NOBODY
        for happening in sorted(self.happenings, key=lambda each: each.at):
            self._write(happening)
        document = search_document(case, [case.story, "", *self.contacts, *self.notes])
        self.rows.add(SearchDocument, case_id=case.pk, title=document.title, body=document.body)
        columns = self.rows.table(Case).position.keys() - {"created_at", "updated_at"}
        self.rows.add(Case, created_at=case.logged_at, **{name: getattr(case, name) for name in columns})

    def _write(self, happening: Happening) -> None:
        case, changes = self.case, happening.changes or {}
        values = {"changes": {name: list(pair) for name, pair in changes.items()}, "note": happening.note}
        salt = f"{self.rng.getrandbits(128):032x}"
        link = Link(
            case_id=case.pk,
            seq=case.event_count + 1,
            happened_at=happening.at,
            actor_id=happening.actor.pk,
            action=happening.action,
            subject=happening.subject,
            fields=sorted(changes),
            commitment=commitment(salt, values),
            previous_hash=case.last_event_hash,
        )
        case.event_count, case.last_event_hash = link.seq, digest_of(link)
        key = self.rows.add(CaseEvent, **link._replace(hash=case.last_event_hash)._asdict())
        self.rows.add(CaseEventDetail, event_id=key, salt=salt, values=values)


def office_hours(moment: datetime, rng: Random) -> datetime:
    """Return `moment`, or the start of the next working day where it falls outside."""
    if moment.hour >= CLOSES:
        moment = (moment + timedelta(days=1)).replace(hour=OPENS, minute=rng.randrange(60))
    elif moment.hour < OPENS:
        moment = moment.replace(hour=OPENS, minute=rng.randrange(60))
    if moment.weekday() >= SATURDAY:
        moment += timedelta(days=7 - moment.weekday())
    return moment
