from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django.urls import reverse

from accounts.choices import Role
from accounts.models import SettingsChange
from accounts.tests.factories import UserFactory
from cases.models import Case
from cases.tests.factories import NOW, CaseFactory
from policies.choices import VersionState
from sla.models import CalendarVersion, DeadlineExample, RuleSet, RuleSetVersion, TargetDraft
from sla.selectors.clocks import clocks_of
from sla.selectors.effects import effect_of
from sla.selectors.targets import terms_of
from sla.services import start_clocks
from sla.tests.factories import make_example, make_house_policy, make_settings

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now(time_machine: object) -> datetime:
    time_machine.move_to(NOW, tick=False)
    return NOW


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(UserFactory.create(role=Role.ADMIN, team=None, full_name="Ada Reed"))
    return client


@pytest.fixture
def manager() -> Client:
    client = Client()
    client.force_login(UserFactory.create(role=Role.MANAGER, team=None))
    return client


@pytest.fixture
def case() -> Case:
    make_house_policy()
    case = CaseFactory.create(priority=1)
    start_clocks(case, actor=case.owner, now=NOW)
    return case


def url(name: str, *args: object) -> str:
    return reverse(f"sla:{name}", args=args)


def final_due(case: Case) -> date:
    return case.clocks.get(target__code="final-response").due_at.date()


def rule_form(version: RuleSetVersion, **fields: object) -> dict[str, object]:
    """Return what the form of the critical rule would send, with another final response."""
    rule = version.rules.get(name="Critical")
    data: dict[str, object] = {"name": rule.name, "kind": "", "priority": 1, "category": "", "team": "", "channel": ""}
    for allowance in rule.allowances.all():
        prefix = f"target-{allowance.target_id}"
        data |= {
            f"{prefix}-amount": allowance.amount,
            f"{prefix}-measure": allowance.measure,
            f"{prefix}-calendar": allowance.calendar_id,
            f"{prefix}-counts_from_next_day": "on",
        }
    final = rule.allowances.get(target__code="final-response").target_id
    return data | {f"target-{final}-{name}": value for name, value in fields.items()}


def write_draft(admin: Client, **fields: object) -> RuleSetVersion:
    admin.post(url("draft_rules", "house"))
    draft = RuleSetVersion.objects.get(state=VersionState.DRAFT)
    rule = draft.rules.get(name="Critical")
    response = admin.post(url("rule", "house", rule.pk), rule_form(draft, **fields))
    assert response.status_code == 302, response.context["form"].errors
    return draft


def test_a_draft_is_a_copy_that_changes_nothing_yet(admin: Client, case: Case) -> None:
    draft = write_draft(admin, amount=10)

    assert [str(each) for each in draft.rules.all()] == ["Critical", "Everything else"]
    again = CaseFactory.create(priority=1)
    start_clocks(again, actor=again.owner, now=NOW)
    assert final_due(again) == final_due(case) == date(2026, 11, 27)


def test_the_effect_is_shown_before_and_happens_only_for_new_cases(admin: Client, manager: Client, case: Case) -> None:
    write_draft(admin, amount=10)
    page = manager.get(url("publish_rules", "house")).content.decode()

    response = manager.post(
        url("publish_rules", "house"), {"valid_from": "2026-11-20", "open_cases": "NEW", "note": "Ten days."}
    )

    assert "1 open deadline would move" in page
    assert response.status_code == 302
    new = CaseFactory.create(priority=1)
    start_clocks(new, actor=new.owner, now=NOW)
    assert (final_due(case), final_due(new)) == (date(2026, 11, 27), date(2026, 12, 4))


def test_a_long_effect_is_shown_slice_by_slice(
    admin: Client, manager: Client, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sla.selectors.effects.BATCH", 1)
    monkeypatch.setattr("sla.views.rules.SLICE", 1)
    for _ in range(2):
        another = CaseFactory.create(priority=1)
        start_clocks(another, actor=another.owner, now=NOW)
    write_draft(admin, amount=10)
    page = manager.get(url("publish_rules", "house"))
    shown = [page.content.decode()]
    while next_url := page.context["next_url"]:
        page = manager.get(next_url, headers={"HX-Request": "true"})
        shown.append(page.content.decode())

    assert "1 of 3" in shown[0]
    assert len(shown) == 4
    assert "<html" not in shown[-1]
    assert "3 open deadlines would move" in shown[-1]
    assert page.context["effect"].checked == 3
    assert len(page.context["effect"].moves) == 3


@pytest.mark.parametrize("query", ["after=x", "after=1", "after=9999999999999&total=1", "after=0&found=1:2,x"])
def test_an_address_that_nobody_wrote_shows_the_effect_from_the_start(
    admin: Client, manager: Client, case: Case, query: str
) -> None:
    write_draft(admin, amount=10)

    response = manager.get(f"{url('publish_rules', 'house')}?{query}")

    assert response.status_code == 200
    assert "1 open deadline would move" in response.content.decode()


def test_open_cases_move_too_when_asked(admin: Client, manager: Client, case: Case) -> None:
    write_draft(admin, amount=10)

    manager.post(url("publish_rules", "house"), {"valid_from": "2026-11-20", "open_cases": "OPEN", "note": "Ten."})

    assert final_due(case) == date(2026, 12, 4)
    assert case.events.filter(action="clock.retargeted").count() == 1


def test_the_author_cannot_publish(admin: Client, case: Case) -> None:
    write_draft(admin, amount=10)

    response = admin.post(
        url("publish_rules", "house"), {"valid_from": "2026-11-20", "open_cases": "NEW", "note": "Ten."}
    )

    assert response.status_code == 422
    assert "someone else must publish them" in response.content.decode()
    assert RuleSetVersion.objects.filter(state=VersionState.DRAFT).exists()


def test_a_failing_example_blocks_publishing(manager: Client) -> None:
    draft, example = make_settings(), make_example()
    draft.rules.get().allowances.update(amount=6)

    response = manager.post(
        url("publish_rules", "sample"), {"valid_from": "2026-11-20", "open_cases": "NEW", "note": "Six weeks."}
    )

    assert response.status_code == 422
    assert f"“{example.name}” is due 2 Mar 2026" in response.content.decode()


def test_a_rule_that_an_earlier_one_covers_is_marked(admin: Client, case: Case) -> None:
    admin.post(url("draft_rules", "house"))
    draft = RuleSetVersion.objects.get(state=VersionState.DRAFT)
    admin.post(url("rule_up", "house", draft.rules.get(name="Everything else").pk))

    page = admin.get(url("rule_set", "house") + "?version=2").content.decode()

    assert page.count("Never reached") == 1


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"amount": -1}, "must be 0 or more"),
        ({"amount": "soon"}, "must be a number"),
        ({"amount": 9999}, "must be 3,660 or less"),
        ({"calendar": ""}, "Select a calendar"),
        ({"calendar": 99999}, "the choices shown"),
    ],
)
def test_an_allowance_that_cannot_be_is_refused_in_words(
    admin: Client, case: Case, fields: dict[str, object], sentence: str
) -> None:
    admin.post(url("draft_rules", "house"))
    draft = RuleSetVersion.objects.get(state=VersionState.DRAFT)
    rule = draft.rules.get(name="Critical")

    response = admin.post(url("rule", "house", rule.pk), rule_form(draft, **fields))

    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert rule.allowances.count() == 3


def test_trying_a_case_shows_the_deadline_with_its_account(admin: Client, case: Case) -> None:
    query = {"kind": "COMPLAINT", "priority": "1", "received": "2026-11-20T16:00"}

    page = admin.get(url("rule_set", "house"), query).content.decode()

    assert "Monday 23 November 2026 at 10:00am" in page
    assert "Mon 23 Nov, 9:00am to 10:00am" in page


def test_what_was_tried_can_be_kept_as_a_test(admin: Client, case: Case) -> None:
    target = RuleSet.objects.get().targets.get(code="final-response")
    tried = {"kind": "COMPLAINT", "priority": "1", "received": "2026-11-20T16:00"}

    admin.post(url("example_add", "house"), tried | {"name": "Critical on a Friday", "target": target.pk})

    example = DeadlineExample.objects.get()
    assert example.expected_due_at == datetime(2026, 11, 27, 23, 59, 59, tzinfo=UTC)


def test_switching_a_set_off_stops_new_clocks(admin: Client, case: Case) -> None:
    admin.post(url("switch", "house"))

    new = CaseFactory.create(priority=1)
    assert start_clocks(new, actor=new.owner, now=NOW) == []


def draft_calendar(admin: Client) -> CalendarVersion:
    admin.post(url("draft_calendar", "office"))
    return CalendarVersion.objects.get(state=VersionState.DRAFT)


def test_a_holiday_is_added_previewed_and_published_by_a_second_person(
    admin: Client, manager: Client, case: Case
) -> None:
    draft = draft_calendar(admin)
    added = {"day": "2026-11-24", "kind": "CLOSURE", "name": "Flood", "hours": ""}
    admin.post(url("exception_add", "office"), added)
    effect = effect_of(draft, now=NOW)

    own = admin.post(url("publish_calendar", "office"), {"open_cases": "OPEN", "note": "Flood."})
    second = manager.post(url("publish_calendar", "office"), {"open_cases": "OPEN", "note": "Flood."})

    assert (effect.later, effect.sooner, effect.moves[0].new_due_at.date()) == (1, 0, date(2026, 11, 30))
    assert (own.status_code, second.status_code) == (422, 302)
    assert final_due(case) == date(2026, 11, 30)


def test_proposed_holidays_count_only_once_they_are_ticked(admin: Client, case: Case) -> None:
    draft = draft_calendar(admin)
    admin.post(url("holidays", "office"), {"division": "england-and-wales", "year": 2027})
    proposed = draft.exceptions.filter(is_accepted=False).count()
    good_friday = draft.exceptions.get(day=date(2027, 3, 26))

    admin.post(url("accept", "office"), {"accepted": [good_friday.pk, "999999", "x"]})

    assert proposed >= 8
    assert list(draft.exceptions.filter(is_accepted=True)) == [good_friday]
    assert good_friday.source.startswith("holidays ")


@pytest.mark.parametrize(
    ("hours", "sentence"),
    [
        ("mon 17:00-09:00", "Closing time must be after opening time on Monday"),
        ("tue 09:00-12:00 11:00-15:00", "The periods on Tuesday overlap"),
        (";", "has no opening hours"),
        ("whenever", "does not begin with weekdays"),
    ],
)
def test_hours_that_cannot_be_kept_come_back_with_the_remedy(
    admin: Client, case: Case, hours: str, sentence: str
) -> None:
    draft = draft_calendar(admin)

    response = admin.post(url("calendar_hours", "office"), {"hours": hours, "time_zone": "Europe/London"})

    assert response.status_code == 422
    assert sentence in response.content.decode()
    draft.refresh_from_db()
    assert draft.hours == "mon-fri 09:00-17:00"


def test_hours_that_change_later_hold_for_the_days_from_then_on(admin: Client, manager: Client, case: Case) -> None:
    draft = draft_calendar(admin)
    later = {"week-valid_from": "2026-11-24", "week-hours": "mon-tue 09:00-17:00"}

    added = admin.post(url("week_add", "office"), later)
    admin.post(url("week_add", "office"), later | {"week-valid_from": "2027-01-01"})
    admin.post(url("week_drop", "office", draft.weeks.get(valid_from=date(2027, 1, 1)).pk))
    manager.post(url("publish_calendar", "office"), {"open_cases": "OPEN", "note": "Two days a week."})

    assert added.status_code == 302
    assert final_due(case) == date(2026, 12, 7)  # Mon 23, Tue 24, Mon 30, Tue 1 and Mon 7
    assert "From Tuesday 24 November 2026" in admin.get(url("calendar", "office")).content.decode()
    assert list(draft_calendar(admin).weeks.values_list("hours", flat=True)) == ["mon-tue 09:00-17:00"]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"week-hours": "mon 17:00-09:00"}, "on Monday from Tuesday 24 November 2026"),
        ({"week-hours": ";"}, "has no opening hours from"),
        ({"week-valid_from": "soon"}, "must be a real date"),
    ],
)
def test_later_hours_that_cannot_be_kept_are_refused(
    admin: Client, case: Case, fields: dict[str, str], sentence: str
) -> None:
    draft = draft_calendar(admin)
    later = {"week-valid_from": "2026-11-24", "week-hours": "mon-tue 09:00-17:00"}

    response = admin.post(url("week_add", "office"), later | fields)

    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not draft.weeks.exists()


def test_an_unknown_time_zone_is_refused(admin: Client, case: Case) -> None:
    draft_calendar(admin)

    response = admin.post(url("calendar_hours", "office"), {"hours": "mon 09:00-12:00", "time_zone": "Mars/Base"})

    assert response.status_code == 422
    assert "such as Europe/London" in response.content.decode()


def test_a_published_calendar_cannot_be_changed(admin: Client, case: Case) -> None:
    response = admin.post(url("calendar_hours", "office"), {"hours": "mon 09:00-12:00", "time_zone": "Europe/London"})

    assert response.status_code == 404


def test_everybody_reads_what_is_in_force_and_not_the_draft(admin: Client, client: Client, case: Case) -> None:
    draft_calendar(admin)
    agent = Client()
    agent.force_login(case.owner)

    page, draft = agent.get(url("calendar", "office")), agent.get(url("calendar", "office") + "?version=2")

    assert (page.status_code, draft.status_code) == (200, 404)
    assert "Open draft" not in page.content.decode()


def test_a_draft_of_rules_is_discarded_with_what_it_changes(admin: Client, case: Case) -> None:
    draft = write_draft(admin, amount=10)
    acknowledge = RuleSet.objects.get().targets.get(code="acknowledge")
    TargetDraft.objects.create(version=draft, target=acknowledge, **terms_of(acknowledge) | {"repeats": True})

    asked = admin.get(url("discard_rules", "house")).content.decode()
    kept = RuleSetVersion.objects.filter(pk=draft.pk).exists()
    done = admin.post(url("discard_rules", "house"), follow=True)

    assert "with 2 rules and what it changes about 1 target." in asked
    assert kept
    assert "The draft of House is discarded." in done.content.decode()
    assert [str(each) for each in RuleSetVersion.objects.all()] == ["House v1"]
    assert final_due(case) == date(2026, 11, 27)
    assert SettingsChange.objects.filter(what="Discarded House v2").count() == 1
    assert admin.post(url("discard_rules", "house")).status_code == 404


def test_a_draft_of_a_calendar_is_discarded(admin: Client, manager: Client, case: Case) -> None:
    draft = draft_calendar(admin)
    admin.post(url("exception_add", "office"), {"day": "2026-11-24", "kind": "CLOSURE", "name": "Flood", "hours": ""})

    refused = manager.post(url("discard_calendar", "office"))
    asked = admin.get(url("discard_calendar", "office")).content.decode()
    admin.post(url("discard_calendar", "office"))

    assert refused.status_code == 403
    assert f"Version {draft.number} goes with its hours and dates." in asked
    assert [str(each) for each in CalendarVersion.objects.all()] == ["Office v1"]
    assert not draft_calendar(admin).exceptions.exists()


def test_another_time_zone_takes_over_on_a_day_to_come(admin: Client, manager: Client, case: Case) -> None:
    draft_calendar(admin)
    later = {"week-valid_from": "2026-11-25", "week-hours": "mon-fri 09:00-17:00", "week-time_zone": "Asia/Tokyo"}

    admin.post(url("week_add", "office"), later)
    effect = effect_of(CalendarVersion.objects.get(state=VersionState.DRAFT), now=NOW)
    manager.post(url("publish_calendar", "office"), {"open_cases": "OPEN", "note": "We move to Tokyo."})

    due_at = case.clocks.get(target__code="final-response").due_at
    assert due_at == datetime(2026, 11, 27, 14, 59, 59, tzinfo=UTC)  # the end of Friday 27 in Tokyo
    assert [move.new_due_at for move in effect.moves] == [due_at]
    page = admin.get(url("calendar", "office")).content.decode()
    assert "Time zone Asia/Tokyo from then on" in page
    shown = [line.text for line in clocks_of(case, now=NOW)[-1].account]
    assert "Other opening hours hold from Wednesday 25 November 2026, in the time zone Asia/Tokyo" in shown
    assert list(draft_calendar(admin).weeks.values_list("time_zone", flat=True)) == ["Asia/Tokyo"]


def test_an_unknown_later_time_zone_is_refused(admin: Client, case: Case) -> None:
    draft = draft_calendar(admin)
    later = {"week-valid_from": "2026-11-25", "week-hours": "mon-fri 09:00-17:00", "week-time_zone": "Mars/Base"}

    response = admin.post(url("week_add", "office"), later)

    assert response.status_code == 422
    assert "such as Europe/London" in response.content.decode()
    assert not draft.weeks.exists()
