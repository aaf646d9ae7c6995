"""A saved e-mail is read as text, and nothing in it is believed."""

from email.message import EmailMessage

import pytest

from core.errors import UserFacingError
from core.saved_email import MOST_FILES, read_email, text_of_html


def email(body: str = "The refund is not there.", **headers: str) -> EmailMessage:
    message = EmailMessage()
    for name, value in ({"From": "Ann Lee <ann@example.com>", "Subject": "My refund"} | headers).items():
        message[name] = value
    message.set_content(body)
    return message


def test_words_files_and_what_it_says_of_itself() -> None:
    message = email(Date="Thu, 20 Nov 2025 10:00:00 +0000")
    message.add_alternative("<p>Something <b>else</b></p>", subtype="html")
    message.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="../../etc/bill.pdf")

    read = read_email(message.as_bytes())

    assert (read.subject, read.sender) == ("My refund", "Ann Lee <ann@example.com>")
    assert read.sent.startswith("Thu, 20 Nov 2025")
    assert read.body == "The refund is not there."
    assert [(file.name, file.content) for file in read.files] == [("../../etc/bill.pdf", b"%PDF-1.7")]


def test_html_becomes_what_a_reader_would_see() -> None:
    html = """<html><head><title>x</title><style>p{}</style></head><body><p>Dear&nbsp;all,</p><script>alert(1)</script>
    <div>Line<br>two &lt;b&gt;<img src="https://spy.example/x.png"></div></body></html>"""

    assert text_of_html(html) == "Dear\xa0all,\n\n Line\ntwo <b>".replace("\xa0", " ").replace("\n\n ", "\n\n")


def test_a_message_of_html_alone_has_words() -> None:
    message = EmailMessage()
    message["From"] = "ann@example.com"
    message.set_content("<p>Where is it?</p>", subtype="html")

    assert read_email(message.as_bytes()).body == "Where is it?"


@pytest.mark.parametrize(
    ("content", "body"),
    [
        (b"From: a@b.c\nContent-Type: text/plain; charset=no-such\n\ncaf\xc3\xa9", "café"),
        (b"From: a@b.c\nContent-Type: text/plain; charset=iso-8859-1\n\ncaf\xe9", "café"),
        (b"From: a@b.c\nContent-Type: text/plain\nContent-Transfer-Encoding: base64\n\n!!!", ""),
        (b"From: a@b.c\nContent-Type: multipart/mixed; boundary=x\n\nno parts", "no parts"),
        (b"From: =?utf-8?b?////?= <\nSubject: =?x?y?z?=\nDate: never\n\na\0b\x1bc\xe2\x80\xaed", "abcd"),
        (b"From: a@b.c\n\n", ""),
    ],
)
def test_rubbish_is_read_as_far_as_it_goes(content: bytes, body: str) -> None:
    assert read_email(content).body == body


@pytest.mark.parametrize("content", [b"", b"Just some words", b"X-Only: 1\n\nwords"])
def test_what_is_no_email_is_refused(content: bytes) -> None:
    with pytest.raises(UserFacingError, match="There is no email in this file"):
        read_email(content)


def test_too_many_files_or_layers_are_refused() -> None:
    message = email()
    for number in range(MOST_FILES + 1):
        message.add_attachment(b"x", maintype="text", subtype="csv", filename=f"{number}.csv")
    layers = b"From: a@b.c\n" + b"".join(
        f"Content-Type: multipart/mixed; boundary=x{number}\n\n--x{number}\n".encode() for number in range(3000)
    )

    with pytest.raises(UserFacingError, match="more than 20 files"):
        read_email(message.as_bytes())
    with pytest.raises(UserFacingError, match="too many layers"):
        read_email(layers)


def test_a_forwarded_message_is_a_file_and_is_not_opened() -> None:
    message = email()
    message.add_attachment(email("Inner words"))

    read = read_email(message.as_bytes())

    assert read.body == "The refund is not there."
    assert [file.name for file in read.files] == ["message 1.eml"]
    assert b"Inner words" in read.files[0].content
