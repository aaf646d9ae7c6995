from datetime import UTC, datetime, timedelta
from unittest import mock

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.choices import Delivery, EmailState, Role
from accounts.models import NewsPreference, Notification, OutboxEmail, User
from accounts.services.digests import send_digests
from accounts.tests.factories import UserFactory
from cases.models import Case, NamedColleague
from cases.tests.factories import NOW, CaseFactory
from sla import services
from sla.choices import DEADLINE_LATE, DEADLINE_NEAR, PauseReason, SatisfiedBy
from sla.models import Clock, Reminder, ReminderStep, Target
from sla.services import reminding
from sla.tasks import tick
from sla.tests.factories import make_house_policy, make_ladder, make_system_user

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DUE = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)  # 16 working hours after Friday at 4:00pm
THREE_QUARTERS = NOW + (DUE - NOW) * 0.75
LATE = DUE + timedelta(minutes=1)


@pytest.fixture(autouse=True)
def policy() -> None:
    make_ladder(make_house_policy().rule_set)


@pytest.fixture
def leader() -> User:
    return UserFactory.create(role=Role.TEAM_LEADER, leads=True)


@pytest.fixture
def case(leader: User) -> Case:
    return started(CaseFactory.create(priority=4, team=leader.team))


def started(case: Case, now: datetime = NOW) -> Case:
    services.start_clocks(case, actor=case.owner, now=now)
    return case


def remind(now: datetime) -> int:
    return services.remind(actor=make_system_user(), now=now)


def told(person: User) -> list[str]:
    return list(Notification.objects.filter(recipient=person).order_by("pk").values_list("text", flat=True))


def test_nobody_is_told_before_the_time(case: Case) -> None:
    assert remind(THREE_QUARTERS - timedelta(minutes=1)) == 0
    assert not Notification.objects.exists()


def test_the_owner_is_told_first_and_then_the_leader(case: Case, leader: User) -> None:
    first = remind(THREE_QUARTERS)
    second = remind(LATE)

    assert (first, second) == (1, 2)
    assert told(case.owner) == [
        f"{case.reference}. Acknowledge: due in 8 working hours (Tue 24 Nov, 4:00pm)",
        f"{case.reference}. Acknowledge: late by 1 working minute (Tue 24 Nov, 4:00pm)",
    ]
    assert len(told(leader)) == 1


def test_each_step_is_told_once_however_often_the_tick_comes(case: Case) -> None:
    for minutes in (0, 0, 1, 2):
        remind(LATE + timedelta(minutes=minutes))

    assert Reminder.objects.count() == 3
    assert Notification.objects.count() == OutboxEmail.objects.count() == 2  # the owner's two steps make one line


def test_the_breach_is_written_down_by_the_tick(case: Case) -> None:
    remind(LATE)

    clock = case.clocks.get(target__code="acknowledge")
    assert clock.breached_at == DUE
    assert clock.events.latest("pk").kind == "BREACHED"


def test_the_e_mail_waits_for_working_hours_and_says_why_it_came(case: Case) -> None:
    remind(THREE_QUARTERS)  # Monday at 4:00pm
    early = OutboxEmail.objects.get()
    services.satisfy_clocks(case, satisfied_by=SatisfiedBy.ACKNOWLEDGED, at=THREE_QUARTERS, actor=case.owner)
    other = started(CaseFactory.create(priority=4, owner=case.owner, team=case.team))
    Clock.objects.filter(case=other).update(next_reminder_at=DUE)

    remind(datetime(2026, 11, 24, 20, 0, tzinfo=UTC))

    assert early.send_after == THREE_QUARTERS
    assert "You own this case." in early.body
    assert {email.send_after for email in OutboxEmail.objects.exclude(pk=early.pk)} == {
        datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
    }


def test_an_e_mail_waits_for_the_recipients_own_morning(case: Case) -> None:
    case.owner.time_zone = "America/New_York"
    case.owner.save()

    remind(THREE_QUARTERS + timedelta(hours=12))  # 4:00am on Tuesday in London, 11:00pm on Monday in New York

    assert OutboxEmail.objects.get().send_after == datetime(2026, 11, 24, 14, 0, tzinfo=UTC)


def test_what_was_met_or_paused_is_not_told(case: Case, leader: User) -> None:
    services.satisfy_clocks(case, satisfied_by=SatisfiedBy.ACKNOWLEDGED, at=NOW, actor=case.owner)
    other = started(CaseFactory.create(priority=4, team=leader.team))
    services.pause_clocks(
        other, reason=PauseReason.THIRD_PARTY, note="", expires_at=LATE + timedelta(days=2), actor=leader, now=MONDAY
    )

    assert remind(LATE) == 0


def test_a_colleague_behind_the_wall_is_not_told(case: Case, leader: User) -> None:
    NamedColleague.objects.create(case=case, colleague=leader)

    remind(LATE)

    assert told(leader) == []
    assert len(told(case.owner)) == 1


def test_the_leader_stands_in_where_nobody_owns_the_case(leader: User) -> None:
    case = CaseFactory.create(priority=4, team=leader.team, logged_by=leader, owner=None)
    services.start_clocks(case, actor=leader, now=NOW)

    remind(THREE_QUARTERS)

    assert len(told(leader)) == 1


def test_two_deadlines_of_one_case_make_one_line(leader: User) -> None:
    case = started(CaseFactory.create(priority=1, team=leader.team))

    remind(MONDAY + timedelta(hours=3, minutes=1))

    assert len(told(case.owner)) == 1
    assert "; Update" in told(case.owner)[0]
    assert Reminder.objects.filter(recipient=case.owner).count() == 4


def test_an_earlier_deadline_is_told_again_and_a_slightly_later_one_is_not(case: Case, leader: User) -> None:
    remind(THREE_QUARTERS)
    case.priority = 1
    case.save()
    services.reprioritise_clocks(case, actor=leader, now=THREE_QUARTERS)
    remind(THREE_QUARTERS)

    generations = Reminder.objects.filter(clock__target__code="acknowledge").values_list("generation", flat=True)
    assert set(generations) == {1, 2}


def test_a_clock_that_starts_late_is_told_of_the_last_step_alone(leader: User) -> None:
    UserFactory.create(role=Role.MANAGER, team=None)
    case = started(CaseFactory.create(priority=4, team=leader.team, received_at=NOW - timedelta(days=9)))

    remind(NOW)

    told_of = Reminder.objects.filter(clock__case=case).values_list("clock__target__code", "step__code")
    assert list(told_of) == [("acknowledge", "late-manager")]


def test_a_batch_that_fails_leaves_nothing_and_is_told_later(case: Case) -> None:
    with mock.patch.object(reminding, "_write", side_effect=DatabaseError("gone")):
        assert remind(LATE) == 0
    nothing = Notification.objects.count() + Reminder.objects.count()

    assert nothing == 0
    assert remind(LATE) == 3


def test_one_bad_clock_holds_up_nobody_else(case: Case, leader: User) -> None:
    other = started(CaseFactory.create(priority=4, team=leader.team))
    original = reminding._news

    def fail_for_the_first(recipient: User, dues: list, *, now: datetime) -> reminding.News:
        if dues[0].clock.case_id == case.pk:
            raise DatabaseError("bad row")
        return original(recipient, dues, now=now)

    with mock.patch.object(reminding, "_news", side_effect=fail_for_the_first):
        given = remind(LATE)

    assert given == 3
    assert len(told(other.owner)) == 1


def test_the_tick_costs_as_much_for_twenty_due_clocks_as_for_two(leader: User) -> None:
    for _ in range(2):
        started(CaseFactory.create(priority=4, team=leader.team, owner=leader))
    make_system_user()
    with CaptureQueriesContext(connection) as few:
        remind(THREE_QUARTERS)
    for _ in range(20):
        started(CaseFactory.create(priority=4, team=leader.team, owner=leader))
    with CaptureQueriesContext(connection) as many:
        remind(THREE_QUARTERS)

    assert len(many) == len(few) <= 19


def test_a_tick_without_anything_due_asks_hardly_anything(case: Case, django_assert_max_num_queries: object) -> None:
    make_system_user()
    with django_assert_max_num_queries(5):
        remind(NOW)


def test_a_person_who_wants_a_daily_summary_gets_one_email(case: Case) -> None:
    for kind in (DEADLINE_NEAR, DEADLINE_LATE):
        NewsPreference.objects.create(person=case.owner, kind=kind, delivery=Delivery.DAILY)

    remind(THREE_QUARTERS)
    remind(LATE)
    at_once = OutboxEmail.objects.filter(recipient=case.owner).count()
    send_digests(now=LATE + timedelta(days=1))

    assert at_once == 0
    summary = OutboxEmail.objects.get(recipient=case.owner)
    assert set(Reminder.objects.filter(recipient=case.owner).values_list("line__digest_email", flat=True)) == {
        summary.pk
    }


def test_who_switched_deadlines_off_is_told_of_severe_ones_alone(case: Case, leader: User) -> None:
    NewsPreference.objects.create(person=leader, kind=DEADLINE_LATE, delivery=Delivery.OFF)
    NewsPreference.objects.create(person=case.owner, kind=DEADLINE_LATE, delivery=Delivery.OFF)
    ReminderStep.objects.filter(code="due-leader").update(any_hour=True)

    remind(LATE)

    assert (len(told(leader)), told(case.owner)[1:]) == (1, [])
    assert Reminder.objects.count() == 3


def test_an_email_that_waits_for_the_morning_is_withdrawn_when_the_deadline_was_met(case: Case) -> None:
    evening = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)
    Clock.objects.filter(case=case, target__code="acknowledge").update(next_reminder_at=evening)
    remind(evening)
    email = OutboxEmail.objects.get()
    services.satisfy_clocks(case, satisfied_by=SatisfiedBy.ACKNOWLEDGED, at=evening, actor=case.owner)

    early, due = services.withdraw_stale(now=evening), services.withdraw_stale(now=email.send_after)

    assert (early, due) == (0, 1)
    email.refresh_from_db()
    assert email.state == EmailState.WITHDRAWN


def test_an_email_about_another_deadline_that_still_runs_goes_out(leader: User) -> None:
    case = started(CaseFactory.create(priority=1, team=leader.team))
    remind(MONDAY + timedelta(hours=3, minutes=1))
    services.satisfy_clocks(case, satisfied_by=SatisfiedBy.ACKNOWLEDGED, at=LATE, actor=leader)

    assert services.withdraw_stale(now=LATE + timedelta(days=1)) == 0


def test_a_window_is_told_of_by_the_steps_that_name_it(case: Case) -> None:
    target = case.clocks.get(target__code="acknowledge").target
    Target.objects.filter(pk=target.pk).update(is_window=True)
    silent = remind(LATE)
    step = ReminderStep.objects.get(code="three-quarters")
    step.target = target
    step.save()
    other = started(CaseFactory.create(priority=4, team=case.team))

    assert (silent, remind(THREE_QUARTERS)) == (0, 1)
    assert len(told(other.owner)) == 1


def test_the_task_tells_and_lets_the_mail_go(
    case: Case, django_capture_on_commit_callbacks: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_system_user()
    announced: list[str] = []
    monkeypatch.setattr("core.queue._publish", lambda task, args: announced.append(task.name))
    monkeypatch.setattr(timezone, "now", lambda: LATE)

    with django_capture_on_commit_callbacks(execute=True):
        first, second = tick(), tick()

    assert (first, second) == (3, 0)
    assert announced == ["accounts.tasks.send_due_emails"] * 2
