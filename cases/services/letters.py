"""A letter on paper: its pages are made, kept with the contact, and printed by whoever posts it."""

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction

from accounts.models import User
from cases import permissions
from cases.choices import Channel, ContactPurpose, Direction, EventAction
from cases.correspondence import Outgoing
from cases.models import Attachment, Case, Contact, Evidence
from cases.permissions import CaseAction
from cases.selectors.news import Seen
from cases.services.contacts import PromiseTerms, attach, record_contact, require_fit, sent_already, store_contact
from cases.services.uploads import StoredFile, keep
from core.dates import full_day
from core.pdf import pdf_from_template
from policies.choices import LetterStyle


def letter_pages(case: Case, *, subject: str, body: str, address: str, author: User, now: datetime) -> bytes:
    """Return the letter as PDF, with address, date and reference."""
    return pdf_from_template(
        "cases/letter.html",
        {
            "title": subject or f"Letter {case.reference}",
            "mark": "",
            "case": case,
            "body": body,
            "address": address.splitlines() or [case.customer.name],
            "author": author,
            "organisation": settings.ORGANISATION_NAME,
            "date": full_day(now),
            "is_large": case.customer.support_needs.filter(letter_style=LetterStyle.LARGE_PRINT).exists(),
        },
    )


def send_letter(
    case: Case,
    *,
    actor: User,
    now: datetime,
    subject: str,
    body: str,
    address: str = "",
    purpose: str = ContactPurpose.GENERAL,
    attachments: Sequence[Evidence] = (),
    promise: PromiseTerms | None = None,
    submission: uuid.UUID | None = None,
    seen: Seen | None = None,
) -> Contact:
    """Make the letter and write it into the story. The pages are drawn before anything is locked."""
    permissions.require(actor, CaseAction.WRITE, case)
    if sent := sent_already(submission):
        return sent
    message = Outgoing(
        subject=subject, body=body, purpose=purpose, channel=Channel.LETTER, attachments=tuple(attachments)
    )
    require_fit(case, message, seen=seen, actor=actor, now=now)
    with letter_file(case, subject=subject, body=body, address=address, author=actor, now=now) as stored:
        return record_letter(
            case,
            stored=stored,
            actor=actor,
            now=now,
            subject=subject,
            body=body,
            address=address,
            purpose=purpose,
            attachments=attachments,
            promise=promise,
            submission=submission,
        )


@contextmanager
def letter_file(
    case: Case, *, subject: str, body: str, address: str = "", author: User, now: datetime
) -> Iterator[StoredFile]:
    """Draw and store the pages; they are thrown away again when the rest fails."""
    address = address or f"{case.customer.name}\n{case.customer.postcode}".strip()
    pages = letter_pages(case, subject=subject, body=body, address=address, author=author, now=now)
    stored = keep(pages, name=f"Letter {case.reference} {now:%Y-%m-%d}.pdf", folder="letters", now=now)
    try:
        yield stored
    except BaseException:
        default_storage.delete(stored.path)
        raise


@transaction.atomic
def record_letter(
    case: Case,
    *,
    stored: StoredFile,
    actor: User,
    now: datetime,
    subject: str,
    body: str,
    address: str = "",
    purpose: str = ContactPurpose.GENERAL,
    attachments: Sequence[Evidence] = (),
    promise: PromiseTerms | None = None,
    submission: uuid.UUID | None = None,
) -> Contact:
    """Write a letter whose pages are stored into the story of the case."""
    contact, is_new = store_contact(
        case,
        submission,
        direction=Direction.OUT,
        channel=Channel.LETTER,
        purpose=purpose,
        subject=subject,
        body=body,
        address=" / ".join(address.splitlines())[:200],
        author=actor,
        happened_at=now,
    )
    if is_new:
        Attachment.objects.create(
            contact=contact,
            file=stored.path,
            file_name=stored.name,
            file_type=stored.content_type,
            size=stored.size,
            sha256=stored.sha256,
        )
        attach(contact, attachments)
        record_contact(case, contact, EventAction.LETTER_MADE, actor=actor, now=now, promise=promise)
    return contact
