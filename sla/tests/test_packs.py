import json
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path
from shutil import copytree

import pytest
from django.core.management import CommandError, call_command

from cases.tests.factories import NOW, CaseFactory
from policies.packs.records import PackError
from policies.services.packs import PACKS_DIR, available_packs, load_pack
from sla import services
from sla.models import Clock, RuleSet, RuleSetVersion, Target, WorkingCalendar
from sla.services.holidays import bank_holidays
from sla.tests.factories import make_system_user
from sla.tests.test_deadline_vectors import DATA, VECTORS, read_vectors

pytestmark = pytest.mark.django_db

needs_data = pytest.mark.skipif(not VECTORS.exists(), reason=f"{VECTORS.name} is not beside this checkout")
COLUMNS = {
    "src_3bd": ("fca-disp", "summary-resolution", "england-and-wales"),
    "disp_8w": ("fca-disp", "final-response", "england-and-wales"),
    "psd_15bd": ("fca-disp", "payment-services-response", "england-and-wales"),
    "psd_35bd": ("fca-disp", "payment-services-holding-limit", "england-and-wales"),
    "fos_6m_if_sent": ("fca-disp", "ombudsman-referral-limit", "england-and-wales"),
    "ho_ack_5wd": ("housing-code", "stage-1-acknowledge", "england-and-wales"),
    "dpa_ack_30d": ("data-protection", "complaint-acknowledgement", "england-and-wales"),
    "dsar_1m": ("data-protection", "access-request", "england-and-wales"),
    "scot_3bd": ("fca-disp", "summary-resolution", "scotland"),
    "ni_3bd": ("fca-disp", "summary-resolution", "northern-ireland"),
}


@pytest.fixture
def packs() -> None:
    """Load the packs of the regulators."""
    for name in sorted({*available_packs()} - {"house"}):
        load_pack(name, actor=make_system_user(), now=NOW)


@pytest.fixture
def house() -> None:
    load_pack("house", actor=make_system_user(), now=NOW)


def explain(*arguments: str) -> list[str]:
    output = StringIO()
    call_command("explain_deadline", *arguments, stdout=output)
    return output.getvalue().splitlines()


def due(*arguments: str) -> str:
    return explain(*arguments)[-1]


@needs_data
@pytest.mark.parametrize("column", COLUMNS)
def test_the_packs_give_the_published_deadlines(packs: None, column: str) -> None:
    pack, target, calendar = COLUMNS[column]

    for row in read_vectors():
        last = due(target, "--pack", pack, "--calendar", calendar, "--received", f"{row['received']}T10:00")
        assert last.startswith(f"due {row[column]}T"), row


@needs_data
@pytest.mark.parametrize("division", ["england-and-wales", "scotland", "northern-ireland"])
def test_the_holidays_on_weekdays_are_those_that_gov_uk_publishes(division: str) -> None:

    events = json.loads((DATA / "bank-holidays.json").read_text())[division]["events"]
    published = {date.fromisoformat(event["date"]) for event in events if event["date"] >= "2025"}

    accepted = {each.day for each in bank_holidays(division, range(2025, 2029)) if not each.is_one_off}

    assert {day for day in accepted if day.weekday() < 5} == {day for day in published if day.weekday() < 5}


def test_a_one_off_holiday_waits_to_be_accepted(packs: None) -> None:
    version = WorkingCalendar.objects.get(slug="scotland").versions.get()

    waiting = version.exceptions.filter(is_accepted=False)

    assert [(row.day, row.source[:8]) for row in waiting] == [(date(2026, 6, 15), "holidays")]


def test_the_ofcom_letter_is_due_after_six_weeks_from_the_day_that_the_rule_changed(packs: None) -> None:
    before = due("adr-letter", "--pack", "ofcom", "--received", "2026-04-07T10:00")
    after = due("adr-letter", "--pack", "ofcom", "--received", "2026-04-08T10:00")

    assert (before, after) == ("due 2026-06-02T23:59:59+01:00", "due 2026-05-20T23:59:59+01:00")


def test_a_breach_is_reported_within_72_hours_over_the_change_of_the_clocks(packs: None) -> None:
    arguments = ("breach-notification", "--pack", "data-protection", "--received", "2026-10-24T10:00+01:00")

    assert due(*arguments) == "due 2026-10-27T09:00:00+00:00"


def test_a_pause_stops_a_handling_clock_and_not_a_customer_clock(packs: None) -> None:
    pause = ("--pause", "2026-01-07T09:00/2026-01-09T09:00")
    data = ("--pack", "data-protection", "--received", "2026-01-05T10:00", *pause)

    request = due("access-request", *data)
    complaint = explain("complaint-acknowledgement", *data)

    assert request == "due 2026-02-09T23:59:59+00:00"  # two days on is Saturday the 7th, so it rolls
    assert complaint[-1] == "due 2026-02-04T23:59:59+00:00"
    assert "Pauses are left out: this is a customer clock, and those never pause." in complaint


def test_the_account_names_the_rules_passed_over(house: None) -> None:
    lines = explain("acknowledge", "--priority", "P2", "--received", "2026-11-20T16:00")

    assert lines[0] == "Skipped rule “Critical complaint”: Only for priority P1 Critical."
    assert lines[-1] == "due 2026-11-23T10:00:00+00:00"


def test_hours_can_be_tried_without_a_pack() -> None:
    tried = ("--hours", "mon-fri 08:00-17:00", "--working-hours", "8", "--received", "2026-01-06T16:00")

    assert due(*tried) == "due 2026-01-07T15:00:00+00:00"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("nonsense", "--pack", "fca-disp", "--received", "2026-01-05"), "There are: acknowledge, final-response"),
        (("final-response", "--pack", "none", "--received", "2026-01-05"), "There is no policy pack “none”"),
        (("access-request", "--calendar", "mars", "--received", "2026-01-05"), "There is no calendar “mars”"),
        (("access-request", "--received", "tomorrow"), "is not a date and time"),
        (("adr-letter", "--pack", "ofcom", "--received", "1999-01-05"), "no rules in force on 1999-01-05"),
        (("access-request", "--received", "2026-01-05", "--pause", "now"), "is not a pause"),
        (("--received", "2026-01-05"), "Name a target"),
        (("--hours", "mon-fri 17:00-08:00", "--working-hours", "1", "--received", "2026-01-05"), "on Monday"),
        (("--hours", "", "--working-hours", "1", "--received", "2026-01-05"), "no opening hours"),
        (("--hours", "mon 09:00-17:00", "--working-hours", "-1", "--received", "2026-01-05"), "more than zero"),
        (
            ("--hours", "mon 09:00-17:00", "--working-hours", "1", "--received", "2026-01-05", "--zone", "Mars/Base"),
            "no time zone “Mars/Base”",
        ),
    ],
)
def test_what_cannot_be_worked_out_is_refused_with_the_remedy(
    packs: None, arguments: tuple[str, ...], sentence: str
) -> None:
    if "--pack" not in arguments:
        arguments += ("--pack", "data-protection")

    with pytest.raises(CommandError, match=sentence):
        explain(*arguments)


def test_loading_again_after_an_edit_publishes_only_what_changed(packs: None, tmp_path: Path) -> None:
    versions = RuleSetVersion.objects.count()
    folder = copy_of("ofcom", tmp_path)
    rules = folder / "rules.yaml"
    rules.write_text(rules.read_text().replace("weeks: 6", "weeks: 4"))

    load_pack("ofcom", actor=make_system_user(), now=NOW, folder=tmp_path)

    assert RuleSetVersion.objects.count() == versions + 1
    after = due("adr-letter", "--pack", "ofcom", "--received", "2026-04-08T10:00")
    before = due("adr-letter", "--pack", "ofcom", "--received", "2026-04-07T10:00")
    assert (before, after) == ("due 2026-06-02T23:59:59+01:00", "due 2026-05-06T23:59:59+01:00")


LATER = (
    "mon-fri 09:00-17:00\n  later_weeks:\n    - {{ valid_from: 2026-06-01, hours: mon-fri 09:00-17:00, time_zone: {} }}"
)


def test_a_pack_may_let_another_time_zone_take_over(tmp_path: Path) -> None:
    calendars = copy_of("ofcom", tmp_path) / "calendars.yaml"
    calendars.write_text(calendars.read_text().replace("mon-fri 09:00-17:00", LATER.format("Asia/Tokyo"), 1))

    load_pack("ofcom", actor=make_system_user(), now=NOW, folder=tmp_path)

    assert due("adr-letter", "--pack", "ofcom", "--received", "2026-05-01T10:00") == "due 2026-06-12T23:59:59+09:00"


@pytest.mark.parametrize(
    ("file", "old", "new", "sentence"),
    [
        (
            "rules",
            "weeks: 8",
            "weeks: -8",
            r"ofcom/rules.yaml, line 4: “weeks”: The time allowed must be a number above 0",
        ),
        (
            "rules",
            "weeks: 8",
            "weeks: 99999",
            r"line 4: “weeks”: The number of days, weeks or months allowed must be 3,660",
        ),
        ("rules", "weeks: 8", "fortnights: 4", r"line 4: Say how long with one of working_hours"),
        ("rules", "calendar: england-and-wales", "calendar: mars", r"line 4: “calendar” is “mars”"),
        ("rules", "target: adr-letter", "target: nothing", r"line 4: “target” is “nothing”, which is not known"),
        ("calendars", "mon-fri 09:00-17:00", "mon-fri 17:00-09:00", r"line 3: “hours”: Closing time must be after"),
        ("calendars", "mon-fri 09:00-17:00", LATER.format("Mars/Base"), r"line 7: “time_zone” must be one such as"),
        ("calendars", "holidays: scotland", "holidays: mars", r"“holidays” must be one of"),
        (
            "targets",
            "satisfied_by: FINAL_RESPONSE",
            "satisfied_by: FINAL_RESPONSE\n  starts_on: AFTER_TARGET\n  after: adr-letter",
            r"targets.yaml, line 1: “after” must name a target above this one",
        ),
    ],
)
def test_a_pack_that_cannot_hold_is_refused_by_file_and_line(
    tmp_path: Path, file: str, old: str, new: str, sentence: str
) -> None:
    folder = copy_of("ofcom", tmp_path)
    path = folder / f"{file}.yaml"
    path.write_text(path.read_text().replace(old, new))

    with pytest.raises(PackError, match=sentence):
        load_pack("ofcom", actor=make_system_user(), now=NOW, folder=tmp_path)

    assert not WorkingCalendar.objects.exists()


def test_every_house_rule_starts_clocks_that_its_ladder_watches(house: None) -> None:
    case = CaseFactory.create(priority=2)

    clocks = services.start_clocks(case, actor=case.owner, now=NOW)

    assert {clock.target.code for clock in clocks} == {
        "acknowledge",
        "first-response",
        "update",
        "handling",
        "final-response",
    }
    assert all(clock.next_reminder_at for clock in clocks)


def test_only_the_house_rules_are_active_at_first(packs: None, house: None) -> None:
    assert list(RuleSet.objects.filter(is_active=True).values_list("slug", flat=True)) == ["house"]


def test_what_no_source_confirms_is_flagged(packs: None) -> None:
    assert Target.objects.filter(is_unconfirmed=True).count() == 2


def test_replaying_finds_nothing_on_a_healthy_database_and_names_what_was_tampered_with(house: None) -> None:
    case = CaseFactory.create(priority=2)
    services.start_clocks(case, actor=case.owner, now=NOW)
    healthy = StringIO()
    call_command("replay_clocks", stdout=healthy)
    Clock.objects.filter(target__code="acknowledge").update(due_at=datetime(2027, 1, 1, tzinfo=UTC))

    with pytest.raises(CommandError, match="do not follow from their ledgers"):
        call_command("replay_clocks", stdout=StringIO())

    assert healthy.getvalue() == "5 clocks worked out again, 0 differ.\n"


def copy_of(pack: str, folder: Path) -> Path:
    return Path(copytree(PACKS_DIR / pack, folder / pack))
