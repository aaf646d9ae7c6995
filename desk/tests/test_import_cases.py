import csv
import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.choices import Role
from accounts.models import User
from accounts.tests.factories import TeamFactory, UserFactory
from cases.models import Case, SearchDocument
from cases.services.history import break_in_history
from core.errors import UserFacingError
from desk.services import import_cases as importing
from desk.services.import_cases import Import, ImportReport, import_cases
from desk.services.import_rows import Columns, Rejection, Row, read_rows
from policies.choices import CaseKind
from policies.models import Category, Product
from policies.services.packs import load_pack
from sla.models import Clock

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
MAP = "date=when,text=story,category=issue,product=item,external_id=id"
HEADER = b"id,when,item,issue,story\n"


def rows_of(content: bytes, mapping: str = MAP) -> list[Row | Rejection]:
    return list(read_rows(io.BytesIO(content), Columns.parse(mapping), now=NOW))


def run(content: bytes, *, kind: CaseKind = CaseKind.COMPLAINT, **options: object) -> tuple[ImportReport, str]:
    rejections = io.StringIO()
    how = Import(kind=kind, source="bank", actor=User.objects.system(), now=NOW, **options)
    report = import_cases(rows_of(content), how, rejections=rejections)
    return report, rejections.getvalue()


def test_a_complaint_arrives_whole() -> None:
    run(HEADER + b'77,2023-04-05,Mortgage,Late fees,"They charged me twice. Nobody listens."\n')

    case = Case.objects.get()
    assert (case.external_source, case.external_id, case.kind) == ("bank", "77", CaseKind.COMPLAINT)
    assert case.summary == "They charged me twice"
    assert (case.received_at.date().isoformat(), case.logged_at) == ("2023-04-05", NOW)
    assert (case.category.name, case.product.name, case.customer.is_anonymous) == ("Late fees", "Mortgage", True)
    assert case.complaint.case.points.get().text == "They charged me twice"
    assert break_in_history(case) == ""
    assert SearchDocument.objects.get(case=case).title.startswith("CMP 2026")


def test_old_complaints_start_no_clock_unless_asked() -> None:
    run(HEADER + b"77,2023-04-05,,,They charged me twice\n")

    assert not Clock.objects.exists()


def test_with_clocks_each_case_knows_what_is_due_next() -> None:
    load_pack("house", actor=User.objects.system(), now=NOW)

    run(HEADER + b"1,2026-11-19,,,One\n2,2026-11-20,,,Two\n", starts_clocks=True)

    assert {case.external_id: case.next_due_at for case in Case.objects.all()} == {
        case.external_id: min(clock.due_at for clock in case.clocks.filter(target__is_window=False))
        for case in Case.objects.all()
    }
    assert Clock.objects.count() >= 4


def test_the_same_file_again_imports_nothing() -> None:
    content = HEADER + b"1,,,,One\n2,,,,Two\n1,,,,One again\n"

    first, _ = run(content)
    second, _ = run(content)

    assert (first.imported, first.known) == (2, 1)
    assert (second.imported, second.known) == (0, 3)
    assert Case.objects.count() == 2


def test_a_crash_leaves_whole_cases_and_the_next_run_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "BATCH", 2)
    content = HEADER + b"".join(b"%d,,,,Story %d\n" % (n, n) for n in range(7))
    write, calls = importing._open_kind, []

    def crash_in_the_second_batch(cases: list[Case], how: Import) -> None:
        calls.append(len(cases))
        if len(calls) == 2:
            raise OSError("power cut")
        write(cases, how)

    monkeypatch.setattr(importing, "_open_kind", crash_in_the_second_batch)
    with pytest.raises(OSError, match="power cut"):
        run(content)
    assert Case.objects.count() == 2

    monkeypatch.setattr(importing, "_open_kind", write)
    report, _ = run(content)

    assert (report.imported, report.known) == (5, 2)
    assert all(case.complaint for case in Case.objects.all())
    assert len(set(Case.objects.values_list("number", flat=True))) == 7


def test_what_the_file_names_is_made_once_whatever_its_capitals() -> None:
    team = TeamFactory.create()
    Category.objects.create(name="Late fees", team=team)

    run(HEADER + b"1,,Loan,late FEES,One\n2,,Loan,Lost card,Two\n")

    assert set(Category.objects.values_list("name", flat=True)) == {"Late fees", "Lost card"}
    assert Product.objects.get().name == "Loan"
    assert Case.objects.get(external_id="1").team == team


def test_a_row_without_a_date_counts_as_received_today_and_the_report_says_so() -> None:
    report, _ = run(HEADER + b"1,,,,One\n")

    assert Case.objects.get().received_at == NOW
    assert report.notes == ["Rows without a date, received today: 1."]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (b"1,2023-02-30,,,One\n", '"2023-02-30" is not a date such as 2026-03-27.'),
        (b"1,2027-01-01,,,One\n", "2027-01-01 is in the future. A complaint comes in before it is imported."),
        (b"1,,,,\n", "The row says nothing: its text is empty."),
        (b",,,,One\n", "The row has no external id, so it could not be told from others"),
        (b"1,,,One\n", "The row has 4 cells and the header 5."),
        (b"1,,,,One\x00two\n", "The row holds a NUL character, which is not text."),
        ("1,,,,Gebühr\n".encode("cp1252"), 'The row is not UTF-8. Save the file as "CSV UTF-8"'),
        (b"1,,," + b"x" * 10_000 + b",One\n", "The category has 10,000 characters. It must be 120 or fewer."),
        (b"1,,,," + b"x" * 100_001 + b"\n", "The text has 100,001 characters. A story has 100,000 or fewer."),
    ],
)
def test_a_rejected_row_is_reported_with_its_line_and_the_others_land(row: bytes, reason: str) -> None:
    report, rejected = run(HEADER + b'0,,,,"A story\nof two lines"\n' + row + b"9,,,,Nine\n")

    assert (report.imported, report.rejected) == (2, 1)
    line = next(csv.DictReader(io.StringIO(rejected)))
    assert line["line"] == "4"
    assert line["reason"].startswith(reason)


def test_a_long_text_arrives_whole() -> None:
    story = "My refund is late. " * 2_000

    run(HEADER + f"1,,,,{story}\n".encode())

    assert Case.objects.get().story == story.strip()


@pytest.mark.parametrize(
    "story", ['He said "no"', "tab\there", "back\\slash \\. \\N", "emoji 😀", "=1+1", "line\r\nend"]
)
def test_a_text_arrives_as_it_was_written(story: str) -> None:
    line = io.StringIO()
    csv.writer(line).writerow(["1", "", "", "", story])

    run(HEADER + line.getvalue().encode())

    assert Case.objects.get().story == story


def test_a_source_may_be_called_anything(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "complaints.csv"
    file.write_bytes(HEADER + b"1,,,,One\n")

    call_command("import_cases", file, map=MAP, source="100 %s\\t")

    case = Case.objects.get()
    assert case.external_source == "100 %s\\t"
    assert case.events.get().detail.values["note"] == "Imported from 100 %s\\t"
    assert break_in_history(case) == ""


def test_a_byte_order_mark_is_not_part_of_the_first_column() -> None:
    assert isinstance(rows_of(b"\xef\xbb\xbf" + HEADER + b"1,,,,One\n")[0], Row)


@pytest.mark.parametrize(
    ("content", "mapping", "sentence"),
    [
        (HEADER, "date=when,text=narrative", 'The file has no column "narrative". Its columns are "id", "when"'),
        (HEADER, "text:story", "does not say which column holds what"),
        (HEADER, "date=when", "Say which column holds what the customer said"),
        (b"", MAP, "The file is empty."),
        ("id,text".encode("utf-16"), MAP, "The file is UTF-16."),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_a_sentence(content: bytes, mapping: str, sentence: str) -> None:
    with pytest.raises(UserFacingError, match=sentence.replace('"', ".")):
        rows_of(content, mapping)


def test_a_file_without_ids_is_imported_once_all_the_same() -> None:
    how = Import(kind=CaseKind.COMPLAINT, source="bank", actor=User.objects.system(), now=NOW)
    for _ in range(2):
        import_cases(rows_of(b"story\nOne\nTwo\n", "text=story"), how, rejections=io.StringIO())

    assert Case.objects.count() == 2


def test_an_admin_may_not_import() -> None:
    how = Import(kind=CaseKind.COMPLAINT, source="bank", actor=UserFactory.create(role=Role.ADMIN), now=NOW)

    with pytest.raises(UserFacingError, match="may not log cases"):
        import_cases([Row(2, "1", "One")], how, rejections=io.StringIO())

    assert not Case.objects.exists()


def test_incidents_can_be_imported_and_get_their_part() -> None:
    run(HEADER + b"1,,,,Outage in the east\n", kind=CaseKind.INCIDENT)

    assert Case.objects.get().incident.affected == "Outage in the east"


def test_the_command_says_what_happened(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "complaints.csv"
    file.write_bytes(HEADER + b"1,,,,One\n2,,,,\n")

    call_command("import_cases", file, map=MAP)

    printed = capsys.readouterr().out
    assert "Cases imported: 1. In already: 0." in printed
    assert "complaints.rejected.csv" in printed
    assert (tmp_path / "complaints.rejected.csv").read_text().splitlines()[1].startswith("3,")


def test_the_command_refuses_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read or written: No such file"):
        call_command("import_cases", tmp_path / "missing.csv", map=MAP)
