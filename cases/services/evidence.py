"""The evidence register: files and things that are not files, each with what it shows and where it came from."""

from datetime import date, datetime
from typing import Any

from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from accounts.models import User
from cases import permissions
from cases.choices import ApprovalState, EventAction
from cases.models import Approval, Case, Evidence
from cases.permissions import CaseAction
from cases.services.history import record_event
from cases.services.uploads import store
from core.errors import UserFacingError


def add_evidence(
    case: Case,
    *,
    actor: User,
    now: datetime,
    title: str,
    evidence_type: str,
    shows: str,
    source: str = "",
    has_others_data: bool = False,
    happened_on: date | None = None,
    upload: "UploadedFile[bytes] | None" = None,
) -> Evidence:
    """Register a piece of evidence, and keep its file: row, file and line of history, all or none."""
    permissions.require(actor, CaseAction.INVESTIGATE, case)
    stored = store(upload, now=now) if upload else None
    values: dict[str, Any] = {
        "title": title,
        "evidence_type": evidence_type,
        "shows": shows,
        "source": source,
        "has_others_data": has_others_data,
        "happened_on": happened_on,
    }
    if stored:
        values |= {"file": stored.path, "file_name": stored.name, "file_type": stored.content_type}
        values |= {"size": stored.size, "sha256": stored.sha256}
    try:
        return _register(case, actor=actor, now=now, values=values)
    except BaseException:
        if stored:
            default_storage.delete(stored.path)
        raise


@transaction.atomic
def _register(case: Case, *, actor: User, now: datetime, values: dict[str, Any]) -> Evidence:
    decided = Approval.objects.filter(case=case, state=ApprovalState.APPROVED).exists()
    piece = Evidence.objects.create(
        case=case, obtained_by=actor, obtained_at=now, added_after_decision=decided, **values
    )
    changes = {"evidence": ("", piece.title)} | ({"SHA-256": ("", piece.sha256)} if piece.sha256 else {})
    record_event(
        case,
        actor=actor,
        action=EventAction.EVIDENCE_ADDED,
        now=now,
        changes=changes,
        subject=f"evidence:{piece.pk}",
    )
    return piece


@transaction.atomic
def remove_evidence(piece: Evidence, *, actor: User, now: datetime, reason: str) -> Evidence:
    """Take a piece out of the register. The row, the file and the reason stay for whoever checks later."""
    locked = Evidence.objects.select_for_update(of=("self",)).select_related("case").get(pk=piece.pk)
    permissions.require(actor, CaseAction.INVESTIGATE, locked.case)
    if locked.removed_at:
        raise UserFacingError("This evidence was removed already.")
    locked.removed_at, locked.removed_reason = now, reason
    locked.save(update_fields=["removed_at", "removed_reason", "updated_at"])
    record_event(
        locked.case,
        actor=actor,
        action=EventAction.EVIDENCE_REMOVED,
        now=now,
        changes={"evidence": (locked.title, "")},
        note=reason,
        subject=f"evidence:{locked.pk}",
    )
    return locked
