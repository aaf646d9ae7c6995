"""A saved e-mail becomes a message from outside: its words in the story, the file and what came with it in the evidence."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePosixPath
from typing import Final

from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.db import transaction

from accounts.models import User
from cases import permissions
from cases.choices import Channel, Direction, EvidenceType
from cases.models import Case, Contact, Evidence
from cases.permissions import CaseAction
from cases.services.contacts import attach, log_contact
from cases.services.evidence import add_evidence
from cases.services.uploads import check, safe_name
from core.errors import UserFacingError
from core.saved_email import SavedEmail, read_email

LONGEST_BODY: Final = 20_000
PICTURES: Final = frozenset({".png", ".jpg", ".jpeg", ".gif", ".webp"})


@dataclass(frozen=True, kw_only=True)
class ReadIn:
    """What came of it; `refused` says in sentences which files were not kept."""

    contact: Contact
    refused: list[str] = field(default_factory=list)


def read_in_email(
    case: Case, *, upload: "UploadedFile[bytes]", actor: User, now: datetime, submission: uuid.UUID | None = None
) -> ReadIn:
    """Read a saved e-mail into the case: message, evidence and history, all or none. Who sent it is not believed."""
    permissions.require(actor, CaseAction.INVESTIGATE, case)
    name = safe_name(upload.name or "")
    if PurePosixPath(name).suffix.lower() != ".eml":
        raise UserFacingError(f"'{name}' is not a saved email. Save the message as .eml and choose that file.")
    check(upload, name)
    email = read_email(upload.read())
    if not email.body and not email.files:
        raise UserFacingError(f"'{name}' has no words and no files in it.")
    kept: list[Evidence] = []
    try:
        with transaction.atomic():
            return _read_in(case, upload, email, kept, actor=actor, now=now, submission=submission)
    except BaseException:
        for piece in kept:
            default_storage.delete(str(piece.file.name))
        raise


def _read_in(
    case: Case,
    upload: "UploadedFile[bytes]",
    email: SavedEmail,
    kept: list[Evidence],
    *,
    actor: User,
    now: datetime,
    submission: uuid.UUID | None,
) -> ReadIn:
    title = email.subject[:100] or "no subject"
    source = f"A saved email that says it is from {email.sender or 'nobody'}"[:160]

    def keep(file: "UploadedFile[bytes]", *, name: str, kind: str, shows: str) -> Evidence:
        return add_evidence(
            case, actor=actor, now=now, title=name[:160], evidence_type=kind, shows=shows, source=source, upload=file
        )

    original = keep(
        upload, name=f"Email: {title}", kind=EvidenceType.LETTER, shows="The saved email, as it was handed in."
    )
    kept.append(original)
    _require_new(case, original)
    refused = []
    for file in email.files:
        name = safe_name(file.name)
        kind = EvidenceType.PHOTO if PurePosixPath(name).suffix.lower() in PICTURES else EvidenceType.LETTER
        inner = SimpleUploadedFile(name, file.content)
        try:
            kept.append(keep(inner, name=name, kind=kind, shows=f"Came with the email “{title}”."))
        except UserFacingError as error:
            refused.append(str(error))
    contact = log_contact(
        case,
        actor=actor,
        now=now,
        direction=Direction.IN,
        channel=Channel.EMAIL,
        subject=email.subject[:160],
        body=_words(case, email, refused),
        submission=submission,
    )
    attach(contact, kept)
    return ReadIn(contact=contact, refused=refused)


def _require_new(case: Case, original: Evidence) -> None:
    same = Evidence.objects.filter(case=case, sha256=original.sha256, removed_at=None).exclude(pk=original.pk)
    if same.exists():
        raise UserFacingError("This email is in the evidence already. It was not read in again.")


def _words(case: Case, email: SavedEmail, refused: list[str]) -> str:
    """Return the words of the message under a line that says what is known of its sender: nothing."""
    lines = ["Read in from a saved email. Who sent it, and when, is what the file says; it was not checked."]
    lines.append(f"From: {email.sender[:200] or 'not said'}")
    lines.append(f"Sent: {email.sent[:100] or 'not said'}")
    ours = case.customer.email
    if not ours or ours.lower() not in email.sender.lower():
        lines.append(f"This is not the address that we have for {case.customer.name}.")
    lines += [f"Not kept: {sentence}" for sentence in refused]
    body = email.body
    if len(body) > LONGEST_BODY:
        body = f"{body[:LONGEST_BODY]}\n\nThe rest is in the saved email in the evidence."
    return "\n".join(lines) + f"\n\n{body}"
