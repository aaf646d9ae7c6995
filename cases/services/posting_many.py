"""One message to many customers: the rows of `posting`, written for hundreds of cases in a handful of statements."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import OutboxEmail, User
from accounts.services.outbox import message_id_of
from cases.choices import Channel, ContactPurpose, Direction, EventAction
from cases.models import Case, Contact
from cases.services.history import Line, record_events
from cases.services.indexing import index_words
from cases.services.posting import subject_of, thread_after
from core.bulk import insert_rows, reserve_keys


@dataclass(frozen=True, kw_only=True)
class Letter:
    """What one customer gets, on which of their cases. The same `submission` arrives once."""

    case: Case
    subject: str
    body: str
    submission: uuid.UUID


@transaction.atomic
def write_to_many(
    letters: Sequence[Letter], *, words: str, actor: User, leaves_at: datetime, now: datetime
) -> list[Contact]:
    """Put each letter into the outbox and into the story of its case. Who may write, and what, the caller has checked.

    `words` is what the cases are found by from now on; their customers must be at hand.
    """
    threads = _threads([letter.case.pk for letter in letters])
    contacts, emails = [], []
    keys = zip(reserve_keys(Contact, len(letters)), reserve_keys(OutboxEmail, len(letters)), strict=True)
    for letter, (contact_id, email_id) in zip(letters, keys, strict=True):
        contact = Contact(
            pk=contact_id,
            case=letter.case,
            direction=Direction.OUT,
            channel=Channel.EMAIL,
            purpose=ContactPurpose.GENERAL,
            subject=letter.subject,
            body=letter.body,
            address=letter.case.customer.email,
            author=actor,
            happened_at=now,
            leaves_at=leaves_at,
            submission=letter.submission,
            **threads.get(letter.case.pk, {}),
        )
        email = _email(contact, email_id, now=now)
        contact.email, contact.message_id = email, message_id_of(email)
        contacts.append(contact)
        emails.append(email)
    insert_rows(emails, now=now)
    insert_rows(contacts, now=now)
    _record(contacts, words, actor=actor, now=now)
    return contacts


def _email(contact: Contact, key: int, *, now: datetime) -> OutboxEmail:
    thread = {"In-Reply-To": contact.in_reply_to, "References": contact.references}
    return OutboxEmail(
        pk=key,
        to=contact.address,
        subject=subject_of(contact.case, contact),
        body=contact.body,
        headers={name: value for name, value in thread.items() if value},
        dedupe_key=f"contact:{contact.pk}",
        send_after=contact.left_at,
        created_at=now,
    )


def _threads(case_ids: Sequence[int]) -> dict[int, dict[str, str]]:
    """Return the headers that put a new message under the last one of each case."""
    told = Contact.objects.filter(case__in=case_ids, called_off_at=None).exclude(message_id="")
    rows = told.order_by("happened_at", "pk").only("case_id", "message_id", "references")
    return {each.case_id: thread_after(each) for each in rows}


def _record(contacts: Sequence[Contact], words: str, *, actor: User, now: datetime) -> None:
    changes = {
        "direction": ("", Direction.OUT.value),
        "channel": ("", Channel.EMAIL.value),
        "purpose": ("", ContactPurpose.GENERAL.value),
    }
    lines = [Line(each.case_id, subject=f"contact:{each.pk}", changes=changes) for each in contacts]
    record_events(lines, actor=actor, action=EventAction.MESSAGE_SENT, now=now)
    index_words([each.case_id for each in contacts], words)
