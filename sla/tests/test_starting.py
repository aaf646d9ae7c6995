"""What starts a clock besides receipt: a colleague, awareness, an acknowledgement, a stage, an answer, another target."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from accounts.choices import Role
from accounts.models import User
from accounts.tests.factories import UserFactory
from cases.choices import CaseStatus, Channel, ContactPurpose, Direction
from cases.models import Case, Referral
from cases.services.contacts import log_contact
from cases.services.support import record_support
from cases.tests.factories import NOW, CaseFactory
from policies.models import SupportNeed, Trigger
from policies.services.packs import load_pack
from sla import services
from sla.choices import SECOND_STAGE, ClockState, Measure, SatisfiedBy, StartEvent
from sla.models import Clock, RuleSet, RuleSetVersion
from sla.selectors.breaches import breach_obstacles
from sla.selectors.effects import effect_of
from sla.selectors.replay import cases_with_another_next_due, replay
from sla.services.starting import StartRefusedError
from sla.tests.factories import allow, make_calendar, make_rule, make_rule_set, make_system_user, make_target

pytestmark = pytest.mark.django_db

RECEIVED = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)


@pytest.fixture
def policy() -> RuleSetVersion:
    """Return one rule with a target for each start event, each allowing 72 hours on the clock."""
    version, calendar = make_rule_set(), make_calendar()
    rule = make_rule(version)
    targets = {
        "breach-notification": (SatisfiedBy.REPORTED, {"starts_on": StartEvent.AWARE}),
        "access-request": (SatisfiedBy.FINAL_RESPONSE, {"starts_on": StartEvent.ON_REQUEST}),
        "investigate": (SatisfiedBy.UPDATE_SENT, {"starts_on": StartEvent.ACKNOWLEDGED, "is_customer_clock": False}),
        "second-look": (SatisfiedBy.ACKNOWLEDGED, {"starts_on": StartEvent.STAGE_ENTERED, "stage": SECOND_STAGE}),
        "decide": (SatisfiedBy.FINAL_RESPONSE, {"starts_on": StartEvent.STAGE_ENTERED, "stage": CaseStatus.RETURNED}),
        "ombudsman": (SatisfiedBy.REFERRED, {"starts_on": StartEvent.ANSWERED, "is_window": True}),
        "summary-route": (SatisfiedBy.FINAL_RESPONSE, {"is_window": True}),
    }
    for code, (satisfied_by, fields) in targets.items():
        target = make_target(version, code, satisfied_by, **fields)
        allow(rule, target, 72, Measure.ELAPSED_HOURS, calendar)
    return version


@pytest.fixture
def leader() -> User:
    return UserFactory.create(role=Role.TEAM_LEADER, leads=True)


@pytest.fixture
def case(policy: RuleSetVersion, leader: User) -> Case:
    case = CaseFactory.create(team=leader.team, received_at=RECEIVED, logged_at=RECEIVED)
    services.start_clocks(case, actor=case.owner, now=RECEIVED)
    return case


def codes(case: Case, **conditions: object) -> set[str]:
    return set(case.clocks.filter(**conditions).values_list("target__code", flat=True))


def start_breach(case: Case, actor: User, starts_at: datetime, reason: str = "") -> Clock:
    target = RuleSet.objects.get().targets.get(code="breach-notification")
    return services.start_target(case, target_id=target.pk, starts_at=starts_at, reason=reason, actor=actor, now=NOW)


def tick(now: datetime) -> None:
    services.remind(actor=make_system_user(), now=now)


def test_only_what_starts_with_the_case_starts_with_it(case: Case) -> None:
    assert codes(case) == {"summary-route"}


def test_awareness_is_not_receipt_and_the_past_needs_a_reason_and_a_leader(case: Case, leader: User) -> None:
    aware = NOW - timedelta(hours=5)

    with pytest.raises(PermissionDenied, match="A team leader can"):
        start_breach(case, case.owner, aware, "Told at noon.")
    with pytest.raises(StartRefusedError, match="Say how you know"):
        start_breach(case, leader, aware)
    with pytest.raises(StartRefusedError, match="in the future"):
        start_breach(case, leader, NOW + timedelta(hours=1), "Soon.")
    clock = start_breach(case, leader, aware, "Told at noon.")

    assert (clock.started_at, clock.due_at) == (aware, aware + timedelta(hours=72))
    assert case.events.get(action="clock.started").happened_at == NOW


def test_the_owner_starts_a_clock_from_now_or_from_receipt_once(case: Case) -> None:
    clock = start_breach(case, case.owner, RECEIVED)

    assert clock.started_at == RECEIVED
    case.refresh_from_db()
    assert case.next_due_at == clock.due_at
    with pytest.raises(StartRefusedError, match="runs already"):
        start_breach(case, case.owner, NOW)


def test_a_changed_case_keeps_what_a_colleague_started(case: Case, leader: User) -> None:
    clock = start_breach(case, case.owner, NOW)
    case.priority = 1
    case.save()

    services.reprioritise_clocks(case, actor=leader, now=NOW)

    clock.refresh_from_db()
    assert clock.state == ClockState.RUNNING


def test_a_report_to_the_regulator_is_recorded_by_hand(case: Case, leader: User) -> None:
    clock = start_breach(case, case.owner, NOW)

    with pytest.raises(StartRefusedError, match="after the clock started"):
        services.record_met(clock, at=NOW - timedelta(hours=1), note="", actor=leader, now=NOW)
    met = services.record_met(clock, at=NOW, note="Reference IC-1.", actor=case.owner, now=NOW)

    assert met.state == ClockState.SATISFIED
    assert case.events.filter(action="clock.recorded").count() == 1
    route = case.clocks.get(target__code="summary-route")
    with pytest.raises(StartRefusedError, match="not by hand"):
        services.record_met(route, at=NOW, note="", actor=case.owner, now=NOW)


def test_the_first_acknowledgement_starts_what_counts_from_it(case: Case, leader: User) -> None:
    for hours in (1, 2):
        log_contact(
            case,
            actor=leader,
            now=RECEIVED + timedelta(hours=hours),
            direction=Direction.OUT,
            channel=Channel.PHONE,
            purpose=ContactPurpose.ACKNOWLEDGEMENT,
            body="We have your complaint.",
        )

    assert case.clocks.get(target__code="investigate").started_at == RECEIVED + timedelta(hours=1)


@pytest.mark.parametrize(("stage", "code"), [(SECOND_STAGE, "second-look"), (CaseStatus.RETURNED, "decide")])
def test_a_stage_starts_its_clocks(case: Case, leader: User, stage: str, code: str) -> None:
    services.enter_stage(case, stage=stage, actor=leader, now=NOW)
    services.enter_stage(case, stage=stage, actor=leader, now=NOW)

    assert case.clocks.filter(target__code=code).count() == 1
    assert codes(case, state=ClockState.RUNNING) == {"summary-route", code}


def test_a_window_that_passes_makes_nobody_late(case: Case, leader: User) -> None:
    route = case.clocks.get(target__code="summary-route")
    before = case.next_due_at
    tick(route.due_at)
    at_the_moment = Clock.objects.get(pk=route.pk).state

    tick(route.due_at + timedelta(minutes=1))

    route.refresh_from_db()
    assert (before, at_the_moment, route.state) == (None, ClockState.RUNNING, ClockState.CANCELLED)
    assert (route.breached_at, route.ended_at) == (None, route.due_at)
    assert route.events.latest("pk").kind == "LAPSED"
    assert breach_obstacles(case, now=NOW) == []
    assert [differences for _, differences in replay() if differences] == []


def test_an_answer_after_the_window_does_not_use_it(case: Case, leader: User) -> None:
    late = RECEIVED + timedelta(days=4)

    services.satisfy_clocks(case, satisfied_by=SatisfiedBy.FINAL_RESPONSE, at=late, actor=leader)

    route = case.clocks.get(target__code="summary-route")
    assert (route.state, route.ended_at) == (ClockState.CANCELLED, route.due_at)


def test_the_customers_own_limit_begins_with_the_answer_and_outlives_the_case(case: Case, leader: User) -> None:
    first, second = NOW, NOW + timedelta(days=2)
    for at in (first, second):
        services.satisfy_clocks(case, satisfied_by=SatisfiedBy.FINAL_RESPONSE, at=at, actor=leader)
    services.stop_clocks(case, actor=leader, now=second)

    limits = case.clocks.filter(target__code="ombudsman").order_by("cycle")
    assert [(clock.started_at, clock.state) for clock in limits] == [(first, "CANCELLED"), (second, "RUNNING")]
    assert list(cases_with_another_next_due()) == []


def test_a_rule_may_ask_why_the_case_was_referred(policy: RuleSetVersion, leader: User) -> None:
    harm = Trigger.objects.create(code="harm", label="Risk of harm")
    policy.rules.update(trigger=harm)
    plain, referred = CaseFactory.create(team=leader.team), CaseFactory.create(team=leader.team)
    Referral.objects.create(case=referred, main_trigger=harm)

    for each in (plain, referred):
        services.start_clocks(each, actor=leader, now=NOW)

    assert (codes(plain), codes(referred)) == (set(), {"summary-route"})
    assert plain.events.filter(action="clock.no_target").exists()


def test_a_rule_may_ask_what_the_customer_needs(policy: RuleSetVersion, leader: User) -> None:
    need = SupportNeed.objects.create(code="more-time", label="More time", what_we_do="Do not rush.")
    policy.rules.update(need=need)
    plain, supported = CaseFactory.create(team=leader.team), CaseFactory.create(team=leader.team)
    supported.customer.support_needs.add(need)

    for each in (plain, supported):
        services.start_clocks(each, actor=leader, now=NOW)

    assert (codes(plain), codes(supported)) == (set(), {"summary-route"})


def test_a_need_that_is_written_down_moves_every_open_case_of_the_customer(
    policy: RuleSetVersion, leader: User
) -> None:
    need = SupportNeed.objects.create(code="more-time", label="More time", what_we_do="Do not rush.")
    policy.rules.update(need=need)
    case = CaseFactory.create(team=leader.team)
    other = CaseFactory.create(team=leader.team, customer=case.customer)
    closed = CaseFactory.create(team=leader.team, customer=case.customer, status=CaseStatus.CLOSED, closed_at=NOW)

    record_support(case, needs=[need], note="", actor=leader, now=NOW)

    assert [codes(each) for each in (case, other, closed)] == [{"summary-route"}, {"summary-route"}, set()]


def test_the_effect_of_rules_asks_what_customers_need(policy: RuleSetVersion, leader: User) -> None:
    need = SupportNeed.objects.create(code="more-time", label="More time", what_we_do="Do not rush.")
    cases = [CaseFactory.create(team=leader.team) for _ in range(2)]
    for each in cases:
        services.start_clocks(each, actor=leader, now=NOW)
    cases[0].customer.support_needs.add(need)
    policy.rules.update(need=need)

    effect = effect_of(policy, now=NOW)

    assert (effect.checked, {move.case for move in effect.moves}) == (2, {cases[1]})
    assert effect.ended == effect.changed == cases[1].clocks.open().count() > 0


def test_the_pages_start_and_record(client: Client, case: Case, leader: User, time_machine: object) -> None:
    time_machine.move_to(NOW, tick=False)
    client.force_login(leader)
    target = RuleSet.objects.get().targets.get(code="breach-notification")
    address = reverse("sla:start", args=[case.reference])
    values = {"target": target.pk, "since": "OTHER", "moment": "", "reason": ""}

    offered = client.get(address).content.decode()
    without = client.post(address, values)
    refused = client.post(address, values | {"moment": "2026-11-20T12:00"})
    started = client.post(address, values | {"moment": "2026-11-20T12:00", "reason": "Told at noon."})
    clock = case.clocks.get(target=target)
    record = reverse("sla:record", args=[case.reference, clock.pk])
    recorded = client.post(record, {"at": "2026-11-20T15:00", "note": "Reference IC-1."})

    assert "Breach notification: 72 hours on the clock" in offered
    assert (without.status_code, refused.status_code, started.status_code, recorded.status_code) == (422, 422, 302, 302)
    assert "Say how you know that it began earlier." in refused.content.decode()
    clock.refresh_from_db()
    assert clock.satisfied_at == datetime(2026, 11, 20, 15, tzinfo=UTC)


@pytest.fixture
def regulator(leader: User) -> RuleSet:
    load_pack("fca-disp", actor=make_system_user(), now=NOW)
    rule_set = RuleSet.objects.get(slug="fca-disp")
    RuleSet.objects.filter(pk=rule_set.pk).update(is_active=True)
    return rule_set


def test_a_holding_letter_turns_fifteen_business_days_into_thirty_five(regulator: RuleSet, leader: User) -> None:
    received = datetime(2026, 1, 5, 10, 0, tzinfo=UTC)
    case = CaseFactory.create(team=leader.team, received_at=received, logged_at=received)
    Referral.objects.create(case=case, main_trigger=Trigger.objects.get(code="payment-services"))
    services.start_clocks(case, actor=leader, now=received)
    before = codes(case)

    log_contact(
        case,
        actor=leader,
        now=datetime(2026, 1, 20, 10, 0, tzinfo=UTC),
        direction=Direction.OUT,
        channel=Channel.LETTER,
        purpose=ContactPurpose.HOLDING,
        body="We need longer, because the other bank has not answered.",
    )

    assert before == {"acknowledge", "summary-resolution", "payment-services-response"}
    limit = case.clocks.get(target__code="payment-services-holding-limit")
    assert limit.due_at.isoformat() == "2026-02-23T23:59:59+00:00"
    assert case.clocks.get(target__code="payment-services-response").state == ClockState.SATISFIED
