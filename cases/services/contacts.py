"""What was said: calls, messages and letters with the customer, and notes among colleagues."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from accounts.services.news import News
from accounts.services.news import tell as tell_people
from cases import permissions, signals
from cases.choices import NOTE_NEWS, Channel, Composer, ContactPurpose, Direction, EventAction, PromiseKind
from cases.correspondence import Outgoing
from cases.errors import NewsArrivedError
from cases.models import Attachment, Case, Contact, Evidence, InternalNote
from cases.permissions import CaseAction
from cases.selectors.letter_check import check_letter
from cases.selectors.news import Seen, news_since
from cases.services.history import locked_heads, record_event
from cases.services.indexing import index_case, index_words
from cases.services.message_drafts import drop_message_draft
from cases.services.posting import UNDO, queue_email, thread_of
from cases.services.promises import make_promise
from core.errors import NotReadyError, UserFacingError


@dataclass(frozen=True, kw_only=True)
class PromiseTerms:
    """What the customer was promised in a contact, and by when."""

    text: str
    due_at: datetime
    kind: str = PromiseKind.CALL_BACK


@transaction.atomic
def log_contact(
    case: Case,
    *,
    actor: User,
    now: datetime,
    direction: str,
    channel: str,
    purpose: str = ContactPurpose.GENERAL,
    body: str,
    subject: str = "",
    handled_seconds: int | None = None,
    promise: PromiseTerms | None = None,
    submission: uuid.UUID | None = None,
    message_id: str = "",
) -> Contact:
    """Write down a contact that has happened, and any promise made in it. The same `submission` arrives once."""
    permissions.require(actor, CaseAction.WRITE if direction == Direction.OUT else CaseAction.NOTE, case)
    contact, is_new = store_contact(
        case,
        submission,
        direction=direction,
        channel=channel,
        purpose=purpose if direction == Direction.OUT else ContactPurpose.GENERAL,
        subject=subject,
        body=body,
        author=actor,
        happened_at=now,
        handled_seconds=handled_seconds,
        is_read=direction == Direction.OUT or case.owner_id == actor.pk,
        message_id=message_id,
    )
    if is_new:
        record_contact(case, contact, EventAction.CONTACT_LOGGED, actor=actor, now=now, promise=promise)
    return contact


@transaction.atomic
def write_to_customer(
    case: Case,
    *,
    actor: User,
    now: datetime,
    subject: str,
    body: str,
    purpose: str = ContactPurpose.GENERAL,
    attachments: Sequence[Evidence] = (),
    promise: PromiseTerms | None = None,
    submission: uuid.UUID | None = None,
    seen: Seen | None = None,
) -> Contact:
    """Send the customer an e-mail: a row in the outbox and a line in the story, both or neither.

    It leaves after half a minute and can be called off until then. With `seen` it is not sent past what has arrived
    since. A message that is not fit to go out is refused.
    """
    permissions.require(actor, CaseAction.WRITE, case)
    address = case.customer.email
    if not address:
        raise UserFacingError(f"{case.customer.name} has no email address on file. Call or write a letter, and log it.")
    if sent := sent_already(submission):
        return sent
    message = Outgoing(
        subject=subject, body=body, purpose=purpose, channel=Channel.EMAIL, attachments=tuple(attachments)
    )
    require_fit(case, message, seen=seen, actor=actor, now=now)
    contact, is_new = store_contact(
        case,
        submission,
        direction=Direction.OUT,
        channel=Channel.EMAIL,
        purpose=purpose,
        subject=subject,
        body=body,
        address=address,
        author=actor,
        happened_at=now,
        leaves_at=now + UNDO,
        **thread_of(case),
    )
    if is_new:
        attach(contact, attachments)
        queue_email(case, contact, now=now)
        record_contact(case, contact, EventAction.MESSAGE_SENT, actor=actor, now=now, promise=promise)
    return contact


@transaction.atomic
def mark_read(contact: Contact, *, actor: User, now: datetime) -> None:
    """Say that a message from the customer was read; twice is once."""
    permissions.require(actor, CaseAction.NOTE, contact.case)
    if Contact.objects.filter(pk=contact.pk, is_read=False).update(is_read=True):
        record_event(
            contact.case, actor=actor, action=EventAction.CONTACT_READ, now=now, subject=f"contact:{contact.pk}"
        )


@transaction.atomic
def add_note(
    case: Case,
    *,
    actor: User,
    now: datetime,
    body: str,
    submission: uuid.UUID | None = None,
    tell: User | None = None,
    replaces_draft: bool = False,
) -> InternalNote:
    """Tell colleagues something that the customer never sees. The same `submission` arrives once.

    With `replaces_draft` it is what the actor's draft of a note was to become.
    """
    permissions.require_permitted(actor, CaseAction.NOTE, case)
    head = locked_heads().visible_to(actor).filter(pk=case.pk).first()
    if head is None:
        raise permissions.refusal(CaseAction.NOTE, case)
    if tell and not Case.objects.visible_to(tell).filter(pk=case.pk).exists():
        raise UserFacingError(f"{tell} cannot see this case, so the note would not reach them. Choose somebody else.")
    note = InternalNote.objects.filter(submission=submission).first() if submission else None
    if note is None:
        note = InternalNote.objects.create(case=case, author=actor, body=body, happened_at=now, submission=submission)
        record_event(case, actor=actor, action=EventAction.NOTE_ADDED, now=now, subject=f"note:{note.pk}", head=head)
        _index(case, body)
        if tell and tell != actor:
            _tell_colleague(tell, note, now=now)
    if replaces_draft:
        drop_message_draft(case, composer=Composer.NOTE, actor=actor)
    return note


def _index(case: Case, *texts: str) -> None:
    if not index_words([case.pk], *texts):
        index_case(case)


def require_fit(case: Case, message: Outgoing, *, actor: User, now: datetime, seen: Seen | None = None) -> None:
    """Refuse a message with a problem, or one whose writer has not seen what arrived meanwhile."""
    if seen and (news := news_since(case, seen, reader=actor)):
        raise NewsArrivedError(news)
    checked = check_letter(case, message, now=now)
    if not checked.is_met:
        raise NotReadyError(checked.problems)


def sent_already(submission: uuid.UUID | None) -> Contact | None:
    return Contact.objects.filter(submission=submission).first() if submission else None


def store_contact(case: Case, submission: uuid.UUID | None, **values: Any) -> tuple[Contact, bool]:
    if submission is None:
        return Contact.objects.create(case=case, **values), True
    return Contact.objects.get_or_create(submission=submission, defaults={"case": case, **values})


def record_contact(
    case: Case, contact: Contact, action: EventAction, *, actor: User, now: datetime, promise: PromiseTerms | None
) -> None:
    """Write the line of history and the promise, and announce what has left already."""
    changes = {"direction": ("", contact.direction), "channel": ("", contact.channel), "purpose": ("", contact.purpose)}
    record_event(case, actor=actor, action=action, now=now, changes=changes, subject=f"contact:{contact.pk}")
    if promise:
        make_promise(
            case, actor=actor, now=now, kind=promise.kind, text=promise.text, due_at=promise.due_at, contact=contact
        )
    _index(case, contact.subject, contact.body)
    if contact.direction == Direction.OUT and contact.leaves_at is None:
        signals.contact_made.send(sender=Case, case=case, contact=contact, actor=actor, now=now)


def attach(contact: Contact, pieces: Iterable[Evidence]) -> None:
    """Note which files of the evidence went with a message."""
    Attachment.objects.bulk_create([_attachment(contact, piece) for piece in pieces])


def _attachment(contact: Contact, piece: Evidence) -> Attachment:
    if not piece.file:
        raise UserFacingError(f"“{piece.title}” has no file that could be sent.")
    return Attachment(
        contact=contact,
        evidence=piece,
        file=piece.file.name,
        file_name=piece.file_name,
        file_type=piece.file_type,
        size=piece.size,
        sha256=piece.sha256,
    )


def _tell_colleague(colleague: User, note: InternalNote, *, now: datetime) -> None:
    """Let a colleague hear that there is a note, not what it says."""
    news = News(
        recipient=colleague,
        kind=NOTE_NEWS,
        key=f"note:{note.pk}",
        text=f"{note.author} wrote you a note on {note.case}",
        url=f"{note.case.get_absolute_url()}timeline/#note-{note.pk}",
    )
    tell_people([news], now=now)
