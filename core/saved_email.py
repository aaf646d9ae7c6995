"""A saved e-mail as text: what it says of itself, its words, its files. Nothing in it is believed, fetched or run."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage, MIMEPart
from html.parser import HTMLParser
from typing import Final

from core.errors import UserFacingError

MOST_FILES: Final = 20
MOST_PARTS: Final = 200
UNSEEN: Final = frozenset({"script", "style", "head", "title", "template", "noscript"})
BLOCKS: Final = frozenset(
    {"p", "div", "br", "tr", "li", "h1", "h2", "h3", "h4", "table", "ul", "ol", "blockquote", "hr"}
)
CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
BROKEN: Final = (MessageError, ValueError, LookupError, AttributeError, TypeError)  # what a header of rubbish raises


@dataclass(frozen=True, kw_only=True)
class SavedFile:
    name: str
    content: bytes


@dataclass(frozen=True, kw_only=True)
class SavedEmail:
    """`sender` and `sent` are what the file says; anybody can write a file that says anything."""

    subject: str
    sender: str
    sent: str
    body: str
    files: list[SavedFile]


def read_email(content: bytes) -> SavedEmail:
    """Return what a saved e-mail holds, or refuse what is none."""
    try:
        return _read(message_from_bytes(content, policy=policy.default))
    except RecursionError as error:
        raise UserFacingError("This email is packed in too many layers to be read. Save it again.") from error
    except BROKEN as error:
        raise UserFacingError("This email is damaged and cannot be read. Save it again.") from error


def _read(message: EmailMessage) -> SavedEmail:
    if not {"from", "subject"} & {name.lower() for name in message.keys()}:  # noqa: SIM118
        raise UserFacingError("There is no email in this file. Save the message as .eml and choose that file.")
    parts = _parts(message)
    files = [SavedFile(name=_name(part, number), content=_bytes(part)) for number, part in enumerate(_files(parts), 1)]
    if len(files) > MOST_FILES:
        raise UserFacingError(f"This email has more than {MOST_FILES} files. Add those that matter to the evidence.")
    return SavedEmail(
        subject=_header(message, "subject"),
        sender=_header(message, "from"),
        sent=_header(message, "date"),
        body=_body(parts),
        files=files,
    )


def _parts(message: MIMEPart) -> list[MIMEPart]:
    """Return the leaves, in their order; a forwarded message is a leaf and is not opened."""
    found: list[MIMEPart] = []
    for part in _leaves(message):
        found.append(part)
        if len(found) > MOST_PARTS:
            raise UserFacingError(f"This email has more than {MOST_PARTS} parts. Save it again without its history.")
    return found


def _leaves(message: MIMEPart) -> Iterator[MIMEPart]:
    if message.get_content_maintype() != "multipart" or not message.is_multipart():
        yield message
        return
    for part in message.iter_parts():
        yield from _leaves(part)


def _is_words(part: MIMEPart) -> bool:
    is_text = part.get_content_type() in {"text/plain", "text/html"} or part.get_content_maintype() == "multipart"
    return is_text and part.get_content_disposition() != "attachment" and not part.get_filename()


def _files(parts: list[MIMEPart]) -> list[MIMEPart]:
    return [part for part in parts if not _is_words(part)]


def _body(parts: list[MIMEPart]) -> str:
    """Return the plain words; without any, the words of the HTML."""
    words = [part for part in parts if _is_words(part)]
    plain = [part for part in words if part.get_content_type() != "text/html"]
    texts = [_text(part) for part in plain] if plain else [text_of_html(_text(part)) for part in words]
    return "\n\n".join(filter(None, (tidy(text) for text in texts)))


def _text(part: MIMEPart) -> str:
    content = _bytes(part)
    try:
        return content.decode(part.get_content_charset("utf-8"), errors="replace")
    except LookupError:
        return content.decode("utf-8", errors="replace")


def _bytes(part: MIMEPart) -> bytes:
    """Return the content of a leaf; a forwarded message as its own text."""
    if part.get_content_maintype() == "message":
        return b"\n\n".join(inner.as_bytes() for inner in part.iter_parts()) or part.as_bytes()
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _name(part: MIMEPart, number: int) -> str:
    try:
        name = part.get_filename()
    except BROKEN:
        name = None
    return name or (f"message {number}.eml" if part.get_content_maintype() == "message" else f"file {number}")


def _header(message: MIMEPart, name: str) -> str:
    try:
        return re.sub(r"\s+", " ", tidy(str(message[name] or "")))
    except BROKEN:
        return ""


def tidy(text: str) -> str:
    """Return text without signs that hide or turn what stands beside them."""
    lines = (line.rstrip() for line in CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


class _Words(HTMLParser):
    """Keeps what a reader would see: no scripts, styles, addresses or pictures."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.unseen: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in UNSEEN:
            self.unseen.append(tag)
        elif tag in BLOCKS:
            self.found.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if self.unseen and tag == self.unseen[-1]:
            self.unseen.pop()
        elif tag in BLOCKS:
            self.found.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.unseen:
            self.found.append(re.sub(r"\s+", " ", data))


def text_of_html(html: str) -> str:
    words = _Words()
    words.feed(html)
    words.close()
    return tidy("".join(words.found))
