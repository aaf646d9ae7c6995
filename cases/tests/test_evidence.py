import hashlib
import os
import resource
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.tests.factories import UserFactory
from cases.choices import ApprovalState
from cases.models import Approval, Case, CaseEvent, Evidence
from cases.services.evidence import add_evidence, remove_evidence
from cases.services.uploads import safe_name
from cases.tests.factories import NOW, CaseFactory, EvidenceFactory
from core.errors import UserFacingError

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7\n" + b"0" * 200
ABOUT = {"title": "Ledger", "evidence_type": "TRANSACTION", "shows": "The rejection"}


def packed(entries: dict[str, bytes]) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return file.getvalue()


@pytest.fixture(autouse=True)
def files(tmp_path: Path, settings) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def case() -> Case:
    return CaseFactory.create()


@pytest.fixture
def owner(case: Case, client: Client) -> User:
    client.force_login(case.owner)
    return case.owner


def stored(files: Path) -> list[Path]:
    return [path for path in files.rglob("*") if path.is_file()]


def add(case: Case, name: str = "ledger.pdf", content: bytes = PDF) -> Evidence:
    return add_evidence(case, actor=case.owner, now=NOW, upload=SimpleUploadedFile(name, content), **ABOUT)


def post(client: Client, case: Case, name: str, content: bytes):
    upload = SimpleUploadedFile(name, content)
    return client.post(reverse("cases:add_evidence", args=[case.reference]), {**ABOUT, "upload": upload})


def test_a_file_is_kept_under_our_name_with_its_digest(case, files) -> None:
    piece = add(case, "..\\..\\etc/Rechnung für Ann.pdf")

    [path] = stored(files)
    assert path.read_bytes() == PDF
    assert piece.sha256 == hashlib.sha256(PDF).hexdigest()
    assert (piece.file_name, piece.file_type, piece.size) == ("Rechnung für Ann.pdf", "application/pdf", len(PDF))
    assert "Ann" not in piece.file.name


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.pdf", b"", "is empty"),
        ("run.exe", b"MZ" + b"0" * 90, "is not a kind of file that can be kept"),
        ("noname", PDF, "is not a kind of file that can be kept"),
        ("script.pdf", b"#!/bin/sh\nrm -rf /\n", "is not really a pdf file"),
        ("page.png", b"<html><script>alert(1)</script></html>", "is not really a png file"),
        ("binary.txt", b"MZ\0\0\0", "is not really a txt file"),
        ("zip.docx", packed({"run.sh": b"rm -rf /"}), "is not really a docx file"),
        ("bomb.xlsx", packed({"[Content_Types].xml": bytes(12_000_000)}), "unpacks to far more than its size"),
        ("half.odt", packed({"content.xml": b"<office/>"})[:-9], "is damaged"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused_with_a_sentence(
    owner, client, case, files, name, content, words
) -> None:
    answer = post(client, case, name, content)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert answer.context["form"]["shows"].value() == "The rejection"
    assert not Evidence.objects.exists()
    assert not CaseEvent.objects.exists()
    assert stored(files) == []


def test_a_file_that_is_too_big_is_refused_with_its_size_and_the_limit(owner, client, case, settings) -> None:
    settings.UPLOAD_MAX_BYTES = 1024 * 1024

    answer = post(client, case, "call.pdf", PDF + b"0" * 2 * 1024 * 1024)

    assert "&#x27;call.pdf&#x27; is 2 MB. Files must be 1 MB or smaller." in answer.content.decode()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("photo.JPG", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"0" * 50),
        ("shot.png", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"0" * 50),
        ("call.wav", b"RIFF\x24\x00\x00\x00WAVEfmt " + b"0" * 50),
        ("letter.docx", packed({"[Content_Types].xml": b"<Types/>"})),
        ("ledger.csv", "Betrag;£\n1;2\n".encode()),
        ("Zoë.txt", b"x" * 65535 + "é".encode()),
    ],
)
def test_what_people_really_send_comes_in(case, name, content) -> None:
    assert add(case, name, content).size == len(content)


def test_a_disk_that_fills_up_half_way_leaves_nothing_and_says_so(owner, client, case, files, monkeypatch) -> None:
    def fill_up(name: str, content: object) -> str:
        (files / name).parent.mkdir(parents=True)
        (files / name).write_bytes(PDF[:50])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(default_storage, "_save", fill_up)

    answer = post(client, case, "ledger.pdf", PDF)

    assert answer.status_code == 422
    assert "could not be stored: the store is full" in answer.content.decode()
    assert answer.context["form"]["shows"].value() == "The rejection"
    assert stored(files) == []
    assert not Evidence.objects.exists()


@pytest.fixture
def little_room(files, settings) -> Iterator[Path]:
    """A machine on which no file can grow beyond a megabyte: the system itself refuses to write on."""
    arriving = files / "arriving"
    arriving.mkdir()
    settings.FILE_UPLOAD_TEMP_DIR = arriving
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1024 * 1024, before[1]))
    yield arriving
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_disk_that_fills_up_while_a_big_file_arrives_is_said_on_a_page(
    owner, client, case, files, little_room
) -> None:
    response = post(client, case, "recording <3>.pdf", b"%PDF-1.7\n" + os.urandom(4 * 1024 * 1024))

    page = response.content.decode()
    assert response.status_code == 507
    assert "“recording &lt;3&gt;.pdf” could not be stored: this server has no room for it at the moment." in page
    assert "Nothing of what you sent was kept." in page
    assert stored(files) == []
    assert not Evidence.objects.exists()


def test_a_big_file_that_has_room_arrives_whole(owner, client, case) -> None:
    content = b"%PDF-1.7\n" + os.urandom(4 * 1024 * 1024)

    response = post(client, case, "recording.pdf", content)

    assert response.status_code == 302
    assert Evidence.objects.get().sha256 == hashlib.sha256(content).hexdigest()


def test_a_row_that_cannot_be_written_takes_its_file_along(case, files, monkeypatch) -> None:
    def fail(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr("cases.services.evidence.record_event", fail)

    with pytest.raises(RuntimeError):
        add(case)

    assert stored(files) == []
    assert not Evidence.objects.exists()


def test_a_file_is_handed_out_as_a_download_and_nothing_else(owner, client, case) -> None:
    piece = add(case, "ledger.pdf")

    answer = client.get(reverse("cases:evidence_file", args=[case.reference, piece.pk]))

    assert b"".join(answer.streaming_content) == PDF
    assert answer["Content-Disposition"] == 'attachment; filename="ledger.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "no-store" in answer["Cache-Control"]


def test_a_stranger_and_a_wrong_case_get_no_file(owner, client, case) -> None:
    piece = add(case)
    mine = CaseFactory.create(team=case.team, owner=owner)

    assert client.get(reverse("cases:evidence_file", args=[mine.reference, piece.pk])).status_code == 404
    client.force_login(UserFactory.create())
    assert client.get(reverse("cases:evidence_file", args=[case.reference, piece.pk])).status_code == 404


def test_removed_evidence_stays_in_the_register_with_its_reason_and_cannot_be_opened(
    owner, client, case, files
) -> None:
    piece = add(case)
    remove = reverse("cases:remove_evidence", args=[case.reference, piece.pk])

    assert client.post(remove, {"reason": ""}).status_code == 422
    client.post(remove, {"reason": "Wrong customer"})

    page = client.get(reverse("cases:evidence", args=[case.reference])).content.decode()
    assert "Wrong customer" in page
    assert client.get(reverse("cases:evidence_file", args=[case.reference, piece.pk])).status_code == 404
    assert len(stored(files)) == 1
    assert client.post(remove, {"reason": "Again"}).status_code == 404


def test_evidence_is_removed_once(case) -> None:
    piece = EvidenceFactory.create(case=case)
    remove_evidence(piece, actor=case.owner, now=NOW, reason="Wrong customer")

    with pytest.raises(UserFacingError, match="removed already"):
        remove_evidence(piece, actor=case.owner, now=NOW, reason="Again")

    assert CaseEvent.objects.count() == 1


def test_what_comes_after_the_decision_is_marked(case) -> None:
    before = add(case)
    Approval.objects.create(
        case=case,
        round=1,
        state=ApprovalState.APPROVED,
        content_hash="0" * 64,
        requested_by=case.owner,
        requested_at=NOW,
    )

    after = add(case)

    assert (before.added_after_decision, after.added_after_decision) == (False, True)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("/etc/passwd", "passwd"),
        ("a\x00b\u202efdp.exe", "abfdp.exe"),
        ("  .hidden. ", "hidden"),
        ("", "file"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
        ("e\u0301.pdf", "é.pdf"),
    ],
)
def test_names_are_made_safe_to_show(typed, shown) -> None:
    assert safe_name(typed) == shown
