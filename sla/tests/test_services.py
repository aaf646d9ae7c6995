from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.choices import Role
from accounts.models import User
from accounts.tests.factories import UserFactory
from cases.choices import Channel
from cases.models import Case
from cases.tests.factories import NOW, CaseFactory
from sla import services
from sla.choices import ClockState, Measure, PauseReason, SatisfiedBy, StartEvent
from sla.models import Clock, ClockEvent, RuleSetVersion
from sla.selectors.ledgers import events_of, standing_of
from sla.services.pauses import PauseRefusedError
from sla.tests.factories import (
    allow,
    make_house_policy,
    make_rule,
    make_rule_set,
    make_system_user,
    make_target,
    publish_calendar,
)

pytestmark = pytest.mark.django_db

# NOW is Friday 20 November 2026, 4:00pm in London, and London is on GMT.
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
def policy() -> RuleSetVersion:
    return make_house_policy()


@pytest.fixture
def leader() -> User:
    return UserFactory.create(role=Role.TEAM_LEADER, leads=True)


@pytest.fixture
def case(leader: User) -> Case:
    return CaseFactory.create(priority=1, team=leader.team)


def due(case: Case, code: str) -> datetime:
    return case.clocks.filter(target__code=code).latest("cycle").due_at


def state(case: Case, code: str) -> str:
    return case.clocks.filter(target__code=code).latest("cycle").state


def start(case: Case) -> list[Clock]:
    return services.start_clocks(case, actor=case.owner, now=NOW)


def test_starting_follows_the_first_rule_that_matches(policy: RuleSetVersion, case: Case) -> None:
    start(case)

    assert due(case, "acknowledge") == MONDAY + timedelta(hours=1)
    assert due(case, "update") == MONDAY + timedelta(hours=3)
    assert due(case, "final-response") == datetime(2026, 11, 27, 23, 59, 59, tzinfo=UTC)
    case.refresh_from_db()
    assert case.next_due_at == MONDAY + timedelta(hours=1)


def test_the_preview_is_what_logging_stores(policy: RuleSetVersion, case: Case) -> None:
    planned = services.preview_deadlines(
        kind=case.kind,
        priority=case.priority,
        category=None,
        team=case.team,
        channel=case.channel,
        received_at=case.received_at,
        now=NOW,
    )

    start(case)

    stored = {clock.target.code: clock.due_at for clock in case.clocks.with_policy()}
    assert {each.allowance.target.code: each.deadline.due for each in planned} == stored
    assert planned[0].rule.name == "Critical"
    assert planned[0].deadline.account[-1].text == "Due Monday 23 November 2026 at 10:00am"


def test_the_preview_names_the_rules_that_were_skipped(policy: RuleSetVersion) -> None:
    planned = services.preview_deadlines(
        kind="COMPLAINT", priority=3, category=None, team=None, channel="PHONE", received_at=NOW, now=NOW
    )

    assert [(each.rule.name, each.reason) for each in planned[0].skipped] == [
        ("Critical", "Only for priority P1 Critical.")
    ]


def test_starting_costs_the_same_queries_for_one_target_as_for_many(policy: RuleSetVersion) -> None:
    few, many = CaseFactory.create(priority=4), CaseFactory.create(priority=1)
    start(CaseFactory.create())
    with CaptureQueriesContext(
        connection,
    ) as for_few:
        start(few)
    with CaptureQueriesContext(connection) as for_many:
        start(many)

    assert len(for_many) == len(for_few) <= 11


def test_a_case_that_no_target_matches_says_so_in_its_history(case: Case) -> None:
    start(case)

    assert case.events.filter(action="clock.no_target").exists()
    assert not case.clocks.exists()


def test_an_acknowledgement_in_time_meets_its_clock_alone(policy: RuleSetVersion, case: Case) -> None:
    start(case)

    met = services.satisfy_clocks(case, satisfied_by=SatisfiedBy.ACKNOWLEDGED, at=MONDAY, actor=case.owner)

    assert [clock.target.code for clock in met] == ["acknowledge"]
    assert (met[0].state, met[0].satisfied_at, met[0].breached_at) == (ClockState.SATISFIED, MONDAY, None)
    case.refresh_from_db()
    assert case.next_due_at == due(case, "update")


def test_an_answer_too_late_meets_the_clock_and_keeps_the_breach(policy: RuleSetVersion, case: Case) -> None:
    start(case)

    met = services.satisfy_clocks(
        case, satisfied_by=SatisfiedBy.ACKNOWLEDGED, at=MONDAY + timedelta(hours=5), actor=case.owner
    )

    assert met[0].breached_at == MONDAY + timedelta(hours=1)
    assert list(met[0].events.values_list("kind", flat=True)) == ["STARTED", "BREACHED", "SATISFIED"]


def test_an_automatic_acknowledgement_counts_only_where_the_target_says_so(policy: RuleSetVersion, case: Case) -> None:
    start(case)
    services.satisfy_clocks(case, satisfied_by=SatisfiedBy.ACKNOWLEDGED, at=MONDAY, actor=case.owner, is_automatic=True)
    before = state(case, "acknowledge")
    policy.rule_set.targets.filter(code="acknowledge").update(counts_automatic=True)

    services.satisfy_clocks(case, satisfied_by=SatisfiedBy.ACKNOWLEDGED, at=MONDAY, actor=case.owner, is_automatic=True)

    assert (before, state(case, "acknowledge")) == (ClockState.RUNNING, ClockState.SATISFIED)


def test_only_the_channels_that_count_satisfy_a_target(policy: RuleSetVersion, case: Case) -> None:
    policy.rule_set.targets.filter(code="acknowledge").update(channels=[Channel.LETTER])
    start(case)

    services.satisfy_clocks(
        case, satisfied_by=SatisfiedBy.ACKNOWLEDGED, at=MONDAY, actor=case.owner, channel=Channel.PHONE
    )

    assert state(case, "acknowledge") == ClockState.RUNNING


def test_an_update_starts_the_next_interval(policy: RuleSetVersion, case: Case) -> None:
    start(case)

    services.satisfy_clocks(case, satisfied_by=SatisfiedBy.UPDATE_SENT, at=MONDAY, actor=case.owner)

    cycles = case.clocks.filter(target__code="update").order_by("cycle")
    assert [(clock.cycle, clock.state) for clock in cycles] == [(1, "SATISFIED"), (2, "RUNNING")]
    assert due(case, "update") == MONDAY + timedelta(hours=4)


def test_the_final_response_ends_the_updates(policy: RuleSetVersion, case: Case) -> None:
    start(case)

    services.satisfy_clocks(case, satisfied_by=SatisfiedBy.FINAL_RESPONSE, at=MONDAY, actor=case.owner)

    assert not case.clocks.open().exists()
    case.refresh_from_db()
    assert case.next_due_at is None


def test_a_chained_target_starts_when_the_one_before_is_met(case: Case, policy: RuleSetVersion) -> None:
    version = make_rule_set("Housing")
    first = make_target(version, "stage-1-acknowledge", SatisfiedBy.ACKNOWLEDGED)
    second = make_target(
        version, "stage-1-response", SatisfiedBy.FINAL_RESPONSE, starts_on=StartEvent.AFTER_TARGET, after=first
    )
    rule = make_rule(version)
    calendar = policy.rules.first().allowances.first().calendar
    allow(rule, first, 5, Measure.WORKING_DAYS, calendar)
    allow(rule, second, 10, Measure.WORKING_DAYS, calendar)
    start(case)

    services.satisfy_clocks(case, satisfied_by=SatisfiedBy.ACKNOWLEDGED, at=MONDAY, actor=case.owner)

    assert due(case, "stage-1-response").date().isoformat() == "2026-12-07"


def test_an_answer_that_comes_at_once_meets_the_chained_target_too(case: Case, policy: RuleSetVersion) -> None:
    version = make_rule_set("Housing")
    first = make_target(version, "stage-1-acknowledge", SatisfiedBy.ACKNOWLEDGED)
    second = make_target(
        version, "stage-1-response", SatisfiedBy.FINAL_RESPONSE, starts_on=StartEvent.AFTER_TARGET, after=first
    )
    rule = make_rule(version)
    calendar = policy.rules.first().allowances.first().calendar
    allow(rule, first, 5, Measure.WORKING_DAYS, calendar)
    allow(rule, second, 10, Measure.WORKING_DAYS, calendar)
    start(case)

    services.satisfy_clocks(case, satisfied_by=SatisfiedBy.FINAL_RESPONSE, at=MONDAY, actor=case.owner)

    assert state(case, "stage-1-response") == ClockState.SATISFIED


def test_one_message_reported_twice_starts_one_interval(policy: RuleSetVersion, case: Case) -> None:
    start(case)

    for _ in range(2):
        services.satisfy_clocks(case, satisfied_by=SatisfiedBy.UPDATE_SENT, at=MONDAY, actor=case.owner)

    assert case.clocks.filter(target__code="update").count() == 2


def test_the_policy_in_force_on_the_day_of_receipt_decides(policy: RuleSetVersion) -> None:
    policy.valid_to = NOW.date()
    policy.save()
    before = CaseFactory.create(received_at=NOW - timedelta(days=1))
    after = CaseFactory.create()

    start(before)
    start(after)

    assert before.clocks.exists()
    assert not after.clocks.exists()


def test_a_pause_moves_handling_clocks_and_leaves_customer_clocks(
    policy: RuleSetVersion, case: Case, leader: User
) -> None:
    start(case)
    final = due(case, "final-response")
    services.pause_clocks(
        case,
        reason=PauseReason.THIRD_PARTY,
        note="Asked for the bank statement.",
        expires_at=MONDAY + timedelta(days=3),
        actor=leader,
        now=NOW + timedelta(minutes=30),
    )
    paused = state(case, "acknowledge")

    services.resume_clocks(case, actor=leader, now=MONDAY + timedelta(hours=2))

    assert paused == ClockState.PAUSED
    assert state(case, "acknowledge") == ClockState.RUNNING
    assert due(case, "acknowledge") == MONDAY + timedelta(hours=1) + timedelta(minutes=30 + 120)
    assert due(case, "final-response") == final
    assert [event.action for event in case.events.order_by("seq")][-2:] == ["clock.paused", "clock.resumed"]


def test_a_pause_cannot_hide_what_is_already_late(policy: RuleSetVersion, case: Case, leader: User) -> None:
    start(case)

    with pytest.raises(PauseRefusedError, match="late clocks go on running"):
        services.pause_clocks(
            case,
            reason=PauseReason.THIRD_PARTY,
            note="",
            expires_at=MONDAY + timedelta(days=3),
            actor=leader,
            now=MONDAY + timedelta(hours=6),
        )

    assert not ClockEvent.objects.filter(kind="PAUSED").exists()


def test_an_agent_may_not_pause(policy: RuleSetVersion, case: Case) -> None:
    start(case)

    with pytest.raises(PermissionDenied, match="A team leader can"):
        services.pause_clocks(
            case,
            reason=PauseReason.THIRD_PARTY,
            note="",
            expires_at=MONDAY,
            actor=case.owner,
            now=NOW,
        )


def test_a_pause_without_a_near_end_is_refused(policy: RuleSetVersion, case: Case, leader: User) -> None:
    start(case)

    with pytest.raises(PauseRefusedError, match="within 42 days"):
        services.pause_clocks(
            case,
            reason=PauseReason.THIRD_PARTY,
            note="",
            expires_at=NOW + timedelta(days=43),
            actor=leader,
            now=NOW,
        )


def test_a_pause_that_expired_resumes_at_its_end_however_late_the_sweep(
    policy: RuleSetVersion, case: Case, leader: User
) -> None:
    start(case)
    services.pause_clocks(
        case, reason=PauseReason.THIRD_PARTY, note="", expires_at=MONDAY, actor=leader, now=NOW + timedelta(minutes=30)
    )

    system = make_system_user()
    first = services.resume_expired_pauses(actor=system, now=MONDAY + timedelta(hours=5))
    second = services.resume_expired_pauses(actor=system, now=MONDAY + timedelta(hours=5))

    assert (first, second) == (2, 0)
    assert due(case, "acknowledge") == MONDAY + timedelta(hours=1, minutes=30)


def test_a_case_that_gets_urgent_keeps_its_pauses(policy: RuleSetVersion, leader: User) -> None:
    case = CaseFactory.create(priority=4, team=leader.team)
    start(case)
    services.pause_clocks(
        case, reason=PauseReason.THIRD_PARTY, note="", expires_at=MONDAY, actor=leader, now=NOW + timedelta(minutes=30)
    )
    services.resume_clocks(case, actor=leader, now=MONDAY)
    case.priority = 1
    case.save()

    services.reprioritise_clocks(case, actor=leader, now=MONDAY)

    assert due(case, "acknowledge") == MONDAY + timedelta(hours=1, minutes=30)
    assert due(case, "final-response").date().isoformat() == "2026-11-27"
    assert due(case, "update") == MONDAY + timedelta(hours=3)
    kinds = case.clocks.get(target__code="acknowledge").events.values_list("kind", flat=True)
    assert list(kinds) == ["STARTED", "PAUSED", "RESUMED", "RETARGETED"]


def test_a_case_that_gets_less_urgent_stops_the_targets_that_no_longer_hold(
    policy: RuleSetVersion, case: Case, leader: User
) -> None:
    start(case)
    case.priority = 3
    case.save()

    services.reprioritise_clocks(case, actor=leader, now=NOW)

    assert state(case, "update") == ClockState.CANCELLED
    assert due(case, "final-response").date().isoformat() == "2027-01-15"


def test_changing_to_a_longer_target_does_not_undo_a_breach(policy: RuleSetVersion, case: Case, leader: User) -> None:
    start(case)
    case.priority = 3
    case.save()

    services.reprioritise_clocks(case, actor=leader, now=MONDAY + timedelta(hours=2))

    clock = case.clocks.get(target__code="acknowledge")
    assert clock.breached_at == MONDAY + timedelta(hours=1)
    assert clock.due_at > MONDAY + timedelta(hours=2)


def test_stopping_ends_every_clock(policy: RuleSetVersion, case: Case) -> None:
    start(case)

    services.stop_clocks(case, actor=case.owner, now=NOW)

    assert {clock.state for clock in case.clocks.all()} == {ClockState.CANCELLED}


def test_reopening_starts_again_what_the_policy_restarts(policy: RuleSetVersion, case: Case) -> None:
    start(case)
    services.satisfy_clocks(case, satisfied_by=SatisfiedBy.FINAL_RESPONSE, at=MONDAY, actor=case.owner)

    services.reopen_clocks(case, actor=case.owner, now=MONDAY + timedelta(days=7))

    clock = case.clocks.open().get()
    assert (clock.target.code, clock.cycle) == ("final-response", 2)
    assert clock.due_at.date().isoformat() == "2026-12-07"
    assert clock.events.get().kind == "RESTARTED"


def test_a_holiday_added_later_moves_open_clocks_and_leaves_ended_ones(policy: RuleSetVersion, case: Case) -> None:
    start(case)
    met = services.satisfy_clocks(case, satisfied_by=SatisfiedBy.ACKNOWLEDGED, at=NOW, actor=case.owner)[0]
    calendar = policy.rules.first().allowances.first().calendar
    version = publish_calendar(calendar, "mon-fri 09:00-17:00", {"day_2026_11_24": "Day of mourning"})

    move = services.move_open_clocks(version, actor=make_system_user(), now=NOW)
    services.move_open_clocks(version, actor=make_system_user(), now=NOW)

    assert (move.moved, move.finished_at) == (1, NOW)
    assert due(case, "final-response").date().isoformat() == "2026-11-30"
    met.refresh_from_db()
    assert met.calendar_version.number == 1
    assert case.events.filter(action="clock.recalculated").count() == 1


def test_bulk_started_and_finished_clocks_are_what_their_ledgers_say(policy: RuleSetVersion) -> None:
    cases = [CaseFactory.create(priority=priority) for priority in (1, 2, 3)]
    system = make_system_user()

    clocks = services.start_clocks_bulk(cases, actor=system, now=NOW)
    ends = [(clock, clock.due_at + timedelta(hours=number - 3)) for number, clock in enumerate(clocks[:6])]
    services.finish_clocks_bulk(ends, actor=system, now=NOW)

    assert len(clocks) == 7
    assert all(case.next_due_at for case in cases)
    ledgers = events_of(clocks)
    for clock in Clock.objects.all():
        standing = standing_of(ledgers[clock.pk])
        assert (clock.due_at, clock.state, clock.satisfied_at, clock.breached_at) == (
            standing.due,
            standing.state,
            standing.satisfied_at,
            standing.breached_at,
        )
