"""Files from outside: what may come in, under which name, and that what they say they are is what they are."""

import hashlib
import logging
import re
import unicodedata
import uuid
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any, Final

import puremagic
from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile

from core.archives import ArchiveError, measure
from core.errors import UserFacingError

logger = logging.getLogger(__name__)

TEXT: Final = frozenset({".txt", ".csv"})
EMAIL: Final = ".eml"
TYPES: Final = {
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".mp3": "audio/mpeg",
    ".wav": "audio/x-wav",
    ".m4a": "audio/mp4",
    ".mp4": "video/mp4",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".msg": "application/vnd.ms-outlook",
    ".txt": "text/plain",
    ".csv": "text/csv",
    ".eml": "message/rfc822",
}
SAME_INSIDE: Final = {".mpga": ".mp3", ".mp4": ".m4a", ".m4a": ".mp4", ".doc": ".msg"}  # one container, several names
PACKED: Final = {".docx": "[Content_Types].xml", ".xlsx": "[Content_Types].xml", ".odt": "content.xml"}  # is inside it
HEAD: Final = 64 * 1024
LONGEST_NAME: Final = 120


@dataclass(frozen=True, kw_only=True)
class StoredFile:
    path: str
    name: str
    content_type: str
    size: int
    sha256: str


def store(upload: "UploadedFile[bytes]", *, now: datetime) -> StoredFile:
    """Check a file, take its digest, and store it whole under a name of ours; a failure leaves nothing behind."""
    name = safe_name(upload.name or "")
    check(upload, name)
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    suffix = PurePosixPath(name).suffix.lower()
    path = _save(f"evidence/{now:%Y/%m}/{uuid.uuid4().hex}{suffix}", upload, name=name)
    return StoredFile(
        path=path, name=name, content_type=TYPES[suffix], size=upload.size or 0, sha256=digest.hexdigest()
    )


def keep(content: bytes, *, name: str, folder: str, now: datetime) -> StoredFile:
    """Store a file that we made ourselves, whole or not at all."""
    suffix = PurePosixPath(name).suffix
    path = _save(f"{folder}/{now:%Y/%m}/{uuid.uuid4().hex}{suffix}", ContentFile(content), name=name)
    digest = hashlib.sha256(content).hexdigest()
    return StoredFile(path=path, name=name, content_type=TYPES[suffix], size=len(content), sha256=digest)


def _save(path: str, content: "File[Any]", *, name: str) -> str:
    """Write the file, or leave nothing of it behind and say so."""
    try:
        return default_storage.save(path, content)
    except BaseException as error:
        default_storage.delete(path)
        if not isinstance(error, OSError):
            raise
        logger.exception("file_not_stored path=%s", path)
        raise UserFacingError(
            f"'{name}' could not be stored: the store is full or cannot be written to. Nothing of it was kept. "
            "Try again later, or tell an admin."
        ) from error


def check(upload: "UploadedFile[bytes]", name: str) -> None:
    """Refuse, in words that say what to do, a file that is empty, too big, or not what its name says."""
    limit = settings.UPLOAD_MAX_BYTES
    if not upload.size:
        raise UserFacingError(f"'{name}' is empty. Choose another copy of the file.")
    if upload.size > limit:
        raise UserFacingError(f"'{name}' is {_megabytes(upload.size)}. Files must be {_megabytes(limit)} or smaller.")
    suffix = PurePosixPath(name).suffix.lower()
    if suffix not in TYPES:
        kinds = ", ".join(sorted(each.lstrip(".") for each in TYPES))
        raise UserFacingError(f"'{name}' is not a kind of file that can be kept. Use one of: {kinds}.")
    upload.seek(0)
    head = upload.read(HEAD)
    upload.seek(0)
    if not _is_really(suffix, head) or (suffix in PACKED and PACKED[suffix] not in _names_inside(upload, name)):
        raise UserFacingError(
            f"'{name}' is not really a {suffix.lstrip('.')} file. Save it again and choose that copy."
        )


def _is_really(suffix: str, head: bytes) -> bool:
    if suffix == EMAIL:
        return b"\0" not in head  # each part of an email has an encoding of its own
    return _is_text(head) if suffix in TEXT else suffix in _kinds(head)


def _names_inside(upload: "UploadedFile[bytes]", name: str) -> list[str]:
    try:
        return measure(upload, size=upload.size or 0)
    except ArchiveError as error:
        raise UserFacingError(f"'{name}' {error}") from error


def safe_name(name: str) -> str:
    """Return the file's own name without path, control or direction signs, short enough to show."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    visible = "".join(sign for sign in last if unicodedata.category(sign)[0] != "C")
    tidy = re.sub(r"\s+", " ", visible).strip(" .")
    stem, dot, suffix = tidy.rpartition(".")
    return f"{stem[: LONGEST_NAME - len(suffix) - 1]}{dot}{suffix[:10]}" if stem else tidy[:LONGEST_NAME] or "file"


def _kinds(head: bytes) -> set[str]:
    """Return every extension that the content may carry."""
    try:
        matches = puremagic.magic_string(head)
    except puremagic.PureError:
        return set()
    found = {f".{match.extension.lower().lstrip('.')}" for match in matches}
    return found | {SAME_INSIDE[each] for each in found & set(SAME_INSIDE)}


def _is_text(head: bytes) -> bool:
    if b"\0" in head:
        return False
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start >= len(head) - 3  # a character cut in two at the end of what was read
    return True


def _megabytes(size: int) -> str:
    return f"{size / 1024 / 1024:.0f} MB"
