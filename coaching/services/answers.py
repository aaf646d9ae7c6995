"""What the two say to each other about a note. Nobody's words are changed afterwards, by anyone."""

from datetime import datetime
from typing import Final

from django.db import transaction

from accounts.models import User
from coaching.choices.sessions import EVENTS_OF_STEPS
from coaching.choices.sessions import SessionAction as Action
from coaching.choices.sessions import SessionEventKind as Event
from coaching.choices.sessions import SessionState as State
from coaching.lifecycle.sessions import next_state
from coaching.models import CoachingSession, SessionEvent
from coaching.selectors.sessions import leader_still_sees, new_leaders
from coaching.services.sessions import locked, record
from coaching.services.telling import tell
from core.errors import UserFacingError

NEED_WORDS: Final[dict[Action, str]] = {
    Action.RESPOND: "Enter your answer.",
    Action.DISPUTE: "Enter what you see differently.",
    Action.REPLY: "Enter your reply.",
    Action.RESOLVE: "Enter what came of it.",
    Action.SETTLE: "Enter how it was settled.",
}
NEWS: Final[dict[Action, str]] = {
    Action.ACKNOWLEDGE: "has read your coaching note",
    Action.RESPOND: "answered your coaching note",
    Action.DISPUTE: "sees a coaching note of yours differently",
    Action.REPLY: "replied to you on a coaching note",
    Action.RESOLVE: "finished a coaching note that you share",
    Action.SETTLE: "says that a coaching note is settled",
}
MEANS_READ: Final = frozenset({Action.ACKNOWLEDGE, Action.RESPOND, Action.DISPUTE})


@transaction.atomic
def say(*, session_id: int, step: Action, words: str = "", actor: User, now: datetime) -> SessionEvent:
    """Take one of the steps that consist of words: read, answer, dispute, reply, finish, settle."""
    session = locked(session_id, step, actor=actor)
    words = words.strip()
    if step in NEED_WORDS and not words:
        raise UserFacingError(NEED_WORDS[step])
    session.state = next_state(State(session.state), step)
    if step in MEANS_READ and session.acknowledged_at is None:
        session.acknowledged_at = now
    if session.state == State.RESOLVED:
        session.resolved_at = now
    if step == Action.RESOLVE:
        session.result = words
    session.version += 1
    session.save(update_fields=["state", "acknowledged_at", "resolved_at", "result", "version", "updated_at"])
    event = record(session, EVENTS_OF_STEPS[step], actor=actor, now=now, words=words)
    _tell_the_other(session, event, NEWS[step])
    return event


@transaction.atomic
def hand_on(*, session_id: int, leader: User, actor: User, now: datetime) -> CoachingSession:
    """Show the note to the colleague's new leader, when the old one no longer sees it. The colleague decides."""
    session = locked(session_id, Action.HAND_ON, actor=actor)
    if leader_still_sees(session):
        raise UserFacingError(f"{session.leader} still leads your team, so the note stays between the two of you.")
    if not new_leaders(session).filter(pk=leader.pk).exists():
        raise UserFacingError(f"{leader} does not lead your team. Choose somebody who does.")
    before, session.leader = session.leader, leader
    session.save(update_fields=["leader", "updated_at"])
    changes = {"leader": [str(before), str(leader)]}
    event = record(session, Event.HANDED_ON, actor=actor, now=now, changes=changes)
    _tell_the_other(session, event, "handed a coaching note on to you")
    return session


def _tell_the_other(session: CoachingSession, event: SessionEvent, news: str) -> None:
    """Tell the other of the two; a leader who no longer sees the note hears nothing of it."""
    other = session.leader if event.actor_id == session.colleague_id else session.colleague
    if other == session.leader and not leader_still_sees(session):
        return
    key = f"coaching:{session.pk}:{event.pk}"
    tell(other, text=f"{event.actor} {news}", url=session.get_absolute_url(), key=key, now=event.happened_at)
