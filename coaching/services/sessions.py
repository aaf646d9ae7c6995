"""A leader writes a coaching note, about somebody they lead, on cases that both may see."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from cases.models import Case
from coaching.choices.sessions import SessionAction as Action
from coaching.choices.sessions import SessionEventKind as Event
from coaching.choices.sessions import SessionState as State
from coaching.lifecycle.sessions import next_state
from coaching.models import CoachingSession, SessionCase, SessionEvent
from coaching.permissions import sessions as permissions
from coaching.selectors.sessions import FIELDS, missing_to_share, reviews_to_discuss, unseen_by
from coaching.services.telling import tell
from core.errors import StaleVersionError, UserFacingError


@transaction.atomic
def start_session(
    *, colleague: User, held_on: date, case_ids: Iterable[int] = (), actor: User, now: datetime
) -> CoachingSession:
    """Open a draft that nobody but its author sees."""
    _require_leading(actor, colleague)
    session = CoachingSession.objects.create(colleague=colleague, leader=actor, held_on=held_on)
    _set_cases(session, case_ids)
    record(session, Event.WRITTEN, actor=actor, now=now)
    return session


@transaction.atomic
def save_session(
    *,
    session_id: int,
    version: int,
    values: Mapping[str, Any],
    case_ids: Iterable[int] | None = None,
    review_ids: Iterable[int] | None = None,
    actor: User,
    now: datetime,
) -> CoachingSession:
    """Write the leader's own words, if nobody saved them since `version`.

    Once the colleague can read the note, every change stands in its history, old words beside new, and they are told.
    """
    session = locked(session_id, Action.EDIT, actor=actor)
    if session.version != version:
        raise StaleVersionError("This note was changed in another tab.")
    was_shared = session.state != State.DRAFT
    changes = {name: [_plain(getattr(session, name)), _plain(new)] for name, new in _changed(session, values).items()}
    if case_ids is not None and (cases := _set_cases(session, case_ids)):
        changes["cases"] = cases
    if review_ids is not None and (reviews := _set_reviews(session, review_ids)):
        changes["reviews"] = reviews
    for name, value in _changed(session, values).items():
        setattr(session, name, value)
    session.state = next_state(State(session.state), Action.EDIT)
    session.version += 1
    session.save(update_fields=[*FIELDS, "state", "version", "updated_at"])
    if was_shared and changes:
        event = record(session, Event.CHANGED, actor=actor, now=now, changes=changes)
        _tell_colleague(session, event, f"{actor} changed a coaching note that you share")
    return session


@transaction.atomic
def share_session(*, session_id: int, actor: User, now: datetime) -> CoachingSession:
    """Let the colleague read the note. It cannot be taken back."""
    session = locked(session_id, Action.SHARE, actor=actor)
    if missing_to_share(session):
        raise UserFacingError(
            f"{session.colleague} cannot be shown this note yet. Write what the situation was, what you saw, and what "
            "it led to."
        )
    _refuse_unseen(session.colleague, session.case_links.values_list("case_id", flat=True))
    session.state = next_state(State(session.state), Action.SHARE)
    session.shared_at = now
    session.version += 1
    session.save(update_fields=["state", "shared_at", "version", "updated_at"])
    event = record(session, Event.SHARED, actor=actor, now=now)
    _tell_colleague(session, event, f"{actor} shared a coaching note with you")
    return session


@transaction.atomic
def discard_session(*, session_id: int, actor: User) -> None:
    """Delete a draft that nobody else has read."""
    locked(session_id, Action.DISCARD, actor=actor).delete()


def locked(session_id: int, action: Action, *, actor: User) -> CoachingSession:
    """Return the note locked, once the step is `actor`'s and its state allows it."""
    rows = CoachingSession.objects.select_for_update(of=("self",)).select_related("colleague", "leader")
    session = rows.get(pk=session_id)
    permissions.require_step(actor, action, session)
    next_state(State(session.state), action)
    return session


def record(
    session: CoachingSession,
    kind: Event,
    *,
    actor: User,
    now: datetime,
    words: str = "",
    changes: Mapping[str, Any] | None = None,
) -> SessionEvent:
    """Add one line to the history of the note."""
    return SessionEvent.objects.create(
        session=session, kind=kind, actor=actor, happened_at=now, words=words, changes=dict(changes or {})
    )


def _require_leading(actor: User, colleague: User) -> None:
    """Refuse as a sentence for the form: whom one leads is a fact of today, not of one's role."""
    permissions.require(actor, permissions.Right.WRITE)
    try:
        permissions.require_leading(actor, colleague)
    except PermissionDenied as refusal:
        raise UserFacingError(str(refusal)) from refusal


def _changed(session: CoachingSession, values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: new for name, new in values.items() if name in FIELDS and getattr(session, name) != new}


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value or "")


def _set_cases(session: CoachingSession, case_ids: Iterable[int]) -> list[str]:
    """Set which cases the two looked at, and return [before, after] in references, or nothing."""
    wanted, had = set(case_ids), set(session.case_links.values_list("case_id", flat=True))
    _refuse_unseen(session.leader, wanted)
    _refuse_unseen(session.colleague, wanted)
    if wanted == had:
        return []
    session.case_links.filter(case_id__in=had - wanted).delete()
    SessionCase.objects.bulk_create([SessionCase(session=session, case_id=pk) for pk in sorted(wanted - had)])
    return [_references(had), _references(wanted)]


def _set_reviews(session: CoachingSession, review_ids: Iterable[int]) -> list[str]:
    """Set which quality reviews the two looked at, and return [before, after] in words, or nothing."""
    both_may_read = reviews_to_discuss(session.leader, session.colleague)
    before = list(session.reviews.order_by("pk"))
    after = list(both_may_read.filter(pk__in=list(review_ids)).order_by("pk"))
    if before == after:
        return []
    session.reviews.set(after)
    return [", ".join(map(str, before)), ", ".join(map(str, after))]


def _references(case_ids: Iterable[int]) -> str:
    return ", ".join(case.reference for case in Case.objects.filter(pk__in=list(case_ids)).order_by("pk"))


def _refuse_unseen(person: User, case_ids: Iterable[int]) -> None:
    """Refuse cases that one of the two may not see; a note must not tell them of one."""
    if unseen := unseen_by(person, case_ids):
        listed = ", ".join(case.reference for case in unseen)
        raise UserFacingError(f"{person} may not see {listed}, so it cannot be part of this note. Leave it out.")


def _tell_colleague(session: CoachingSession, event: SessionEvent, text: str) -> None:
    key = f"coaching:{session.pk}:{event.pk}"
    tell(session.colleague, text=text, url=session.get_absolute_url(), key=key, now=event.happened_at)
