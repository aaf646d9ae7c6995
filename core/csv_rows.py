"""CSV files that people bring: read as they stream in, each row with the line it begins on."""

import csv
import io
import re
from collections.abc import Iterator
from typing import BinaryIO, Final

from core.errors import UserFacingError

NO_LETTER: Final = re.compile("[\udc80-\udcff]")  # what a byte that is not UTF-8 is read as
LONGEST_CELL: Final = 10_000_000
UTF_16_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")
NOT_UTF_8: Final = (
    'The row is not UTF-8. Save the file as "CSV UTF-8" and import it again; rows that are in stay as they are.'
)


class CsvTable:
    """A header and the rows under it. A file whose header cannot be used is refused as a whole."""

    def __init__(self, file: BinaryIO) -> None:
        start = file.read(2)
        file.seek(0)
        if start in UTF_16_MARKS:
            raise UserFacingError('The file is UTF-16. Save it as "CSV UTF-8" and import it again.')
        csv.field_size_limit(LONGEST_CELL)
        lines = io.TextIOWrapper(file, encoding="utf-8-sig", errors="surrogateescape", newline="")
        self._lines = lines  # closing the wrapper would close the file of the caller
        self._reader = csv.reader(lines)
        self.header = [name.strip() for name in next(self._reader, [])]
        if not self.header:
            raise UserFacingError("The file is empty. Its first line must name the columns.")

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Yield each row that is not empty with the line that it begins on."""
        line = self._reader.line_num + 1
        for cells in self._reader:
            if cells:
                yield line, cells
            line = self._reader.line_num + 1

    def why_unreadable(self, cells: list[str]) -> str:
        """Return why a row cannot be read at all, or nothing."""
        if len(cells) != len(self.header):
            return f"The row has {len(cells)} cells and the header {len(self.header)}. A quotation mark may be missing."
        joined = "".join(cells)
        if not joined.isascii() and NO_LETTER.search(joined):
            return NOT_UTF_8
        return "The row holds a NUL character, which is not text." if "\0" in joined else ""
