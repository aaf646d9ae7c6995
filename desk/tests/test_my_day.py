"""My day for each role. The clock stands still at NOW, a Friday, 4:00pm in London."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.test import Client

from accounts.choices import Role
from accounts.models import User
from accounts.tests.factories import UserFactory
from cases.choices import ApprovalState, CaseStatus, Direction, PromiseKind
from cases.models import Approval, Case, NamedColleague
from cases.tests.factories import NOW, CaseFactory, ContactFactory, PromiseFactory
from desk.models import Skip
from policies.tests.factories import ClauseFactory
from reporting.choices import RecommendationState
from reporting.models import Alarm, Recommendation
from reporting.tests.factories import ThemeFactory

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def _still_clock() -> Iterator[None]:
    with patch("django.utils.timezone.now", return_value=NOW):
        yield


@pytest.fixture
def agent(client: Client) -> User:
    agent = UserFactory.create(full_name="Priya Shah")
    client.force_login(agent)
    return agent


@pytest.fixture
def leader(client: Client) -> User:
    leader = UserFactory.create(role=Role.TEAM_LEADER)
    client.force_login(leader)
    return leader


@pytest.fixture
def mine(agent: User) -> Callable[..., Case]:
    defaults = {"team": agent.team, "owner": agent, "status": CaseStatus.INVESTIGATING}
    return lambda **values: CaseFactory.create(**defaults | values)


def day(client: Client) -> Any:
    response = client.get("/")
    assert response.status_code == 200
    return response.context["day"]


def test_an_agents_rows_stand_in_rule_order_and_say_why(client: Client, agent: User, mine: Callable[..., Case]) -> None:
    new = mine(status=CaseStatus.LOGGED)
    follow_up = PromiseFactory.create(
        case=mine(), owner=agent, kind=PromiseKind.FOLLOW_UP, text="Check the refund", due_at=NOW + 3 * HOUR
    )
    replied = ContactFactory.create(case=mine(), direction=Direction.IN, is_read=False).case
    returned = mine(status=CaseStatus.RETURNED)
    due_today = mine(next_due_at=NOW + HOUR)
    late = mine(next_due_at=NOW - HOUR)
    call = PromiseFactory.create(
        case=mine(customer__name="Ann Lee"), owner=agent, kind=PromiseKind.CALL_BACK, due_at=NOW + HOUR
    )
    mine(next_due_at=NOW + 3 * DAY)

    todos = day(client).todos

    assert [todo.reference for todo in todos] == [
        each.reference for each in (call.case, late, due_today, returned, replied, follow_up.case, new)
    ]
    assert [todo.text for todo in todos] == [
        "Call Ann Lee back",
        "Send a holding update",
        "Finish what is due today",
        "Read what to change",
        "Read and answer the reply",
        "Check the refund",
        "Send the acknowledgement",
    ]


def test_each_number_leads_to_a_list_of_that_many(client: Client, agent: User, mine: Callable[..., Case]) -> None:
    mine(next_due_at=NOW - HOUR)
    mine(next_due_at=NOW + HOUR)
    mine(next_due_at=NOW + HOUR)
    mine(waiting_on="CUSTOMER")
    mine(closed_at=NOW, status=CaseStatus.CLOSED)
    CaseFactory.create(team=agent.team, next_due_at=NOW - HOUR)

    numbers = day(client).numbers

    assert [(number.label, number.figure) for number in numbers] == [
        ("My open cases", "4"),
        ("Due today", "2"),
        ("Late", "1"),
        ("Waiting on customer", "1"),
    ]
    for number in numbers:
        assert str(client.get(number.url).context["page"].total) == number.figure


def test_a_leaders_numbers_lead_to_lists_of_that_many(client: Client, leader: User) -> None:
    CaseFactory.create(team=leader.team, next_due_at=NOW - HOUR)
    CaseFactory.create(team=leader.team, owner=None, logged_by=leader, next_due_at=NOW + HOUR)
    CaseFactory.create(next_due_at=NOW - HOUR)

    numbers = day(client).numbers[1:]

    assert [(number.label, number.figure) for number in numbers] == [
        ("Team late", "1"),
        ("Due in 2 working days", "1"),
        ("Unassigned", "1"),
    ]
    for number in numbers:
        assert str(client.get(number.url).context["page"].total) == number.figure


def test_a_leader_decides_first_then_looks_at_what_is_late_and_unassigned(client: Client, leader: User) -> None:
    agent = UserFactory.create(team=leader.team, full_name="Priya Shah")
    unassigned = CaseFactory.create(team=leader.team, owner=None, logged_by=agent, priority=1)
    late = CaseFactory.create(team=leader.team, owner=agent, next_due_at=NOW - HOUR)
    proposed = CaseFactory.create(team=leader.team, owner=agent, status=CaseStatus.AWAITING_SIGN_OFF)
    Approval.objects.create(
        case=proposed,
        round=1,
        state=ApprovalState.PENDING,
        content_hash="0" * 64,
        requested_by=agent,
        requested_at=NOW - DAY,
    )

    shown = day(client)

    assert [todo.reference for todo in shown.todos] == [case.reference for case in (proposed, late, unassigned)]
    assert shown.todos[0].text == "Decide what Priya Shah proposes"
    assert [(load.person, load.open, load.late) for load in shown.loads] == [("Priya Shah", 2, 1)]


def test_a_case_about_oneself_is_in_no_list_and_no_number(client: Client, leader: User) -> None:
    case = CaseFactory.create(team=leader.team, next_due_at=NOW - HOUR)
    NamedColleague.objects.create(case=case, colleague=leader)

    shown = day(client)

    assert shown.todos == []
    assert {number.figure for number in shown.numbers} == {"0"}


def test_an_empty_day_says_what_comes_next(client: Client, agent: User, mine: Callable[..., Case]) -> None:
    mine(next_due_at=NOW + 5 * DAY)

    text = client.get("/").content.decode()

    assert "Nothing is due today. You have 1 open case, the next is due on Wednesday 25 November 2026." in text
    assert "See my cases" in text


def test_a_manager_reads_what_rises_and_what_was_proposed(client: Client) -> None:
    manager = UserFactory.create(role=Role.MANAGER)
    theme = ThemeFactory.create(title="Payments taken twice")
    rising = {"raised_on": NOW.date(), "last_hit_on": NOW.date(), "observed": 21, "expected": 2.8, "p": 0.0001}
    Alarm.objects.create(theme=theme, since=(NOW - 28 * DAY).date(), **rising)
    proposal = {"state": RecommendationState.SUBMITTED, "clause": ClauseFactory.create(), "submitted_at": NOW}
    for author, title in ((UserFactory.create(role=Role.MANAGER), "End the old mandate"), (manager, "My own idea")):
        Recommendation.objects.create(title=title, author=author, owner=author, **proposal)
    client.force_login(manager)

    page = client.get("/").content.decode()

    assert "Payments taken twice is higher than usual" in page
    assert "Decide on “End the old mandate”" in page
    assert "My own idea" not in page


@pytest.mark.parametrize("role", [role for role in Role if role != Role.SYSTEM])
def test_everybody_has_a_day_of_few_queries(client: Client, role: Role, django_assert_max_num_queries: Any) -> None:
    person = UserFactory.create(role=role)
    client.force_login(person)
    CaseFactory.create_batch(3, team=person.team, owner=person, next_due_at=NOW - HOUR)
    client.get("/")

    with django_assert_max_num_queries(10) as few:
        client.get("/")
    CaseFactory.create_batch(20, team=person.team, owner=person, next_due_at=NOW - HOUR)
    with django_assert_max_num_queries(10) as many:
        client.get("/")

    assert len(few) == len(many)


def test_start_next_case_opens_the_first_and_a_skip_needs_a_reason(
    client: Client, agent: User, mine: Callable[..., Case]
) -> None:
    first, second = mine(next_due_at=NOW - 2 * HOUR), mine(next_due_at=NOW - HOUR)

    opened = client.get("/cases/next/")
    bar = client.get(first.get_absolute_url()).content.decode()
    client.post("/cases/next/skip/", {"number": first.number})
    client.post("/cases/next/skip/", {"number": first.number, "reason": "OTHER", "note": " "})
    unskipped = Skip.objects.count()
    client.post("/cases/next/skip/", {"number": first.number, "reason": "WAITING"})
    then = client.get("/cases/next/")

    assert first.reference in opened.url
    assert "Case 1 of 2" in bar
    assert unskipped == 0
    assert second.reference in then.url
    assert [todo.reference for todo in day(client).todos] == [second.reference]


def test_a_skipped_case_comes_back_the_next_day(client: Client, agent: User, mine: Callable[..., Case]) -> None:
    case = mine(next_due_at=NOW - HOUR)
    Skip.objects.create(person=agent, case=case, reason="WAITING", skipped_at=NOW - DAY)

    assert [todo.reference for todo in day(client).todos] == [case.reference]


def test_nobody_skips_a_case_that_they_may_not_know_of(client: Client, agent: User) -> None:
    hidden = CaseFactory.create()

    response = client.post("/cases/next/skip/", {"number": hidden.number, "reason": "WAITING"})

    assert response.status_code == 404
    assert not Skip.objects.exists()


def test_with_nothing_to_do_the_list_says_so(client: Client, agent: User) -> None:
    response = client.get("/cases/next/", follow=True)

    assert "There is nothing left to do in your list." in response.content.decode()
