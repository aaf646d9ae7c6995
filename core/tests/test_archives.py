"""Archives are measured, not believed."""

import io
import zipfile

import pytest

from core.archives import MOST_ENTRIES, ArchiveError, measure


def packed(*entries: tuple[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return file.getvalue()


def look_at(content: bytes) -> list[str]:
    return measure(io.BytesIO(content), size=len(content))


ZEROS = b"\0" * (12 * 1024 * 1024)


def test_an_ordinary_archive_gives_its_names() -> None:
    sheet = packed(("xl/workbook.xml", b"<workbook/>"))
    letter = packed(("[Content_Types].xml", b"<Types/>"), ("word/embeddings/sheet.xlsx", sheet))

    assert look_at(letter) == ["[Content_Types].xml", "word/embeddings/sheet.xlsx"]


def claims_less(content: bytes) -> bytes:
    """Write a size of 10 bytes over every size in the directory and before the entry."""
    return content.replace(len(ZEROS).to_bytes(4, "little"), (10).to_bytes(4, "little"))


def encrypted(content: bytes) -> bytes:
    at = content.rfind(b"PK\x01\x02")
    return content[: at + 8] + b"\x01" + content[at + 9 :]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (packed(("a", ZEROS)), "unpacks to far more than its size"),
        (claims_less(packed(("a", ZEROS))), "unpacks to far more than its size"),
        (packed(*((f"{number}", ZEROS[: 2 * 1024 * 1024]) for number in range(8))), "unpacks to far more"),
        (packed(("a.zip", packed(("b", ZEROS)))), "unpacks to far more"),
        (packed(("a.zip", packed(("b.zip", packed(("c", b"c")))))), "packed inside packed files"),
        (packed(*((f"{number}", b"") for number in range(MOST_ENTRIES + 1))), "more than 5,000 files"),
        (packed(("a", b"a" * 900), compression=zipfile.ZIP_BZIP2), "is damaged"),
        (packed(("a", b"a" * 900))[:-30], "is damaged"),
        (packed(("a", b"a" * 900)).replace(b"PK\x03\x04", b"PK\x03\x05"), "is damaged"),
        (packed(("a", b"a" * 10)) + b"PK\x05\x06", "is damaged"),
        (encrypted(packed(("a", b"a"))), "locked with a password"),
        (b"PK\x03\x04" + b"0" * 50, "is damaged"),
        (b"", "is damaged"),
    ],
    ids=[
        "one huge entry",
        "a size that is not true",
        "many large entries",
        "a huge entry in an archive within",
        "archives three deep",
        "too many entries",
        "another compression",
        "cut off",
        "no entry where one should be",
        "a second end",
        "locked",
        "a beginning alone",
        "empty",
    ],  # their bytes hold the time
)
def test_an_archive_that_would_fill_whatever_opens_it_is_refused(content: bytes, words: str) -> None:
    with pytest.raises(ArchiveError, match=words):
        look_at(content)


def test_a_size_that_is_not_true_is_refused_though_little_is_inside() -> None:
    content = packed(("a", b"a" * 3000))

    with pytest.raises(ArchiveError, match="is damaged"):
        look_at(content.replace((3000).to_bytes(4, "little"), (30).to_bytes(4, "little")))
