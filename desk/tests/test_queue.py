"""The work queue through its page. The clock of these tests stands still at NOW, a Friday, 4:00pm in London."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.choices import Role
from accounts.models import User
from accounts.tests.factories import TeamFactory, UserFactory
from cases.choices import CaseStatus, WaitingOn
from cases.models import Case, NamedColleague, PersonalDataRead
from cases.tests.factories import NOW, CaseFactory, CustomerFactory
from desk.models import SavedView, Search
from desk.selectors.queue import page as queue_pages
from desk.selectors.queue.orders import ORDERS, cursor_of, in_order, rows_beside

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _still_clock() -> Iterator[None]:
    with patch("django.utils.timezone.now", return_value=NOW):
        yield


@pytest.fixture
def leader() -> User:
    return UserFactory.create(role=Role.TEAM_LEADER, full_name="Sam Okafor")


@pytest.fixture
def desk(client: Client, leader: User) -> Client:
    client.force_login(leader)
    return client


@pytest.fixture
def case(leader: User) -> Callable[..., Case]:
    defaults = {"team": leader.team, "owner": leader, "logged_by": leader}
    return lambda **values: CaseFactory.create(**defaults | values)


def shown(client: Client, query: str) -> list[str]:
    response = client.get(f"/cases/?{query}")
    assert response.status_code == 200
    return [row.case.summary for row in response.context["page"].rows]


@pytest.mark.parametrize(
    ("view", "values"),
    [
        ("my-open", {}),
        ("unassigned", {"owner": None}),
        ("due-soon", {"next_due_at": NOW + timedelta(hours=1)}),
        ("late", {"next_due_at": NOW - timedelta(hours=1)}),
        ("waiting", {"waiting_on": WaitingOn.CUSTOMER}),
        ("waiting", {"status": CaseStatus.WITH_CUSTOMER}),
        ("with-approver", {"status": CaseStatus.AWAITING_SIGN_OFF}),
        ("reopened", {"status": CaseStatus.REOPENED}),
        ("all-open", {}),
        ("closed", {"status": CaseStatus.CLOSED, "closed_at": NOW - DAY}),
    ],
)
def test_each_view_shows_its_cases_and_no_others(
    desk: Client, case: Callable[..., Case], view: str, values: dict[str, Any]
) -> None:
    case(summary="In the view", **values)
    elsewhere = UserFactory.create()
    other = {"closed_at": NOW - 31 * DAY, "status": CaseStatus.CLOSED} if view != "closed" else {}
    case(summary="Not in it", owner=elsewhere, **other)

    assert shown(desk, f"view={view}") == ["In the view"]


def test_due_soon_counts_working_days_over_the_weekend(desk: Client, case: Callable[..., Case]) -> None:
    case(summary="Tuesday", next_due_at=datetime(2026, 11, 24, 16, 0, tzinfo=UTC))
    case(summary="Wednesday", next_due_at=datetime(2026, 11, 25, 9, 0, tzinfo=UTC))

    assert shown(desk, "view=due-soon") == ["Tuesday"]


@pytest.mark.parametrize(
    ("query", "values"),
    [
        ("priority=1&priority=2", {"priority": 2}),
        ("stage=INVESTIGATING", {"status": CaseStatus.INVESTIGATING}),
        ("kind=INCIDENT", {"kind": "INCIDENT"}),
        ("channel=LETTER", {"channel": "LETTER"}),
        ("owner=nobody", {"owner": None}),
        ("due=late", {"next_due_at": NOW - DAY}),
        ("due=today", {"next_due_at": NOW + timedelta(hours=2)}),
        ("opened_from=2026-11-20&opened_to=2026-11-20", {}),
        ("due_from=2026-12-01&due_to=2026-12-01", {"next_due_at": datetime(2026, 12, 1, 23, 30, tzinfo=UTC)}),
        ("waiting=CUSTOMER", {"waiting_on": WaitingOn.CUSTOMER}),
        ("waiting=CUSTOMER", {"status": CaseStatus.WITH_CUSTOMER}),
    ],
)
def test_each_filter_lets_through_what_fits(
    desk: Client, case: Callable[..., Case], query: str, values: dict[str, Any]
) -> None:
    case(summary="Fits", **values)
    case(summary="Does not", received_at=NOW - 40 * DAY, logged_at=NOW - 40 * DAY)

    assert shown(desk, f"view=all&{query}") == ["Fits"]


@pytest.mark.parametrize(
    "query",
    [
        "view=nonsense",
        "sort=password",
        "sort=customer__email",
        "stage=%00",
        "priority=9&priority=x",
        "owner=1%20OR%201=1",
        "team=999999999999999999999",
        "due_from=2026-02-31",
        "page=0",
        "page=99999999999999999999",
        "page=-1",
        "size=1000000",
        "q=not-a-uuid",
        "after=x&before=%00",
        "unknown=1",
    ],
)
def test_what_the_address_does_not_know_is_passed_over(desk: Client, case: Callable[..., Case], query: str) -> None:
    case(summary="Still shown")

    assert shown(desk, query) == ["Still shown"]


def test_a_filter_shows_as_a_chip_that_takes_it_away(desk: Client, case: Callable[..., Case]) -> None:
    response = desk.get("/cases/?view=all-open&priority=1&priority=2&sort=-updated")

    labels = [label for label, _ in response.context["chips"]]
    assert labels == ["Priority: P1 Critical", "Priority: P2 High"]
    assert response.context["chips"][0][1] == "/cases/?view=all-open&priority=2&sort=-updated"
    assert "No cases match these filters." in response.content.decode()


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("due", ["B", "A", "C"]),
        ("-due", ["A", "B", "C"]),
        ("priority", ["C", "A", "B"]),
        ("-priority", ["B", "A", "C"]),
        ("received", ["A", "B", "C"]),
        ("-received", ["C", "B", "A"]),
    ],
)
def test_each_order_sorts_and_puts_rows_without_a_deadline_last(
    desk: Client, case: Callable[..., Case], sort: str, expected: list[str]
) -> None:
    for summary, due, priority, days in (("A", 2, 2, 3), ("B", 1, 3, 2), ("C", None, 1, 1)):
        received = NOW - days * DAY
        due_at = NOW + due * DAY if due else None
        case(summary=summary, next_due_at=due_at, priority=priority, received_at=received, logged_at=received)

    response = desk.get(f"/cases/?view=all-open&sort={sort}")

    assert [row.case.summary for row in response.context["page"].rows] == expected
    direction = "descending" if sort.startswith("-") else "ascending"
    assert sort.endswith("received") or f'aria-sort="{direction}"' in response.content.decode()


@pytest.mark.parametrize("sort", ORDERS)
@pytest.mark.parametrize("size", [1, 3, 4])
def test_pages_by_cursor_give_every_row_once_forwards_and_backwards(
    case: Callable[..., Case], sort: str, size: int
) -> None:
    for number in range(10):
        due = None if number % 3 == 0 else NOW + (number // 2) * DAY
        case(next_due_at=due, closed_at=due, priority=1 + number % 4)
    order = ORDERS[sort]
    everything = list(in_order(Case.objects.all(), order))

    forwards, at = [], everything[0]
    while rows := rows_beside(Case.objects.all(), order, cursor_of(at, order), count=size, backwards=False):
        forwards += rows
        at = rows[-1]
    backwards, at = [], everything[-1]
    while rows := rows_beside(Case.objects.all(), order, cursor_of(at, order), count=size, backwards=True):
        backwards += rows
        at = rows[-1]

    assert forwards == everything[1:]
    assert backwards == everything[:-1][::-1]


def test_beyond_the_cap_there_is_only_before_and_after(
    desk: Client, case: Callable[..., Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue_pages, "NUMBERED", 60)
    for number in range(62):
        case(summary=str(number), next_due_at=NOW + number * DAY)

    first = desk.get("/cases/?view=all-open&size=25")
    second = desk.get(first.context["pages"]["next"])
    back = desk.get(second.context["pages"]["previous"])

    assert "Narrow the list with filters." in first.content.decode()
    assert first.context["pages"]["numbers"] == []
    assert [row.case.summary for row in second.context["page"].rows] == [str(number) for number in range(25, 50)]
    assert [row.case.summary for row in back.context["page"].rows] == [str(number) for number in range(25)]


def test_numbered_pages_keep_filters_and_order(desk: Client, case: Callable[..., Case]) -> None:
    for number in range(60):
        case(summary=str(number), next_due_at=NOW + number * DAY, priority=2)

    response = desk.get("/cases/?view=all-open&priority=2&size=25&page=3")

    page = response.context["page"]
    assert (page.first_row, page.last_row, page.total) == (51, 60, 60)
    assert "(page 3 of 3)" in response.content.decode()
    assert response.context["pages"]["previous"] == "/cases/?view=all-open&priority=2&size=25&page=2"


def test_what_a_person_may_not_know_is_not_listed_and_not_counted(
    desk: Client, leader: User, case: Callable[..., Case]
) -> None:
    CaseFactory.create(summary="Another team")
    case(summary="Restricted", is_restricted=True)
    named = case(summary="About me")
    NamedColleague.objects.create(case=named, colleague=leader)

    page = desk.get("/cases/?view=all").context["page"]
    counts = desk.get("/cases/counts/").context["counts"]

    assert (page.rows, page.total) == ([], 0)
    assert set(counts.values()) == {0}


@pytest.mark.parametrize("role", [Role.ADMIN, Role.DATA_PROTECTION])
def test_those_who_work_on_no_cases_are_told_so(client: Client, role: Role) -> None:
    client.force_login(UserFactory.create(role=role))

    assert client.get("/cases/").status_code == 403


def test_names_and_words_stand_in_no_address(desk: Client, case: Callable[..., Case]) -> None:
    response = desk.post("/cases/filter/", {"view": "all-open", "words": "Ann Lee", "priority": ["1"], "evil": "1"})

    search = Search.objects.get()
    assert search.words == "Ann Lee"
    assert response.url == f"/cases/?view=all-open&priority=1&q={search.pk}"


def test_nobody_reads_a_colleagues_search(client: Client, desk: Client) -> None:
    desk.post("/cases/filter/", {"words": "Ann Lee"})
    client.force_login(UserFactory.create(role=Role.TEAM_LEADER))

    response = client.get(f"/cases/?q={Search.objects.get().pk}")

    assert "Ann Lee" not in response.content.decode()


def test_a_count_is_asked_for_once_a_minute(desk: Client, case: Callable[..., Case]) -> None:
    case(next_due_at=NOW - DAY)

    first = desk.get("/cases/counts/?view=late").content.decode()
    case(next_due_at=NOW - DAY)
    again = desk.get("/cases/counts/?view=late").content.decode()
    cache.clear()
    later = desk.get("/cases/counts/?view=late").content.decode()

    assert [' class="count">1<' in text for text in (first, again)] == [True, True]
    assert ' class="count">2<' in later


def test_a_list_costs_the_same_queries_for_one_row_and_for_twenty(
    desk: Client, case: Callable[..., Case], django_assert_max_num_queries: Any
) -> None:
    case(customer=CustomerFactory.create(), owner=UserFactory.create(), next_due_at=NOW)
    desk.get("/cases/?view=all-open")

    with django_assert_max_num_queries(8) as one:
        desk.get("/cases/?view=all-open")
    for _ in range(19):
        case(customer=CustomerFactory.create(), owner=UserFactory.create(), next_due_at=NOW)
    with django_assert_max_num_queries(8) as twenty:
        desk.get("/cases/?view=all-open")

    assert len(one) == len(twenty)


def test_an_export_holds_no_formula_and_is_written_down(desk: Client, leader: User, case: Callable[..., Case]) -> None:
    case(summary="=HYPERLINK(1)", customer__name="+44 evil")
    CaseFactory.create(summary="Another team")

    response = desk.post("/cases/export/", {"query": "view=all-open"})

    lines = b"".join(response.streaming_content).decode()
    assert "'=HYPERLINK(1)" in lines
    assert "'+44 evil" in lines
    assert "Another team" not in lines
    read = PersonalDataRead.objects.get()
    assert (read.reader, read.what, read.via) == (leader, "export", "Queue: All open cases")


def test_an_agent_exports_nothing(client: Client) -> None:
    client.force_login(UserFactory.create())

    assert client.post("/cases/export/", {"query": "view=all"}).status_code == 403
    assert not PersonalDataRead.objects.exists()


def test_a_view_is_saved_shared_and_deleted_by_its_owner(client: Client, desk: Client, leader: User) -> None:
    desk.post("/cases/views/save/", {"name": "My P1", "is_shared": "on", "query": "view=all-open&priority=1&x=y"})
    twice = desk.post("/cases/views/save/", {"name": "my p1", "query": "view=late"}, follow=True)
    view = SavedView.objects.get()
    client.force_login(UserFactory.create(team=leader.team))
    seen = client.get("/cases/").content.decode()
    refused = client.post(f"/cases/views/{view.pk}/delete/")
    client.force_login(leader)

    client.post(f"/cases/views/{view.pk}/delete/")

    assert view.query == "view=all-open&priority=1"
    assert "You have a view called “my p1” already" in twice.content.decode()
    assert "My P1" in seen
    assert refused.status_code == 403
    assert not SavedView.objects.exists()


def test_an_agent_cannot_share_a_view(client: Client) -> None:
    client.force_login(UserFactory.create())

    response = client.post("/cases/views/save/", {"name": "Mine", "is_shared": "on", "query": "view=late"})

    assert response.status_code == 403
    assert not SavedView.objects.exists()


def test_the_case_page_leads_back_to_exactly_this_list(desk: Client, case: Callable[..., Case]) -> None:
    one = case()

    desk.get("/cases/?view=late&sort=-due")

    assert "/cases/?view=late&amp;sort=-due" in desk.get(one.get_absolute_url()).content.decode()


def test_a_script_gets_the_list_without_the_frame(desk: Client) -> None:
    response = desk.get("/cases/", headers={"HX-Request": "true"})

    assert "<html" not in response.content.decode()
    assert 'id="queue"' in response.content.decode()


def test_a_team_of_another_leader_cannot_be_filtered_in(desk: Client) -> None:
    other = TeamFactory.create()
    CaseFactory.create(team=other, summary="Hidden")

    assert shown(desk, f"view=all&team={other.pk}") == []
