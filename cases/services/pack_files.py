"""What a case pack is made of: one document of the whole file, and an archive with it and every file beside it."""

import hashlib
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import IO, Any, Final

from django.conf import settings
from django.core.files.storage import default_storage
from django.template.loader import render_to_string

from accounts.models import User
from cases.models import Attachment, Case, Evidence
from cases.selectors.chronology import chronology_of
from cases.selectors.letter_check import KEPT_INSIDE
from cases.selectors.pack import pack_context
from cases.selectors.page import page_cases
from cases.selectors.redaction import Redactor
from cases.services.history import break_in_history
from cases.services.uploads import safe_name
from core.csv_files import csv_lines
from core.pdf import write_long_pdf

CHUNK: Final = 256 * 1024
EPOCH: Final = (1980, 1, 1, 0, 0, 0)
LOOSE: Final = frozenset({".csv", ".eml", ".json", ".msg", ".txt", ".wav"})  # other kinds are compressed inside already

DocumentProgress = Callable[[int, int], None]
Progress = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class PackFile:
    """A file of the archive: its name there, and where it is stored."""

    name: str
    path: str
    sha256: str


def write_document(
    target: IO[bytes], case: Case, *, reader: User, now: datetime, is_redacted: bool, progress: DocumentProgress
) -> list[str]:
    """Write the whole file as PDF, part by part, and return in sentences what was left out of it."""
    found = page_cases(reader).get(pk=case.pk)
    context = pack_context(found, reader, now)
    inside = [piece for piece in context["evidence"] if is_redacted and not _may_leave(piece)]
    left_out = list(_left_out(found, inside)) if is_redacted else []
    context |= {
        "title": f"Case pack {found.reference}",
        "mark": "Redacted copy" if is_redacted else "Confidential",
        "organisation": settings.ORGANISATION_NAME,
        "is_redacted": is_redacted,
        "days": chronology_of(found, without=[piece.pk for piece in inside]),
        "contributions": found.contributions.select_related("stakeholder", "asked_by"),
        "evidence": [piece for piece in context["evidence"] if piece not in inside],
        "problem": break_in_history(found),
        "left_out": left_out,
    }
    html: str = render_to_string("cases/pack_document.html", context)
    if is_redacted:
        redact = Redactor(found)
        html = redact(html)
        left_out += [f"{count} {what} were replaced or taken out." for what, count in redact.counts.items()]
    write_long_pdf(html, target, progress=progress)
    return left_out


def _may_leave(piece: Evidence) -> bool:
    return not (piece.has_others_data or piece.removed_at or piece.evidence_type in KEPT_INSIDE)


def _left_out(case: Case, inside: list[Evidence]) -> Iterator[str]:
    if notes := case.notes.count():
        yield f"{notes} internal note{'' if notes == 1 else 's'}."
    if inside:
        yield f"{len(inside)} piece{'' if len(inside) == 1 else 's'} of evidence that hold other people’s data or stay inside."
    if case.contributions.exists():
        yield "What colleagues and others were asked and answered."
    yield "The line-by-line history of the case, and links to other cases."


def pack_files(case: Case, *, is_redacted: bool) -> list[PackFile]:
    """Return every file that goes into the archive beside the document: evidence, and letters as they were sent."""
    pieces = [piece for piece in case.evidence.exclude(file="").order_by("pk") if not is_redacted or _may_leave(piece)]
    letters = Attachment.objects.filter(contact__case=case, evidence=None, contact__called_off_at=None).order_by("pk")
    return [*_named("evidence", pieces), *_named("letters", letters)]


def _named(folder: str, rows: Iterable[Evidence | Attachment]) -> Iterator[PackFile]:
    for number, row in enumerate(rows, start=1):
        name = f"{folder}/{number:03d} {safe_name(row.file_name)}"
        yield PackFile(name=name, path=str(row.file.name), sha256=row.sha256)


def write_archive(
    target: IO[bytes],
    case: Case,
    *,
    document: Iterable[bytes],
    reader: User,
    now: datetime,
    is_redacted: bool,
    left_out: list[str],
    progress: Progress,
) -> None:
    """Write the archive piece by piece, so that its size never stands in memory; its manifest names every digest."""
    manifest: list[tuple[str, str]] = []
    with zipfile.ZipFile(target, "w") as archive:

        def add(name: str, chunks: Iterable[bytes]) -> None:
            manifest.append((name, _add(archive, name, chunks)))

        add(f"case-pack-{case.reference}.pdf", document)
        add("evidence-index.csv", _encoded(_evidence_index(case, is_redacted=is_redacted)))
        if not is_redacted:
            add("history.json", _encoded(_history(case)))
        for file in pack_files(case, is_redacted=is_redacted):
            progress(file.name)
            if default_storage.exists(file.path):
                add(file.name, _chunks(file.path))
            else:
                left_out.append(f"{file.name} is not in the store.")
        add(
            "MANIFEST.txt",
            _encoded(_manifest(case, manifest, left_out, now=now, reader=reader, is_redacted=is_redacted)),
        )


def _add(archive: zipfile.ZipFile, name: str, chunks: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    info = zipfile.ZipInfo(name, date_time=EPOCH)
    info.compress_type = zipfile.ZIP_DEFLATED if PurePosixPath(name).suffix.lower() in LOOSE else zipfile.ZIP_STORED
    with archive.open(info, "w", force_zip64=True) as entry:
        for chunk in chunks:
            digest.update(chunk)
            entry.write(chunk)
    return digest.hexdigest()


def _chunks(path: str) -> Iterator[bytes]:
    with default_storage.open(path) as file:
        while chunk := file.read(CHUNK):
            yield chunk


def _encoded(lines: Iterable[str]) -> Iterator[bytes]:
    return (line.encode() for line in lines)


def _evidence_index(case: Case, *, is_redacted: bool) -> Iterator[str]:
    columns = ("No.", "Name", "Type", "What it shows", "Source", "Obtained", "By", "File", "Bytes", "SHA-256", "Notes")
    redact = Redactor(case) if is_redacted else str
    pieces = case.evidence.select_related("obtained_by").order_by("obtained_at", "pk")
    rows = [piece for piece in pieces if not is_redacted or _may_leave(piece)]
    return csv_lines(
        columns,
        ([redact(cell) if isinstance(cell, str) else cell for cell in _row(*each)] for each in enumerate(rows, 1)),
    )


def _row(number: int, piece: Evidence) -> list[Any]:
    notes = [
        words
        for words, holds in (
            ("holds someone else’s data", piece.has_others_data),
            ("added after the decision", piece.added_after_decision),
            (f"removed: {piece.removed_reason}", piece.removed_at),
        )
        if holds
    ]
    return [
        number,
        piece.title,
        piece.get_evidence_type_display(),
        piece.shows,
        piece.source,
        piece.obtained_at.isoformat(timespec="minutes"),
        str(piece.obtained_by),
        piece.file_name,
        piece.size,
        piece.sha256,
        "; ".join(notes),
    ]


def _history(case: Case) -> Iterator[str]:
    """Yield the chain as it is stored, one event a line, so that anybody can check it."""
    for event in case.events.select_related("actor").order_by("seq").iterator(chunk_size=500):
        yield (
            json.dumps(
                {
                    "seq": event.seq,
                    "happened_at": event.happened_at.isoformat(),
                    "actor": str(event.actor),
                    "action": event.action,
                    "subject": event.subject,
                    "fields": event.fields,
                    "commitment": event.commitment,
                    "previous_hash": event.previous_hash,
                    "hash": event.hash,
                }
            )
            + "\n"
        )


def _manifest(
    case: Case, files: list[tuple[str, str]], left_out: list[str], *, now: datetime, reader: User, is_redacted: bool
) -> Iterator[str]:
    yield f"{'Redacted case pack' if is_redacted else 'Case pack'} {case.reference}\n"
    yield f"Made {now.isoformat(timespec='seconds')}{'' if is_redacted else f' for {reader}'}\n\n"
    yield "SHA-256 of every file:\n"
    for name, digest in files:
        yield f"{digest}  {name}\n"
    if left_out:
        yield "\nLeft out:\n"
        for sentence in left_out:
            yield f"- {sentence}\n"
