"""What is shown before publishing is what happens after it: for new cases only, and for the open ones too."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from accounts.choices import Role
from accounts.tests.factories import UserFactory
from cases.models import Case
from cases.tests.factories import NOW, CaseFactory
from policies.choices import VersionState
from sla import services
from sla.choices import Measure, PauseReason, SatisfiedBy
from sla.models import Clock, ClockMove, RuleSet, RuleSetVersion, Target
from sla.selectors.effects import Effect, carried, effect_of, effect_so_far, joined
from sla.selectors.targets import terms_of
from sla.services.rules import draft_rules
from sla.services.targets import change_target
from sla.tests.factories import allow, make_house_policy, make_target

pytestmark = pytest.mark.django_db

RECEIVED = NOW - timedelta(hours=5)


@pytest.fixture(autouse=True)
def now(time_machine: Any) -> datetime:
    time_machine.move_to(NOW, tick=False)
    return NOW


@pytest.fixture
def cases() -> list[Case]:
    """Return two critical cases and one of another priority, each received five hours before it was logged."""
    make_house_policy()
    cases = [CaseFactory.create(priority=each, received_at=RECEIVED, logged_at=NOW) for each in (1, 1, 3)]
    for case in cases:
        services.start_clocks(case, actor=case.owner, now=NOW)
    return cases


@pytest.fixture
def draft(cases: list[Case]) -> RuleSetVersion:
    admin = UserFactory.create(role=Role.ADMIN, team=None)
    return draft_rules(RuleSet.objects.get(), actor=admin, now=NOW)


def target(code: str) -> Target:
    return Target.objects.get(code=code)


def change(draft: RuleSetVersion, code: str, **changed: Any) -> None:
    assert draft.written_by
    change_target(draft, target(code), terms_of(target(code)) | changed, actor=draft.written_by)


def publish(client: Client, open_cases: str) -> str:
    client.force_login(UserFactory.create(role=Role.MANAGER, team=None))
    data = {"valid_from": "2026-11-20", "open_cases": open_cases, "note": "Another target."}
    return client.post(reverse("sla:publish_rules", args=["house"]), data, follow=True).content.decode()


def dues() -> dict[tuple[int, str], tuple[datetime, str]]:
    rows = Clock.objects.values_list("case", "target__code", "due_at", "state")
    return {(case, code): (due_at, state) for case, code, due_at, state in rows}


def counted(effect: Effect) -> tuple[int, int, int]:
    return effect.moved, effect.started, effect.ended


def start_when_logged(draft: RuleSetVersion) -> None:
    change(draft, "acknowledge", starts_on="LOGGED")


def count_from_receipt_and_pause_no_more(draft: RuleSetVersion) -> None:
    change(draft, "update", starts_on="LOGGED", is_customer_clock=True)


def allow_another_target(draft: RuleSetVersion) -> None:
    callback = make_target(draft, "call-back", SatisfiedBy.FIRST_RESPONSE)
    rule = draft.rules.get(name="Everything else")
    allow(rule, callback, 1, Measure.WORKING_HOURS, rule.allowances.get(target__code="acknowledge").calendar)


def start_what_waited_for_a_request(draft: RuleSetVersion) -> None:
    """A target that no case has yet, as it waits for a colleague, starts with the case."""
    for version in draft.rule_set.versions.all():
        found = Target.objects.filter(code="inform").first()
        inform = found or make_target(draft, "inform", SatisfiedBy.REPORTED, starts_on="ON_REQUEST")
        rule = version.rules.get(name="Critical")
        allow(rule, inform, 72, Measure.ELAPSED_HOURS, rule.allowances.get(target__code="acknowledge").calendar)
    change(draft, "inform", starts_on="RECEIVED")


def take_a_target_out(draft: RuleSetVersion) -> None:
    draft.rules.get(name="Critical").allowances.get(target__code="update").delete()


def allow_longer(draft: RuleSetVersion) -> None:
    draft.rules.get(name="Critical").allowances.filter(target__code="final-response").update(amount=10)


CHANGES = [
    (start_when_logged, (3, 0, 0)),
    (count_from_receipt_and_pause_no_more, (2, 0, 0)),
    (allow_another_target, (0, 1, 0)),
    (start_what_waited_for_a_request, (0, 2, 0)),
    (take_a_target_out, (0, 0, 2)),
    (allow_longer, (2, 0, 0)),
]


@pytest.mark.parametrize(("write", "expected"), CHANGES)
def test_open_cases_change_exactly_as_was_shown(
    client: Client, draft: RuleSetVersion, write: Any, expected: tuple[int, int, int]
) -> None:
    write(draft)
    effect = effect_of(draft, now=NOW)
    before = dues()

    answer = publish(client, "OPEN")

    after, move = dues(), ClockMove.objects.get()
    assert counted(effect) == expected
    assert (move.moved, move.started, move.ended) == expected
    assert f"{expected[0]} open deadlines moved, {expected[1]} started, {expected[2]} ended." in answer
    changed = {key: after[key] for key in after if after[key] != before.get(key)}
    shown = {(each.case.pk, each.target.code): each.new_due_at for each in effect.moves}
    assert {key: due_at if state == "RUNNING" else None for key, (due_at, state) in changed.items()} == shown
    call_command("replay_clocks")


@pytest.mark.parametrize("write", [write for write, _ in CHANGES])
def test_new_cases_only_leaves_every_open_deadline(client: Client, draft: RuleSetVersion, write: Any) -> None:
    write(draft)
    before = dues()

    publish(client, "NEW")

    assert dues() == before
    assert not ClockMove.objects.exists()


def test_the_page_says_what_either_choice_would_do(client: Client, draft: RuleSetVersion) -> None:
    start_when_logged(draft)
    take_a_target_out(draft)
    allow_another_target(draft)
    client.force_login(UserFactory.create(role=Role.MANAGER, team=None))

    page = client.get(reverse("sla:publish_rules", args=["house"])).content.decode()

    words = " ".join(page.split())
    assert 'New cases only</dt> <dd class="mb-0"> No open deadline would move, start or end.' in words
    assert "3 open deadlines would move: 3 later, 0 sooner; 0 become late at once." in words
    assert "1 deadline would start, 1 of them late already." in words
    assert "2 open deadlines would end." in words
    assert ("Does not run" in words, "Ends" in words) == (True, True)


def test_until_they_move_open_cases_are_judged_by_what_the_target_was(
    client: Client, cases: list[Case], draft: RuleSetVersion
) -> None:
    change(draft, "acknowledge", channels=["LETTER"])
    publish(client, "NEW")
    new = CaseFactory.create(priority=1)
    services.start_clocks(new, actor=new.owner, now=NOW)

    for case in (cases[0], new):
        services.satisfy_clocks(case, satisfied_by=SatisfiedBy.ACKNOWLEDGED, at=NOW, actor=case.owner, channel="EMAIL")

    assert not cases[0].clocks.get(target__code="acknowledge").is_open
    assert new.clocks.get(target__code="acknowledge").is_open


def test_a_target_that_ceases_to_repeat_still_repeats_for_cases_that_did_not_move(
    client: Client, cases: list[Case], draft: RuleSetVersion
) -> None:
    change(draft, "update", repeats=False)
    publish(client, "NEW")

    services.satisfy_clocks(cases[0], satisfied_by=SatisfiedBy.UPDATE_SENT, at=NOW, actor=cases[0].owner)

    assert list(cases[0].clocks.filter(target__code="update").values_list("state", flat=True)) == [
        "SATISFIED",
        "RUNNING",
    ]


def test_an_older_version_shows_its_targets_as_they_were(client: Client, draft: RuleSetVersion) -> None:
    change(draft, "acknowledge", starts_on="LOGGED", counts_automatic=True)
    publish(client, "NEW")
    page = reverse("sla:rule_set", args=["house"])

    old, new = (client.get(f"{page}?version={number}").content.decode() for number in (1, 2))

    assert ("an automatic message counts" in old, "an automatic message counts" in new) == (False, True)
    assert ("When the case was logged" in old, "When the case was logged" in new) == (False, True)
    assert "→" not in new


def test_a_paused_clock_that_may_not_pause_any_more_runs_again_as_was_shown(
    client: Client, cases: list[Case], draft: RuleSetVersion
) -> None:
    leader = UserFactory.create(role=Role.MANAGER, team=None)
    case = cases[2]
    services.pause_clocks(
        case,
        reason=PauseReason.THIRD_PARTY,
        note="",
        expires_at=NOW + timedelta(days=5),
        actor=leader,
        now=NOW - timedelta(hours=1),
    )
    change(draft, "acknowledge", is_customer_clock=True)
    effect = effect_of(draft, now=NOW)
    expected = {each.case.pk: each.new_due_at for each in effect.moves if each.target.code == "acknowledge"}

    publish(client, "OPEN")

    clock = case.clocks.get(target__code="acknowledge")
    assert (clock.state, clock.due_at) == ("RUNNING", expected[case.pk])
    assert list(clock.events.values_list("kind", flat=True)) == ["STARTED", "PAUSED", "RESUMED", "RETARGETED"]


def test_a_case_that_moved_stays_with_its_version_when_its_priority_changes(
    client: Client, cases: list[Case], draft: RuleSetVersion
) -> None:
    draft.rules.get(name="Everything else").allowances.filter(target__code="final-response").update(amount=4)
    draft.rules.get(name="Critical").allowances.filter(target__code="final-response").update(amount=10)
    RuleSetVersion.objects.filter(pk=draft.pk).update(valid_from=date(2026, 11, 21))
    client.force_login(UserFactory.create(role=Role.MANAGER, team=None))
    data = {"valid_from": "2026-11-21", "open_cases": "OPEN", "note": "For what comes from tomorrow on."}
    client.post(reverse("sla:publish_rules", args=["house"]), data)
    case = cases[0]
    moved = case.clocks.get(target__code="final-response").due_at

    case.priority = 3
    case.save()
    services.reprioritise_clocks(case, actor=case.owner, now=NOW)
    clock = case.clocks.get(target__code="final-response")

    assert moved.date() == date(2026, 12, 4)
    assert clock.allowance.rule.version.number == draft.number
    assert clock.due_at.date() == date(2026, 12, 18)


def test_a_closed_case_is_given_nothing_new(client: Client, cases: list[Case], draft: RuleSetVersion) -> None:
    Case.objects.filter(pk=cases[2].pk).update(closed_at=NOW)
    allow_another_target(draft)

    effect = effect_of(draft, now=NOW)
    publish(client, "OPEN")

    assert effect.started == 0
    assert not Clock.objects.filter(target__code="call-back").exists()


def test_a_set_that_is_off_starts_nothing(cases: list[Case], draft: RuleSetVersion) -> None:
    RuleSet.objects.update(is_active=False)
    allow_another_target(draft)
    Clock.objects.filter(case=cases[0]).update(state="CANCELLED")

    effect = effect_of(RuleSetVersion.objects.get(state=VersionState.DRAFT), now=NOW)

    assert (effect.total, effect.started) == (2, 0)


def test_slices_add_up_to_the_whole(draft: RuleSetVersion, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sla.selectors.effects.BATCH", 1)
    start_when_logged(draft)
    take_a_target_out(draft)
    allow_another_target(draft)
    whole = effect_of(draft, now=NOW)

    pieces = effect_of(draft, now=NOW, limit=1)
    while pieces.after:
        before = effect_so_far(carried(pieces))
        assert before
        pieces = joined(before, effect_of(draft, now=NOW, after=before.after or 0, limit=1))

    assert pieces == whole
    assert (whole.total, whole.checked, whole.changed) == (3, 3, 6)


def test_what_a_target_becomes_is_tried_with_the_draft(client: Client, draft: RuleSetVersion) -> None:
    change(draft, "acknowledge", starts_on="ON_REQUEST")
    client.force_login(UserFactory.create(role=Role.ADMIN, team=None))
    tried = {"version": draft.number, "kind": "COMPLAINT", "priority": "1", "received": "2026-11-20T16:00"}

    page = client.get(reverse("sla:rule_set", args=["house"]), tried).content.decode()

    assert "When a colleague starts it: worked out as if that were the moment of receipt." in page


def test_the_history_of_a_case_says_what_started_and_what_ended(
    client: Client, cases: list[Case], draft: RuleSetVersion
) -> None:
    take_a_target_out(draft)

    publish(client, "OPEN")

    event = cases[0].events.get(action="clock.retargeted")
    assert event.fields == ["update.due_at"]
    assert cases[0].clocks.get(target__code="update").ended_at == NOW.astimezone(UTC)
