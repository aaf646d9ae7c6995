"""How much an archive holds, before anybody opens it: counted while it is inflated, a piece at a time, and then dropped.

What an archive says about itself is not believed: a size in its directory is one more thing that somebody wrote.
"""

import io
import struct
import sys
import zipfile
import zlib
from collections.abc import Iterator
from copy import copy
from typing import IO, Final

from core.errors import UserFacingError

MOST_ENTRIES: Final = 5_000
MOST_BYTES: Final = 200 * 1024 * 1024
MOST_TIMES: Final = 100  # how often the size of the file, once it holds more than `SMALL`
SMALL: Final = 10 * 1024 * 1024
DEEPEST: Final = 2  # a spreadsheet inside a letter
BIGGEST_INSIDE: Final = 25 * 1024 * 1024
CHUNK: Final = 64 * 1024
MAGIC: Final = b"PK\x03\x04"

END: Final = struct.Struct("<4s4H2LH")
END_MAGIC: Final = b"PK\x05\x06"
LONGEST_COMMENT: Final = 0xFFFF
DIRECTORY_BYTES_AN_ENTRY: Final = 400
READABLE: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})


class ArchiveError(UserFacingError):
    """An archive that is damaged, or holds more than it should; the text ends a sentence about the file."""


def measure(file: IO[bytes], *, size: int) -> list[str]:
    """Return the names in the archive, or refuse one that is damaged or would fill whatever opens it."""
    return _Measure(size).look_into(file, size=size, depth=1)


class _Measure:
    """One count over an archive and every archive inside it."""

    def __init__(self, size: int) -> None:
        self.most = min(MOST_BYTES, max(SMALL, MOST_TIMES * size))
        self.bytes = 0
        self.entries = 0

    def look_into(self, file: IO[bytes], *, size: int, depth: int) -> list[str]:
        try:
            self._read_directory_size(file, size)
            with zipfile.ZipFile(file) as archive:
                infos = [info for info in archive.infolist() if not info.is_dir()]
                for info in infos:
                    self._inflate(archive, info, depth)
        except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError) as error:
            raise ArchiveError("is damaged and cannot be read. Save it again and choose that copy.") from error
        return [info.filename for info in infos]

    def _read_directory_size(self, file: IO[bytes], size: int) -> None:
        """Refuse a huge directory before it is read: it would stand in memory as a whole."""
        file.seek(max(0, size - END.size - LONGEST_COMMENT))
        tail = file.read()
        at = tail.rfind(END_MAGIC)
        if at < 0 or len(tail) - at < END.size:
            raise zipfile.BadZipFile("no end of the directory")
        _, _, _, _, entries, directory, _, _ = END.unpack_from(tail, at)
        self.entries += entries
        if self.entries > MOST_ENTRIES or directory > MOST_ENTRIES * DIRECTORY_BYTES_AN_ENTRY:
            raise ArchiveError(f"holds more than {MOST_ENTRIES:,} files inside and is not opened.")

    def _inflate(self, archive: zipfile.ZipFile, info: zipfile.ZipInfo, depth: int) -> None:
        if info.flag_bits & 1:
            raise ArchiveError("is locked with a password. Save a copy without one and choose that.")
        if info.compress_type not in READABLE:
            raise zipfile.BadZipFile("packed in a way that office files are not")
        counted, inside = 0, io.BytesIO()
        for number, piece in enumerate(self._pieces(archive, info)):
            counted += len(piece)
            if inside.tell() or (number == 0 and piece.startswith(MAGIC)):
                self._keep(inside, piece, depth)
        if counted != info.file_size:
            raise zipfile.BadZipFile("a size that is not true")
        if inside.tell():
            self.look_into(inside, size=counted, depth=depth + 1)

    def _pieces(self, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
        """Inflate until the data ends, whatever size the directory claims, or until it is too much."""
        unbounded = copy(info)
        unbounded.file_size = sys.maxsize
        with archive.open(unbounded) as entry:
            while piece := entry.read(CHUNK):
                self.bytes += len(piece)
                if self.bytes > self.most:
                    raise ArchiveError("unpacks to far more than its size and is not opened. Send what matters as PDF.")
                yield piece

    def _keep(self, inside: io.BytesIO, piece: bytes, depth: int) -> None:
        if depth >= DEEPEST:
            raise ArchiveError("holds files packed inside packed files and is not opened. Take them out and add each.")
        if inside.tell() + len(piece) > BIGGEST_INSIDE:
            raise ArchiveError("holds a packed file that is too big to look into. Take it out and add it by itself.")
        inside.write(piece)
