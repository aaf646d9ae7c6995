"""Policy that nobody could keep is refused at each door: the form, the pack loader, and the command."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts.choices import Role
from accounts.tests.factories import UserFactory
from cases.tests.factories import NOW
from policies.choices import VersionState
from policies.packs.records import PackError
from policies.services.packs import load_pack
from sla.choices import SatisfiedBy, StartEvent
from sla.models import CalendarVersion, RuleSet, Target
from sla.tests.factories import make_house_policy, make_system_user, make_target

pytestmark = pytest.mark.django_db

NO_HOURS = "has no opening hours, so its deadlines would never come. Enter at least one period on one weekday."
OVERLAP = "The periods on Tuesday overlap. End one before the next begins."
TOO_EARLY = "Closing time must be after opening time on Monday."
CIRCLE = "goes round in a circle"


@pytest.fixture
def house() -> RuleSet:
    """Return a set with a draft; its first target waits for its second, as far as a form can change that."""
    version = make_house_policy()
    first = version.rule_set.targets.get(code="acknowledge")
    make_target(version, "second", SatisfiedBy.HOLDING, starts_on=StartEvent.AFTER_TARGET, after=first)
    return version.rule_set


@pytest.fixture
def admin(client: Client, house: RuleSet) -> Client:
    client.force_login(UserFactory.create(role=Role.ADMIN, team=None))
    client.post(reverse("sla:draft_rules", args=["house"]))
    client.post(reverse("sla:draft_calendar", args=["office"]))
    return client


def hours(admin: Client, hours: str, time_zone: str = "Europe/London") -> Any:
    return admin.post(reverse("sla:calendar_hours", args=["office"]), {"hours": hours, "time_zone": time_zone})


def allowance(admin: Client, **typed: Any) -> Any:
    """Send a new rule that gives the acknowledgement what was typed, and all else what is sound."""
    target = Target.objects.get(code="acknowledge")
    office = CalendarVersion.objects.drafts().get().calendar_id
    sound = {"amount": 2, "measure": "WORKING_DAYS", "calendar": office}
    data = {f"target-{target.pk}-{name}": value for name, value in (sound | typed).items()}
    return admin.post(reverse("sla:rule_add", args=["house"]), {"name": "Any case"} | data)


def chain(admin: Client) -> Any:
    target, second = (Target.objects.get(code=code) for code in ("acknowledge", "second"))
    terms = {"name": target.name, "satisfied_by": "ACKNOWLEDGED", "longest_extension_days": 0}
    terms |= {"starts_on": "AFTER_TARGET", "after": second.pk}
    return admin.post(reverse("sla:target", args=["house", target.pk]), terms)


FORM = {
    "no opening hours": (lambda admin: hours(admin, ";"), "hours", NO_HOURS),
    "overlapping periods": (lambda admin: hours(admin, "tue 09:00-12:00 11:00-15:00"), "hours", OVERLAP),
    "closing before opening": (lambda admin: hours(admin, "mon 17:00-09:00"), "hours", TOO_EARLY),
    "unknown time zone": (lambda admin: hours(admin, "mon 09:00-17:00", "Mars/Base"), "time_zone", "Europe/London"),
    "target without a calendar": (lambda admin: allowance(admin, calendar=""), "calendar", "Select a calendar"),
    "cyclic chain": (chain, "after", CIRCLE),
    "negative duration": (lambda admin: allowance(admin, amount=-1), "amount", "How long must be 0 or more"),
    "absurd duration": (lambda admin: allowance(admin, amount=9000), "amount", "must be 3,660 or less"),
    "half a day": (lambda admin: allowance(admin, amount=2.5), "amount", "must be a whole number"),
}


@pytest.mark.parametrize("line", FORM)
def test_the_form_refuses_it_at_the_field_with_the_remedy(admin: Client, line: str) -> None:
    send, field, sentence = FORM[line]

    response = send(admin)

    assert response.status_code == 422
    forms = [response.context[name] for name in ("form", "hours_form") if name in response.context]
    forms += response.context.get("allowances", [])
    assert sentence in " ".join(error for form in forms for error in form.errors.get(field, []))
    assert not Target.objects.get(code="acknowledge").drafts.exists()


CALENDAR = """
- slug: tried
  name: Tried
  hours: {hours}
  time_zone: {zone}
"""
TARGETS = """
- code: first
  name: First
  satisfied_by: ACKNOWLEDGED
- code: second
  name: Second
  satisfied_by: HOLDING
  starts_on: AFTER_TARGET
  after: first
"""
CIRCULAR = TARGETS.replace("ACKNOWLEDGED\n", "ACKNOWLEDGED\n  starts_on: AFTER_TARGET\n  after: second\n")
RULE = """
- name: Any case
  allow:
    - {{ target: first, {terms} }}
"""


def files(
    hours: str = "mon 09:00-17:00", zone: str = "Europe/London", terms: str = "working_days: 2, calendar: tried"
) -> dict[str, str]:
    calendars, rules = CALENDAR.format(hours=hours, zone=zone), RULE.format(terms=terms)
    return {"calendars": calendars, "rule_sets": "- { name: Tried }", "targets": TARGETS, "rules": rules}


PACK = {
    "no opening hours": (files(hours="';'"), f"calendars.yaml, line 2: “hours”: The calendar Tried {NO_HOURS}"),
    "overlapping periods": (
        files(hours="tue 09:00-12:00 11:00-15:00"),
        f"calendars.yaml, line 2: “hours”: {OVERLAP}",
    ),
    "closing before opening": (files(hours="mon 17:00-09:00"), f"calendars.yaml, line 2: “hours”: {TOO_EARLY}"),
    "unknown time zone": (files(zone="Mars/Base"), "calendars.yaml, line 2: “time_zone” must be one such as"),
    "target without a calendar": (files(terms="working_days: 2"), "rules.yaml, line 4: “calendar” is missing."),
    "cyclic chain": (files() | {"targets": CIRCULAR}, f"targets.yaml, line 2: “after”: “After which target” {CIRCLE}"),
    "negative duration": (
        files(terms="working_days: -2, calendar: tried"),
        "rules.yaml, line 4: “working_days”: The time allowed must be a number above 0.",
    ),
    "absurd duration": (
        files(terms="working_days: 9000, calendar: tried"),
        "rules.yaml, line 4: “working_days”: The number of days, weeks or months allowed must be 3,660 or less.",
    ),
    "half a day": (
        files(terms="working_days: 2.5, calendar: tried"),
        "rules.yaml, line 4: “working_days”: Days, weeks and months allowed must be a whole number.",
    ),
}


@pytest.mark.parametrize("line", PACK)
def test_the_pack_loader_refuses_it_with_file_and_line(tmp_path: Path, line: str) -> None:
    contents, sentence = PACK[line]
    folder = tmp_path / "tried"
    folder.mkdir()
    for name, text in {**contents, "pack": "title: Tried\nvalid_from: 2026-01-01"}.items():
        (folder / f"{name}.yaml").write_text(text)
    if line == "cyclic chain":  # what the file closes into a circle is there from an earlier loading
        (folder / "targets.yaml").write_text(TARGETS)
        load_pack("tried", actor=make_system_user(), now=NOW, folder=tmp_path)
        (folder / "targets.yaml").write_text(contents["targets"])
    before = Target.objects.count()

    with pytest.raises(PackError) as refused:
        load_pack("tried", actor=make_system_user(), now=NOW, folder=tmp_path)

    assert f"tried/{sentence}" in str(refused.value)
    assert Target.objects.count() == before
    assert not Target.objects.filter(code="first").exclude(after=None).exists()


def close_the_circle(house: RuleSet) -> None:
    second = Target.objects.get(code="second")
    Target.objects.filter(code="acknowledge").update(starts_on=StartEvent.AFTER_TARGET, after=second)


def unpublish(house: RuleSet) -> None:
    CalendarVersion.objects.update(state=VersionState.DRAFT)


def nothing(house: RuleSet) -> None: ...


TRIED = ("--hours", "mon 09:00-17:00", "--working-hours", "1")
STORED = ("acknowledge", "--pack", "house")
COMMAND = {
    "no opening hours": (nothing, ("--hours", "", "--working-hours", "1"), f"--hours: The calendar tried {NO_HOURS}"),
    "overlapping periods": (
        nothing,
        ("--hours", "tue 09:00-12:00 11:00-15:00", "--working-hours", "1"),
        f"--hours: {OVERLAP}",
    ),
    "closing before opening": (
        nothing,
        ("--hours", "mon 17:00-09:00", "--working-hours", "1"),
        f"--hours: {TOO_EARLY}",
    ),
    "unknown time zone": (nothing, (*TRIED, "--zone", "Mars/Base"), "--zone: There is no time zone “Mars/Base”. Write"),
    "target without a calendar": (unpublish, STORED, "The calendar Office has no published version. Ask an admin"),
    "cyclic chain": (close_the_circle, STORED, CIRCLE),
    "negative duration": (nothing, (*TRIED[:3], "-1"), "--working-hours: The time allowed must be more than zero."),
    "absurd duration": (nothing, (*TRIED[:3], "1e300"), "--working-hours: The time allowed must be 10 years or less."),
    "no number": (nothing, (*TRIED[:3], "nan"), "--working-hours: The time allowed must be a number of hours"),
}


@pytest.mark.parametrize("line", COMMAND)
def test_the_command_refuses_it_with_the_option_and_the_remedy(house: RuleSet, line: str) -> None:
    prepare, arguments, sentence = COMMAND[line]
    prepare(house)

    with pytest.raises(CommandError) as refused:
        call_command("explain_deadline", *arguments, "--received", "2026-11-20T10:00", stdout=StringIO())

    assert sentence in str(refused.value)
