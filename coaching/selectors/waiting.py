"""What of coaching a person's day holds: a note to read, a dispute to answer, an agreed action that is near."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.db.models import Q

from accounts.models import User
from coaching.choices.sessions import SessionState as State
from coaching.models import CoachingSession

SOON: Final = timedelta(days=7)
MOST: Final = 5


@dataclass(frozen=True)
class Waiting:
    text: str
    url: str
    other: str
    due: date | None


def waiting_for(user: User, *, today: date) -> list[Waiting]:
    """Return the person's own coaching matters, in one query, what is due first."""
    near = Q(action_due_date__lte=today + SOON) & ~Q(action="") & ~Q(state__in=[State.RESOLVED, State.DISPUTED])
    unread = Q(colleague=user, state=State.SHARED)
    disputed = Q(leader=user, state=State.DISPUTED)
    notes = CoachingSession.objects.visible_to(user).shared().filter(near | unread | disputed).with_people()
    return [_line(note, user, today) for note in notes.order_by("action_due_date", "pk")[:MOST]]


def _line(note: CoachingSession, user: User, today: date) -> Waiting:
    is_leader = note.leader_id == user.pk
    other = str(note.colleague if is_leader else note.leader)
    if note.state == State.SHARED and not is_leader:
        return Waiting("Read a coaching note", note.get_absolute_url(), other, None)
    if note.state == State.DISPUTED and is_leader:
        return Waiting("Answer what a colleague sees differently", note.get_absolute_url(), other, None)
    words = "An agreed action is late" if note.action_due_date and note.action_due_date < today else "An agreed action"
    return Waiting(words, note.get_absolute_url(), other, note.action_due_date)
