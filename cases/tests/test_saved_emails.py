"""A saved e-mail is read in as a message from outside; its sender is not believed, its files are checked like any other."""

from email.message import EmailMessage
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.tests.factories import UserFactory
from cases.choices import Channel, Direction
from cases.models import Case, CaseEvent, Contact, Evidence
from cases.services.saved_emails import read_in_email
from cases.tests.factories import NOW, CaseFactory
from core.errors import UserFacingError

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7\n" + b"0" * 200


@pytest.fixture(autouse=True)
def files(tmp_path: Path, settings) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def case() -> Case:
    return CaseFactory.create(customer__email="ann.lee@example.com", customer__name="Ann Lee")


def saved(sender: str = "Ann Lee <ann.lee@example.com>", **attached: bytes) -> bytes:
    message = EmailMessage()
    message["From"], message["Subject"], message["Message-ID"] = sender, "My refund", "<forged@example.com>"
    message.set_content("It is still not there.")
    for name, content in attached.items():
        message.add_attachment(content, maintype="application", subtype="pdf", filename=f"../{name}.pdf")
    return message.as_bytes()


def read_in(case: Case, content: bytes, name: str = "mail.eml") -> Contact:
    return read_in_email(case, upload=SimpleUploadedFile(name, content), actor=case.owner, now=NOW).contact


def stored(files: Path) -> list[Path]:
    return [path for path in files.rglob("*") if path.is_file()]


def test_the_words_are_in_the_story_and_the_files_in_the_evidence(case, files) -> None:
    contact = read_in(case, saved(bill=PDF))

    assert (contact.direction, contact.channel, contact.subject) == (Direction.IN, Channel.EMAIL, "My refund")
    assert contact.happened_at == NOW
    assert "it was not checked" in contact.body
    assert "From: Ann Lee <ann.lee@example.com>" in contact.body
    assert contact.body.endswith("It is still not there.")
    assert [piece.title for piece in case.evidence.all()] == ["Email: My refund", "bill.pdf"]
    assert [file.file_name for file in contact.attachments.all()] == ["mail.eml", "bill.pdf"]
    assert len(stored(files)) == 2


def test_the_sender_decides_nothing(case) -> None:
    contact = read_in(case, saved("Somebody <else@example.org>"))

    assert "This is not the address that we have for Ann Lee." in contact.body
    assert (contact.message_id, contact.in_reply_to, contact.references) == ("", "", "")
    case.customer.refresh_from_db()
    assert case.customer.email == "ann.lee@example.com"


def test_a_file_that_is_refused_is_named_and_the_message_is_kept(case, files) -> None:
    contact = read_in(case, saved(script=b"#!/bin/sh\n", bill=PDF))

    assert "Not kept: 'script.pdf' is not really a pdf file." in contact.body
    assert case.evidence.count() == 2
    assert len(stored(files)) == 2


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "mail.eml", "is empty"),
        (b"Just words", "mail.eml", "There is no email in this file"),
        (b"From: a@b.c\n\n", "mail.eml", "has no words and no files"),
        (PDF, "mail.pdf", "is not a saved email"),
        (b"From: a@b.c\n\n\0", "mail.eml", "is not really a eml file"),
    ],
)
def test_what_is_no_email_is_refused_with_a_sentence(client: Client, case, files, content, name, words) -> None:
    client.force_login(case.owner)

    page = client.post(
        reverse("cases:read_email", args=[case.reference]), {"upload": SimpleUploadedFile(name, content)}
    )

    assert page.status_code == 422
    assert words in page.content.decode()
    assert not Contact.objects.exists()
    assert stored(files) == []


def test_the_same_email_is_read_in_once(case, files) -> None:
    content = saved(bill=PDF)
    read_in(case, content)

    with pytest.raises(UserFacingError, match="in the evidence already"):
        read_in(case, content)

    assert Contact.objects.count() == 1
    assert len(stored(files)) == 2


def test_what_cannot_be_written_leaves_no_file_behind(case, files, monkeypatch) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("cases.services.saved_emails.log_contact", fail)

    with pytest.raises(RuntimeError):
        read_in(case, saved(bill=PDF))

    assert stored(files) == []
    assert not Evidence.objects.exists()
    assert not CaseEvent.objects.exists()


def test_a_colleague_of_the_team_who_does_not_own_the_case_may_not(case) -> None:
    other = UserFactory.create(team=case.team)

    with pytest.raises(PermissionDenied):
        read_in_email(case, upload=SimpleUploadedFile("mail.eml", saved()), actor=other, now=NOW)


def test_the_page_shows_the_message_in_the_timeline(client: Client, case) -> None:
    client.force_login(case.owner)

    page = client.post(
        reverse("cases:read_email", args=[case.reference]),
        {"upload": SimpleUploadedFile("mail.eml", saved("<b>x</b> <else@example.org>"))},
        follow=True,
    )

    assert "It is still not there." in page.content.decode()
    assert "<b>x</b>" not in page.content.decode()
