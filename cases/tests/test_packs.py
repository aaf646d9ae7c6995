"""The whole file of a case as PDF and ZIP: complete, or redacted and saying so; made in the background, once."""

import hashlib
import json
import zipfile
from datetime import timedelta
from io import BytesIO, StringIO
from pathlib import Path
from time import process_time

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from pypdf import PdfReader

from accounts.tests.factories import UserFactory
from cases.choices import Channel, Direction, EvidenceType, PackState
from cases.models import Case, CasePack, Contact, InternalNote
from cases.services import packs
from cases.services.contacts import add_note, log_contact
from cases.services.evidence import add_evidence
from cases.services.packs import ask_for_pack, drop_old_packs, make_due_packs, make_pack
from cases.tests.factories import (
    NOW,
    CaseFactory,
    ChecklistItemFactory,
    ContributionFactory,
    PromiseFactory,
    StakeholderFactory,
)

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture(autouse=True)
def store(settings, tmp_path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def case() -> Case:
    case = CaseFactory.create(
        customer__name="Ann Lee", customer__email="ann.lee@example.com", owner__full_name="Priya Raghunathan"
    )
    StakeholderFactory.create(case=case, name="Bernard Oyelaran", role="THIRD_PARTY")
    ChecklistItemFactory.create(case=case, text="Trace the payment")
    PromiseFactory.create(case=case, text="Call back on Tuesday")
    ContributionFactory.create(stakeholder__case=case, stakeholder__name="Payments", question="Where is it?")
    told = "Bernard Oyelaran at bernard@example.org or 07700 900999 said Priya promised it, as in CMP-2020-000001."
    log_contact(case, actor=case.owner, now=NOW, direction=Direction.IN, channel=Channel.PHONE, body=told)
    add_note(case, actor=case.owner, now=NOW, body="Only for colleagues")
    keep(case, "Bill", EvidenceType.LETTER)
    keep(case, "Ledger", EvidenceType.TRANSACTION, has_others_data=True)
    return case


def keep(case: Case, title: str, kind: str, **values: object) -> None:
    upload = SimpleUploadedFile(f"{title}.pdf", PDF)
    add_evidence(case, actor=case.owner, now=NOW, title=title, evidence_type=kind, shows="It", upload=upload, **values)


def made(case: Case, *, is_redacted: bool = False) -> CasePack:
    pack = ask_for_pack(case, actor=case.owner, now=NOW, is_redacted=is_redacted)
    assert make_due_packs(now=NOW) == 1
    pack.refresh_from_db()
    return pack


def words(pack: CasePack) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(pack.pdf.open()).pages).split())


def test_the_pack_holds_the_whole_file(case) -> None:
    pack = made(case)

    text = words(pack)
    expected = ["Ann Lee", "Trace the payment", "Call back on Tuesday", "Where is it?", "Only for colleagues"]
    expected += [
        "Bernard Oyelaran",
        "Ledger",
        "History is complete",
        "Chronology",
        hashlib.sha256(PDF).hexdigest()[:20],
    ]
    assert [each for each in expected if each not in text] == []
    assert pack.left_out == []


def test_the_archive_holds_every_file_and_every_digest(case) -> None:
    pack = made(case)

    with zipfile.ZipFile(pack.archive.open()) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        manifest = archive.read("MANIFEST.txt").decode()
        contents = {name: archive.read(name) for name in names}
    assert names[:3] == [f"case-pack-{case.reference}.pdf", "evidence-index.csv", "history.json"]
    assert contents["evidence/001 Bill.pdf"] == contents["evidence/002 Ledger.pdf"] == PDF
    for name in set(names) - {"MANIFEST.txt"}:
        assert f"{hashlib.sha256(contents[name]).hexdigest()}  {name}" in manifest
    lines = [json.loads(line) for line in contents["history.json"].decode().splitlines()]
    assert [line["seq"] for line in lines] == list(range(1, len(lines) + 1))


def test_a_copy_for_outside_eyes_holds_no_name_but_the_customer_s_and_says_what_it_leaves_out(case) -> None:
    pack = made(case, is_redacted=True)

    text = words(pack)
    with zipfile.ZipFile(pack.archive.open()) as archive:
        names = archive.namelist()
        text += " ".join(archive.read(name).decode() for name in ("evidence-index.csv", "MANIFEST.txt"))
    secrets = ["Bernard", "Oyelaran", "Priya", "Raghunathan", "Only for colleagues", "Where is it?", "CMP-2020-000001"]
    secrets += ["bernard@example.org", "900999", "Ledger"]
    assert [each for each in secrets if each in text] == []
    assert "Ann Lee" in text
    assert "[colleague 1]" in text
    assert "[person 1]" in text
    assert "history.json" not in names
    assert [name for name in names if name.startswith("evidence/")] == ["evidence/001 Bill.pdf"]
    assert "1 internal note." in pack.left_out
    assert any("hold other people’s data" in sentence for sentence in pack.left_out)


def test_a_pack_is_asked_for_once_and_made_once(case) -> None:
    first = ask_for_pack(case, actor=case.owner, now=NOW)
    second = ask_for_pack(case, actor=case.owner, now=NOW)

    assert first == second
    assert make_pack(first.pk, now=NOW)
    assert not make_pack(first.pk, now=NOW)


def test_a_pack_that_a_dying_worker_left_is_taken_up_where_it_stopped(case, monkeypatch) -> None:
    pack = ask_for_pack(case, actor=case.owner, now=NOW)
    whole = packs.write_archive

    def die(*args: object, **kwargs: object) -> None:
        raise SystemExit

    monkeypatch.setattr(packs, "write_archive", die)
    with pytest.raises(SystemExit):
        make_pack(pack.pk, now=NOW)
    monkeypatch.setattr(packs, "write_archive", whole)
    monkeypatch.setattr(packs, "write_document", lambda *args, **kwargs: pytest.fail("drawn twice"))

    assert make_due_packs(now=NOW) == 0
    assert make_due_packs(now=NOW + packs.LEASE) == 1
    pack.refresh_from_db()
    assert (pack.state, pack.attempts, pack.done) == (PackState.READY, 2, pack.steps)


def test_a_pack_that_cannot_be_made_says_so_after_three_tries(case, monkeypatch) -> None:
    pack = ask_for_pack(case, actor=case.owner, now=NOW)

    def fail(*args: object, **kwargs: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(packs, "write_archive", fail)

    assert [make_due_packs(now=NOW) for _ in range(4)] == [0, 0, 0, 0]
    pack.refresh_from_db()
    assert (pack.state, pack.attempts) == (PackState.FAILED, 3)
    assert "could not be made" in pack.failure


def test_somebody_who_lost_sight_of_the_case_gets_no_pack(case) -> None:
    leader = UserFactory.create(role="TEAM_LEADER", team=case.team)
    pack = ask_for_pack(case, actor=leader, now=NOW)
    Case.objects.filter(pk=case.pk).update(is_restricted=True)

    assert make_due_packs(now=NOW) == 0

    pack.refresh_from_db()
    assert pack.state == PackState.FAILED
    assert not pack.pdf


def test_a_colleague_of_the_team_may_not_ask(case) -> None:
    with pytest.raises(PermissionDenied):
        ask_for_pack(case, actor=UserFactory.create(team=case.team), now=NOW)

    assert not CasePack.objects.exists()


def test_packs_are_thrown_away_after_a_week(case, store) -> None:
    pack = made(case)
    paths = [pack.pdf.name, pack.archive.name]

    assert drop_old_packs(now=NOW + timedelta(days=6)) == 0
    assert drop_old_packs(now=NOW + timedelta(days=8)) == 1
    assert [path for path in paths if default_storage.exists(path)] == []


def test_the_page_shows_progress_and_hands_out_what_is_ready(client, case, django_capture_on_commit_callbacks) -> None:
    client.force_login(case.owner)
    page = client.post(reverse("cases:ask_pack", args=[case.reference]), follow=True)
    assert "Waiting for its turn" in page.content.decode()
    make_due_packs(now=NOW)

    progress = client.get(reverse("cases:pack_progress", args=[case.reference]), headers={"HX-Request": "true"})
    pack = CasePack.objects.get()
    file = client.get(reverse("cases:pack_zip", args=[case.reference, pack.pk]))

    assert "hx-trigger" not in progress.content.decode()
    assert file["Content-Disposition"] == f'attachment; filename="case-pack-{case.reference}.zip"'
    assert zipfile.ZipFile(BytesIO(b"".join(file.streaming_content))).testzip() is None
    client.force_login(UserFactory.create(role="TEAM_LEADER", team=case.team))
    assert client.get(reverse("cases:pack_zip", args=[case.reference, pack.pk])).status_code == 404


def test_the_command_writes_both_files(case, tmp_path) -> None:
    out = StringIO()

    call_command("case_pack", case.reference, "--out", str(tmp_path / "out"), "--redacted", stdout=out)

    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert names == [f"case-pack-{case.reference}-redacted.pdf", f"case-pack-{case.reference}-redacted.zip"]
    assert "Left out: 1 internal note." in out.getvalue()
    with pytest.raises(CommandError, match="There is no case"):
        call_command("case_pack", "CMP-1999-000001", "--out", str(tmp_path))


def test_a_case_of_three_hundred_entries_is_packed_within_ten_seconds(case) -> None:
    told = {"case": case, "author": case.owner, "happened_at": NOW}
    body = "The refund has still not arrived, and nobody called back. " * 6
    Contact.objects.bulk_create([Contact(direction="IN", channel="PHONE", body=body, **told) for _ in range(150)])
    InternalNote.objects.bulk_create([InternalNote(body=body, **told) for _ in range(150)])
    began = process_time()

    made(case)

    assert process_time() - began < 10
