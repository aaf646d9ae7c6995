"""A message on its way: the outbox, the thread it belongs to, half a minute to call it off, and letting it go."""

import logging
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from accounts.models import OutboxEmail, User
from accounts.services.outbox import call_off_email, message_id_of
from cases import permissions, signals
from cases.choices import EventAction, PromiseState
from cases.models import Case, Contact
from cases.permissions import CaseAction
from cases.services.history import record_event
from cases.services.promises import release_promise
from core.dates import clock_time
from core.errors import UserFacingError

logger = logging.getLogger(__name__)

UNDO: Final = timedelta(seconds=30)
LONGEST_THREAD: Final = 20
MOST_AT_ONCE: Final = 500


def queue_email(case: Case, contact: Contact, *, now: datetime) -> OutboxEmail:
    """Put the message into the outbox. The reference in the subject brings the answer back to the case."""
    thread = {"In-Reply-To": contact.in_reply_to, "References": contact.references}
    attachments = contact.attachments.all()
    email = OutboxEmail.objects.create(
        to=contact.address,
        subject=subject_of(case, contact),
        body=contact.body,
        headers={name: value for name, value in thread.items() if value},
        attachments=[{"path": each.file.name, "name": each.file_name, "type": each.file_type} for each in attachments],
        dedupe_key=f"contact:{contact.pk}",
        send_after=contact.left_at,
        created_at=now,
    )
    contact.email, contact.message_id = email, message_id_of(email)
    contact.save(update_fields=["email", "message_id", "updated_at"])
    return email


def subject_of(case: Case, contact: Contact) -> str:
    named = case.number in contact.subject
    return (contact.subject if named else f"{contact.subject} [{case.reference}]")[:200]


def thread_of(case: Case) -> dict[str, str]:
    """Return the headers that put a new message under the last one of the case, in mail programs too."""
    told = Contact.objects.filter(case=case, called_off_at=None).exclude(message_id="")
    last = told.order_by("-happened_at", "-pk").first()
    return thread_after(last) if last else {}


def thread_after(last: Contact) -> dict[str, str]:
    thread = [*last.references.split(), last.message_id]
    return {"in_reply_to": last.message_id, "references": " ".join(thread[:1] + thread[1:][-LONGEST_THREAD:])}


@transaction.atomic
def call_off(contact: Contact, *, actor: User, now: datetime) -> Contact:
    """Stop a message before it leaves: nothing was announced, and what it promised is released."""
    permissions.require(actor, CaseAction.WRITE, contact.case)
    waiting = Contact.objects.filter(pk=contact.pk, released_at=None, called_off_at=None, leaves_at__gt=now)
    if not waiting.update(called_off_at=now, updated_at=now) or not call_off_email(contact.email_id or 0):
        raise UserFacingError(f"It cannot be called off: {_why_not(contact)}. Write again to put it right.")
    contact.called_off_at = now
    record_event(
        contact.case,
        actor=actor,
        action=EventAction.MESSAGE_CALLED_OFF,
        now=now,
        changes={"purpose": ("", contact.purpose)},
        subject=f"contact:{contact.pk}",
    )
    for promise in contact.promises.filter(state=PromiseState.OPEN):
        release_promise(promise, actor=actor, now=now, outcome="The message that made it was called off.")
    signals.contact_called_off.send(sender=Case, case=contact.case, contact=contact, actor=actor, now=now)
    return contact


def _why_not(contact: Contact) -> str:
    if contact.leaves_at is None:
        return "it was sent in another way"
    if contact.called_off_at:
        return "it was called off already"
    return f"it left at {clock_time(contact.leaves_at)}"


def release_messages(*, now: datetime) -> int:
    """Let go what nobody called off: from here on it counts. One transaction for each, and each once.

    What more is due than fits into a round leaves with the next; it counts from its own moment all the same.
    """
    due = Contact.objects.filter(leaves_at__lte=now, released_at=None, called_off_at=None)
    return sum(_release(pk, now=now) for pk in due.order_by("leaves_at").values_list("pk", flat=True)[:MOST_AT_ONCE])


@transaction.atomic
def _release(pk: int, *, now: datetime) -> int:
    waiting = Contact.objects.filter(pk=pk, released_at=None, called_off_at=None)
    if not waiting.update(released_at=now, updated_at=now):
        return 0
    contact = Contact.objects.select_related("case__customer", "author").get(pk=pk)
    actor = contact.author or User.objects.system()
    signals.contact_made.send(sender=Case, case=contact.case, contact=contact, actor=actor, now=now)
    logger.info("message_released contact=%s", pk)
    return 1
