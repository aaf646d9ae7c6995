from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.choices import Role
from accounts.models import User
from accounts.tests.factories import UserFactory
from cases.models import Case
from cases.tests.factories import NOW, CaseFactory, ContributionFactory, PromiseFactory
from sla import services
from sla.choices import BreachCause
from sla.models import Clock
from sla.selectors.risk import at_risk, causes_of_breaches
from sla.tests.factories import make_house_policy

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def policy() -> None:
    make_house_policy()


@pytest.fixture
def leader() -> User:
    return UserFactory.create(role=Role.TEAM_LEADER, leads=True)


def make_cases(leader: User, count: int, *, owner: User | None) -> list[Case]:
    """Return cases that must be acknowledged within 16 working hours of Friday at 4:00pm."""
    cases = [CaseFactory.create(priority=4, team=leader.team, owner=owner, logged_by=leader) for _ in range(count)]
    for case in cases:
        services.start_clocks(case, actor=leader, now=NOW)
    return cases


def test_an_owner_with_time_for_everything_puts_nothing_at_risk(leader: User) -> None:
    make_cases(leader, 7, owner=leader)

    assert at_risk(leader, now=MONDAY) == []


def test_more_cases_than_working_hours_put_the_last_ones_at_risk(leader: User) -> None:
    owner = UserFactory.create(team=leader.team, full_name="Tom Reed")
    make_cases(leader, 9, owner=owner)

    found = at_risk(leader, now=MONDAY)  # 15 working hours are left, and each case takes two

    assert len(found) == 2
    assert found[0].short == timedelta(hours=3)
    assert found[0].why == (
        "Tom Reed has 8 cases before it. Together they need 18 hours, and 15 hours of working time are left."
    )


def test_late_cases_are_worked_on_first(leader: User) -> None:
    cases = make_cases(leader, 8, owner=leader)
    Clock.objects.filter(case=cases[0], target__code="acknowledge").update(due_at=NOW)

    assert len(at_risk(leader, now=MONDAY)) == 1


def test_nobody_is_the_owner_of_a_risk_too(leader: User) -> None:
    gone = UserFactory.create(team=leader.team, is_active=False)
    make_cases(leader, 1, owner=None)
    make_cases(leader, 1, owner=gone)

    assert at_risk(leader, now=MONDAY) == []
    found = at_risk(leader, now=MONDAY + timedelta(days=1))
    assert [risk.why for risk in found] == ["Nobody works on it, and 7 hours of working time are left."] * 2


def test_nobody_reads_of_cases_that_they_may_not_see(leader: User) -> None:
    make_cases(leader, 12, owner=leader)
    stranger = UserFactory.create(role=Role.TEAM_LEADER, leads=True)

    assert at_risk(stranger, now=MONDAY) == []


def test_causes_are_counted_with_their_shares(leader: User) -> None:
    given = [BreachCause.WORKLOAD] * 3 + [BreachCause.OVERSIGHT, ""]
    for case, cause in zip(make_cases(leader, 5, owner=leader), given, strict=True):
        case.clocks.filter(target__code="acknowledge").update(breached_at=NOW, breach_cause=cause)

    causes, unexplained = causes_of_breaches(leader, now=MONDAY)

    assert [(cause.count, cause.share, cause.running) for cause in causes] == [(3, 75, 75), (1, 25, 100)]
    assert unexplained == 1
    assert causes_of_breaches(leader, now=MONDAY + timedelta(days=100)) == ([], 0)


def test_what_was_promised_or_asked_for_stands_beside_the_deadlines(
    client: Client, leader: User, time_machine: object
) -> None:
    time_machine.move_to(NOW, tick=False)
    case = CaseFactory.create(team=leader.team)
    PromiseFactory.create(case=case, text="Call about the refund", due_at=NOW - timedelta(hours=1))
    PromiseFactory.create(case=case, text="Next month", due_at=NOW + timedelta(days=30))
    ContributionFactory.create(stakeholder__case=case, question="Which day?", due_at=NOW + timedelta(days=1))
    ContributionFactory.create(colleague=leader, question="Of another team", due_at=NOW)
    client.force_login(leader)

    page = client.get(reverse("sla:risks")).content.decode()

    assert "Call about the refund" in page
    assert "Which day?" in page
    assert "Next month" not in page
    assert "Of another team" not in page


def test_the_page_asks_as_often_for_20_risks_as_for_1(client: Client, leader: User, time_machine: object) -> None:
    time_machine.move_to(MONDAY + timedelta(days=1), tick=False)
    client.force_login(leader)
    make_cases(leader, 1, owner=None)
    client.get(reverse("sla:risks"))
    with CaptureQueriesContext(connection) as one:
        page = client.get(reverse("sla:risks")).content.decode()
    make_cases(leader, 20, owner=None)
    with CaptureQueriesContext(connection) as many:
        client.get(reverse("sla:risks"))

    assert len(one) == len(many)
    assert "Nobody works on it" in page
