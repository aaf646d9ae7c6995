from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.core.management import call_command

from accounts.models import User
from policies import letters
from policies.choices import VersionState
from policies.models import (
    AuthorityLimit,
    Category,
    ChecklistTemplateItem,
    LetterTemplate,
    LoadedPack,
    PolicyVersion,
    PriorityRule,
    RootCause,
    Trigger,
)
from policies.packs.records import PackError
from policies.services.packs import load_pack

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
HOUSE = date(2020, 1, 1)


@pytest.fixture
def system() -> User:
    return User.objects.system()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "ours").mkdir()
    (tmp_path / "ours" / "pack.yaml").write_text("title: Ours\nvalid_from: 2026-01-01\n")
    return tmp_path


def write(folder: Path, section: str, text: str) -> None:
    (folder / "ours" / f"{section}.yaml").write_text(text, encoding="utf-8")


def test_the_house_pack_loads_whole(system: User) -> None:
    load_pack("house", actor=system, now=NOW)

    assert PriorityRule.objects.filter(clause__isnull=False).count() == 12
    assert Trigger.objects.count() == 10
    assert list(AuthorityLimit.objects.values_list("amount", flat=True)) == [50, 500, 2500]
    assert ChecklistTemplateItem.objects.filter(is_mandatory=True).exists()
    assert RootCause.objects.filter(parent__parent__isnull=False).exists()
    for template in LetterTemplate.objects.all():
        letters.check_fields(template.subject, template.body)


def test_loading_the_same_again_changes_nothing(system: User) -> None:
    load_pack("house", actor=system, now=NOW)
    LoadedPack.objects.all().delete()

    report = load_pack("house", actor=system, now=NOW)

    assert set(report.changed.values()) == {0}
    assert load_pack("house", actor=system, now=NOW).is_repeat


def test_a_new_day_ends_the_rule_before_and_keeps_it_for_older_cases(system: User, folder: Path) -> None:
    write(folder, "priority_matrix", "- {impact: 1, urgency: 1, priority: P4, valid_from: 2025-01-01}\n")
    load_pack("ours", actor=system, now=NOW, folder=folder)
    write(folder, "priority_matrix", "- {impact: 1, urgency: 1, priority: P2}\n")

    load_pack("ours", actor=system, now=NOW, folder=folder)

    rows = PriorityRule.objects.order_by("valid_from").values_list("priority", "valid_from", "valid_to")
    assert list(rows) == [(4, date(2025, 1, 1), date(2026, 1, 1)), (2, date(2026, 1, 1), None)]


def test_changed_words_publish_a_new_version(system: User, folder: Path) -> None:
    text = "- slug: rules\n  title: Rules\n  clauses:\n    - {number: '1', heading: One, text: Old words}\n"
    write(folder, "documents", text)
    load_pack("ours", actor=system, now=NOW, folder=folder)
    write(folder, "documents", text.replace("Old", "New"))

    load_pack("ours", actor=system, now=NOW, folder=folder)

    versions = PolicyVersion.objects.order_by("number").values_list("number", "state")
    assert list(versions) == [(1, VersionState.REPLACED), (2, VersionState.PUBLISHED)]


@pytest.mark.parametrize(
    ("section", "text", "sentence"),
    [
        ("triggers", "- code: a\n  label: A\n- code: b\n", "ours/triggers.yaml, line 3: “label” is missing."),
        ("triggers", "- {code: a, label: A, flor: P1}", "ours/triggers.yaml, line 1: “flor” is not known here."),
        ("triggers", "- code: a\n  code: b\n", "ours/triggers.yaml, line 2: “code” is given twice."),
        ("triggers", "code: a", "ours/triggers.yaml, line 1: a section is a list of records."),
        ("triggers", "- {code: a, label: A, priority_floor: P9}", "must be one of P1, P2, P3, P4; it is “P9”."),
        ("triggers", "- [\n", "ours/triggers.yaml, line 2: "),
        ("authority_limits", "- {role: AGENT, amount: lots}", "must be an amount in pounds"),
        ("authority_limits", "- {role: AGENT, amount: -5}", "must be between 0"),
        ("authority_limits", "- {role: AGENT, amount: 5, valid_from: soon}", "must be a date"),
        ("redress_ranges", "- {redress_type: REFUND, level: a, minimum: 5, maximum: 1}", "must be at least “minimum”"),
        ("priority_matrix", "- {impact: 9, urgency: 1, priority: P1}", "impact runs from 1 to 4"),
        ("checklists", "- {name: A, kind: COMPLAINT, category: Nope}", "there is no “Nope”"),
        ("priority_matrix", "- {impact: 1, urgency: 1, priority: P1, clause: no 1}", "no clause “no 1” in force"),
        ("letters", "- {name: A, purpose: GENERAL, subject: S, body: '{{ salary }}'}", "“salary” is not a merge field"),
        ("unheard_of", "- {}", "no part of the product knows the section"),
    ],
)
def test_a_mistake_names_its_file_and_line_and_nothing_is_written(
    system: User, folder: Path, section: str, text: str, sentence: str
) -> None:
    write(folder, "categories", "- name: Billing\n")
    write(folder, section, text)

    with pytest.raises(PackError) as refusal:
        load_pack("ours", actor=system, now=NOW, folder=folder)

    assert sentence in str(refusal.value)
    assert not Category.objects.exists()
    assert not LoadedPack.objects.exists()


def test_an_unknown_pack_is_refused_by_name(system: User) -> None:
    with pytest.raises(PackError, match="There is no policy pack “nope”"):
        load_pack("nope", actor=system, now=NOW)


def test_the_command_says_what_it_did(system: User, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("load_policy_pack", "house")
    call_command("load_policy_pack", "house")

    out = capsys.readouterr().out
    assert "House rules: triggers, 10 created or changed." in out
    assert "House rules: already loaded, nothing changed." in out
