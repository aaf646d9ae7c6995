"""Parts of a document, drawn one after the other, become one PDF: memory holds one part, however long the whole is.

The renderer hands each part over as numbered objects before it writes them (`finisher`). They are numbered anew, after those
of the parts before, and written at once. Pages, tags and bookmarks of all parts hang under roots that are written last.
"""

import re
import zlib
from typing import IO, Any, Final

CATALOG, PAGES, TAGS, CONTENTS, TAGS_OF_PAGES, BOOKMARKS, ABOUT = range(1, 8)
FIRST_FREE: Final = 8
VERSION: Final = b"%PDF-1.7\n%\xf0\x9f\x96\xa4\n"
STRING_OR_REFERENCE: Final = re.compile(rb"\((?:[^\\()]|\\.)*\)|(\d+) 0 R", re.DOTALL)
IN_FILE, IN_STREAM = 1, 2


class Binder:
    """Takes the parts in their order, and writes one file as they come."""

    def __init__(self, target: IO[bytes]) -> None:
        self._target = target
        self._position = 0
        self._places: list[tuple[int, int, int]] = [(0, 0, 65535), *[(0, 0, 0)] * (FIRST_FREE - 1)]
        self._pages: list[int] = []
        self._contents: list[int] = []
        self._tags_of_pages: list[bytes] = []
        self._tag_keys = 0
        self._bookmarks = 0
        self._first_bookmark = 0
        self._last_bookmark: tuple[int, bytes] | None = None
        self._head: dict[str, bytes] = {}
        self._about = b"<<>>"
        self._write(VERSION)

    @property
    def page_count(self) -> int:
        return len(self._pages)

    def add(self, pdf: Any) -> None:
        """Write the objects of a part, and keep only where they stand."""
        part = _Part(pdf, next_number=len(self._places))
        self._places += [(0, 0, 0)] * part.size
        self._contents.append(part.number_of(part.contents))
        self._pages += [part.numbers[number] for number in pdf.pages["Kids"][::3]]
        part.continue_from(self._tag_keys)
        self._tag_keys += part.tag_keys
        self._tags_of_pages.append(part.tags_of_pages)
        if not self._head:
            names = ("Lang", "ViewerPreferences", "MarkInfo", "Metadata")
            self._head = {name: part.renumbered(_bytes(pdf.catalog[name])) for name in names}
            self._about = pdf.info.data
        small: list[tuple[int, bytes]] = []
        for each in part.own:
            if each.compressible:
                small.append((part.number_of(each), part.renumbered(each.data)))
            else:
                self._write_object(part.number_of(each), part.renumbered_stream(each.data))
        self._write_small(self._chained(part, small))

    def finish(self) -> None:
        """Write the roots, and the table of where everything stands."""
        marks = [self._last_bookmark] if self._last_bookmark else []
        self._write_small([*marks, *self._roots()])
        self._places.append((IN_FILE, self._position, 0))
        widths = (1, 5, 3)
        table = b"".join(
            value.to_bytes(width, "big") for row in self._places for value, width in zip(row, widths, strict=True)
        )
        start = self._position
        words = b"/Type /XRef/W [1 5 3]/Size %d/Root %d 0 R/Info %d 0 R" % (len(self._places), CATALOG, ABOUT)
        self._write(_stream(len(self._places) - 1, words, table))
        self._write(b"startxref\n%d\n%%%%EOF\n" % start)

    def _roots(self) -> list[tuple[int, bytes]]:
        head = b"".join(b"/%s %s" % (name.encode(), value) for name, value in self._head.items())
        last = self._last_bookmark[0] if self._last_bookmark else 0
        outline = b"/Outlines %d 0 R" % BOOKMARKS if last else b""
        catalog = b"<</Type /Catalog/Pages %d 0 R/StructTreeRoot %d 0 R%s%s>>" % (PAGES, TAGS, outline, head)
        tags = b"<</Type /StructTreeRoot/K [%d 0 R]/ParentTree %d 0 R>>" % (CONTENTS, TAGS_OF_PAGES)
        contents = b"<</Type /StructElem/S /Document/P %d 0 R/K [%s]>>" % (TAGS, _references(self._contents))
        pages = b"<</Type /Pages/Count %d/Kids [%s]>>" % (self.page_count, _references(self._pages))
        roots = [
            (CATALOG, catalog),
            (PAGES, pages),
            (TAGS, tags),
            (CONTENTS, contents),
            (TAGS_OF_PAGES, b"<</Nums [%s]>>" % b" ".join(self._tags_of_pages)),
            (ABOUT, self._about),
        ]
        if last:
            ends = (self._bookmarks, self._first_bookmark, last)
            roots.append((BOOKMARKS, b"<</Count %d/First %d 0 R/Last %d 0 R>>" % ends))
        return roots

    def _chained(self, part: "_Part", small: list[tuple[int, bytes]]) -> list[tuple[int, bytes]]:
        """Put this part's bookmarks behind those before; the last waits for the next part, which it has to name."""
        if not part.bookmarks:
            return small
        first, last = part.bookmark_ends
        before = self._last_bookmark
        rows = dict(small)
        if before:
            rows[first] = _with(rows[first], b"/Prev %d 0 R" % before[0])
            rows[before[0]] = _with(before[1], b"/Next %d 0 R" % first)
        self._first_bookmark = self._first_bookmark or first
        self._bookmarks += int(part.bookmarks["Count"])
        self._last_bookmark = (last, rows.pop(last))
        return list(rows.items())

    def _write(self, content: bytes) -> None:
        self._target.write(content)
        self._position += len(content)

    def _write_object(self, number: int, data: bytes) -> None:
        self._places[number] = (IN_FILE, self._position, 0)
        self._write(b"%d 0 obj\n%s\nendobj\n" % (number, data))

    def _write_small(self, rows: list[tuple[int, bytes]]) -> None:
        """Write what is not a stream together, compressed."""
        number, index, offset = len(self._places), [], 0
        for place, (each, data) in enumerate(rows):
            index.append(b"%d %d" % (each, offset))
            offset += len(data) + 1
            self._places[each] = (IN_STREAM, number, place)
        self._places.append((IN_FILE, self._position, 0))
        head = b" ".join(index) + b"\n"
        words = b"/Type /ObjStm/N %d/First %d" % (len(rows), len(head))
        self._write(_stream(number, words, head + b"\n".join(data for _, data in rows)))


class _Part:
    """The objects of one part, and the numbers that they get in the whole."""

    def __init__(self, pdf: Any, *, next_number: int) -> None:
        by_number = {each.number: each for each in pdf.objects}
        tags = by_number[_number(pdf.catalog["StructTreeRoot"])]
        self._keys = by_number[_number(tags["ParentTree"])]
        self.contents = by_number[_number(tags["K"][0])]
        self.bookmarks = by_number[_number(pdf.catalog["Outlines"])] if "Outlines" in pdf.catalog else None
        roots = {pdf.objects[0].number: 0, pdf.catalog.number: CATALOG, pdf.pages.number: PAGES}
        roots |= {tags.number: CONTENTS, self._keys.number: TAGS_OF_PAGES}
        if self.bookmarks:
            roots[self.bookmarks.number] = BOOKMARKS
        self.own = [each for each in pdf.objects if each.number not in roots]
        self.size = len(self.own)
        self.numbers = roots | {each.number: number for number, each in enumerate(self.own, start=next_number)}
        self.contents["S"] = "/Part"

    def number_of(self, each: Any) -> int:
        return self.numbers[each.number]

    @property
    def tag_keys(self) -> int:
        return len(self._keys["Nums"]) // 2

    @property
    def tags_of_pages(self) -> bytes:
        return self.renumbered(b" ".join(_bytes(each) for each in self._keys["Nums"]))

    @property
    def bookmark_ends(self) -> tuple[int, int]:
        ends = self.bookmarks or {}
        return self.numbers[_number(ends["First"])], self.numbers[_number(ends["Last"])]

    def continue_from(self, keys: int) -> None:
        """Count pages' keys on from the parts before, and give cells of tables names that no other part has."""
        self._keys["Nums"][::2] = [key + keys for key in self._keys["Nums"][::2]]
        for each in self.own:
            for name in ("StructParents", "StructParent"):
                if isinstance(each, dict) and name in each:
                    each[name] += keys
            if isinstance(each, dict) and "ID" in each:
                each["ID"].string = f"{keys}-{each['ID'].string}"

    def renumbered(self, data: bytes) -> bytes:
        return STRING_OR_REFERENCE.sub(self._new, data)

    def renumbered_stream(self, data: bytes) -> bytes:
        head, word, content = data.partition(b"\nstream\n")
        return self.renumbered(head) + word + content

    def _new(self, found: re.Match[bytes]) -> bytes:
        return b"%d 0 R" % self.numbers[int(found[1])] if found[1] else found[0]


def _number(reference: bytes) -> int:
    return int(reference.split()[0])


def _bytes(value: Any) -> bytes:
    """Return how a value stands in the file: an object, a reference, or a number."""
    return value if isinstance(value, bytes) else value.data if hasattr(value, "data") else str(value).encode()


def _references(numbers: list[int]) -> bytes:
    return b" ".join(b"%d 0 R" % number for number in numbers)


def _with(dictionary: bytes, more: bytes) -> bytes:
    return dictionary.removesuffix(b">>") + more + b">>"


def _stream(number: int, words: bytes, content: bytes) -> bytes:
    packed = zlib.compress(content)
    head = b"%d 0 obj\n<<%s/Filter /FlateDecode/Length %d>>\nstream\n" % (number, words, len(packed))
    return head + packed + b"\nendstream\nendobj\n"
