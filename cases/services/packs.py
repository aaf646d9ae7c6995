"""Case packs in the background: the row is the queue, claimed by lease, and taken up again where it stopped."""

import hashlib
import logging
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import IO, Final

from django.core.exceptions import PermissionDenied
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F, Q

from accounts.models import User
from cases import permissions
from cases.choices import EventAction, PackState
from cases.models import Case, CasePack
from cases.permissions import CaseAction
from cases.services.history import record_event
from cases.services.pack_files import CHUNK, pack_files, write_archive, write_document
from core.errors import UserFacingError

logger = logging.getLogger(__name__)

LEASE: Final = timedelta(minutes=5)
MOST_ATTEMPTS: Final = 3
KEPT: Final = timedelta(days=7)
UNDERWAY: Final = (PackState.WAITING, PackState.MAKING)


@transaction.atomic
def ask_for_pack(case: Case, *, actor: User, now: datetime, is_redacted: bool = False) -> CasePack:
    """Ask for the whole file; asking again while it is being made gives the same one."""
    permissions.require(actor, CaseAction.PRINT_PACK, case)
    pack, is_new = CasePack.objects.get_or_create(
        case=case, asked_by=actor, is_redacted=is_redacted, state__in=UNDERWAY, defaults={"asked_at": now}
    )
    if is_new:
        kind = "for outside eyes" if is_redacted else "the whole file"
        record_event(case, actor=actor, action=EventAction.PACK_ASKED, now=now, changes={"pack": ("", kind)})
    return pack


def make_due_packs(*, now: datetime) -> int:
    """Make what is waiting, the oldest first, and what a dead worker left."""
    due = CasePack.objects.filter(Q(state=PackState.WAITING) | Q(state=PackState.MAKING, leased_until__lte=now))
    return sum(make_pack(pk, now=now) for pk in list(due.order_by("asked_at", "pk").values_list("pk", flat=True)))


def make_pack(pk: int, *, now: datetime) -> bool:
    """Make one pack; return whether it is ready. A second run beside the first does nothing."""
    pack = _claim(pk, now=now)
    if pack is None:
        return False
    try:
        _make(pack, now=now)
    except (UserFacingError, PermissionDenied, Case.DoesNotExist) as error:
        _mark(pack, state=PackState.FAILED, failure=str(error)[:300] or "The case can no longer be seen.")
        return False
    except Exception:
        state = PackState.WAITING if pack.attempts < MOST_ATTEMPTS else PackState.FAILED
        _mark(pack, state=state, failure="It could not be made. It is tried again, or ask for a new one.")
        logger.exception("case_pack_failed pack=%s attempts=%s", pack.pk, pack.attempts)
        return False
    return True


def _claim(pk: int, *, now: datetime) -> CasePack | None:
    free = Q(state=PackState.WAITING) | Q(state=PackState.MAKING, leased_until__lte=now)
    claimed = CasePack.objects.filter(free, pk=pk).update(
        state=PackState.MAKING, leased_until=now + LEASE, attempts=F("attempts") + 1, failure=""
    )
    return CasePack.objects.select_related("case__customer", "asked_by").get(pk=pk) if claimed else None


def _make(pack: CasePack, *, now: datetime) -> None:
    case, reader = pack.case, pack.asked_by
    permissions.require(reader, CaseAction.PRINT_PACK, case)
    files = len(pack_files(case, is_redacted=pack.is_redacted))
    if not pack.pdf:
        _mark(pack, done=0, doing="Reading the case")
        with tempfile.TemporaryFile() as document:
            left_out = write_document(
                document,
                case,
                reader=reader,
                now=now,
                is_redacted=pack.is_redacted,
                progress=partial(_part, pack, files),
            )
            path, digest = _keep(document, f"packs/{now:%Y/%m}/{case.number}-{pack.pk}.pdf")
        _mark(pack, pdf=path, pdf_sha256=digest, left_out=left_out)
    _mark(pack, done=pack.steps - files - 1, doing="Packing the files")
    left_out = list(pack.left_out)
    with tempfile.TemporaryFile() as archive:
        write_archive(
            archive,
            case,
            document=_read(default_storage.open(str(pack.pdf))),
            reader=reader,
            now=now,
            is_redacted=pack.is_redacted,
            left_out=left_out,
            progress=partial(_step, pack),
        )
        path, digest = _keep(archive, f"packs/{now:%Y/%m}/{case.number}-{pack.pk}.zip")
    values = {"archive": path, "archive_sha256": digest, "left_out": left_out, "done": pack.steps, "doing": ""}
    _mark(pack, state=PackState.READY, ready_at=now, leased_until=None, **values)
    logger.info("case_pack_ready pack=%s case=%s", pack.pk, case.pk)


def _keep(file: IO[bytes], name: str) -> tuple[str, str]:
    """Store a file that was just written; return where it is, and its digest."""
    file.seek(0)
    digest = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
    file.seek(0)
    return default_storage.save(name, File(file)), digest


def _read(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while chunk := file.read(CHUNK):
            yield chunk


def _part(pack: CasePack, files: int, part: int, parts: int) -> None:
    """Say how much of the document is written; closing the archive is the last of all steps."""
    _mark(pack, steps=parts + files + 1, done=part, doing=f"Writing the document, part {part} of {parts}")


def _step(pack: CasePack, name: str) -> None:
    _mark(pack, done=pack.done + 1, doing=f"Packing {name}"[:120])


def _mark(pack: CasePack, **values: object) -> None:
    """Write progress and outcome at once, so that the page and the next worker see them."""
    for name, value in values.items():
        setattr(pack, name, value)
    CasePack.objects.filter(pk=pack.pk).update(**values)


def drop_old_packs(*, now: datetime) -> int:
    """Delete packs that have lain for a week: a copy of a whole file is not kept longer than it takes to fetch it."""
    old = CasePack.objects.filter(asked_at__lt=now - KEPT).exclude(state__in=UNDERWAY)
    for pack in old:
        for path in filter(None, (str(pack.pdf), str(pack.archive))):
            default_storage.delete(path)
        pack.delete()
    return len(old)
