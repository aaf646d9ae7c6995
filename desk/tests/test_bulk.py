from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.choices import Role
from accounts.models import User
from accounts.tests.factories import TeamFactory, UserFactory
from cases.models import Case, NamedColleague
from cases.tests.factories import CaseFactory
from desk.models import BulkChange

pytestmark = pytest.mark.django_db


@pytest.fixture
def leader() -> User:
    return UserFactory.create(role=Role.TEAM_LEADER)


@pytest.fixture
def priya(leader: User) -> User:
    return UserFactory.create(team=leader.team, full_name="Priya Shah")


@pytest.fixture
def desk(client: Client, leader: User) -> Client:
    client.force_login(leader)
    return client


def assign(desk: Client, cases: list[Case], person: User) -> BulkChange:
    response = desk.post(
        "/cases/bulk/",
        {"action": "ASSIGN", "confirm": "1", "case": [case.number for case in cases], "person": person.pk},
    )
    assert response.status_code == 302
    return BulkChange.objects.get()


def test_a_case_that_turns_out_to_be_about_them_leaves_what_they_changed(
    desk: Client, leader: User, priya: User
) -> None:
    case, other = CaseFactory.create_batch(2, team=leader.team, owner=leader)
    change = assign(desk, [case, other], priya)
    NamedColleague.objects.create(case=case, colleague=leader)

    page = desk.get(f"/cases/bulk/{change.pk}/").content.decode()
    desk.post(f"/cases/bulk/{change.pk}/undo/")

    case.refresh_from_db()
    other.refresh_from_db()
    assert "1 case assigned to Priya Shah" in page
    assert case.number not in page
    assert (case.owner, other.owner) == (priya, leader)


def test_a_case_that_left_their_sight_still_stands_in_what_they_changed(desk: Client, leader: User) -> None:
    case = CaseFactory.create(team=leader.team, owner=None, logged_by=leader)
    metering = TeamFactory.create(name="Metering")

    page = desk.post(
        "/cases/bulk/", {"action": "CHANGE_TEAM", "confirm": "1", "case": case.number, "team": metering.pk}, follow=True
    )

    assert not Case.objects.visible_to(leader).filter(pk=case.pk).exists()
    assert "1 case moved to Metering" in page.content.decode()
    assert case.reference in page.content.decode()


def test_nothing_chosen_says_what_to_do(desk: Client) -> None:
    response = desk.post("/cases/bulk/", {"action": "ASSIGN", "query": "view=late"}, follow=True)

    assert "Select a case first." in response.content.decode()


def test_nothing_changes_before_it_is_confirmed(desk: Client, leader: User, priya: User) -> None:
    case = CaseFactory.create(team=leader.team, owner=None, logged_by=leader)

    page = desk.post("/cases/bulk/", {"action": "ASSIGN", "case": case.number})
    nobody = desk.post("/cases/bulk/", {"action": "ASSIGN", "confirm": "1", "case": case.number, "person": ""})

    case.refresh_from_db()
    assert "Assign 1 case" in page.content.decode()
    assert nobody.status_code == 422
    assert case.owner is None


def test_what_cannot_be_assigned_is_named_and_the_rest_is_done_and_undone(
    desk: Client, leader: User, priya: User
) -> None:
    cases = CaseFactory.create_batch(40, team=leader.team, owner=leader)
    for case in cases[:3]:
        NamedColleague.objects.create(case=case, colleague=priya)

    change = assign(desk, cases, priya)
    result = desk.get(f"/cases/bulk/{change.pk}/").content.decode()
    done = Case.objects.filter(owner=priya).count()
    desk.post(f"/cases/bulk/{change.pk}/undo/")

    assert done == 37
    assert "37 cases assigned to Priya Shah" in result
    assert result.count("cannot be given this case") == 3
    assert Case.objects.filter(owner=leader).count() == 40


def test_undo_leaves_alone_what_has_changed_since(desk: Client, leader: User, priya: User) -> None:
    cases = CaseFactory.create_batch(2, team=leader.team, owner=leader)
    change = assign(desk, cases, priya)
    tom = UserFactory.create(team=leader.team)
    Case.objects.filter(pk=cases[0].pk).update(owner=tom)

    desk.post(f"/cases/bulk/{change.pk}/undo/")

    assert {case.owner for case in Case.objects.all()} == {tom, leader}


def test_undo_ends_after_ten_minutes_and_works_once(desk: Client, leader: User, priya: User) -> None:
    [case] = CaseFactory.create_batch(1, team=leader.team, owner=leader)
    change = assign(desk, [case], priya)
    BulkChange.objects.update(made_at=timezone.now() - timedelta(minutes=11))

    response = desk.post(f"/cases/bulk/{change.pk}/undo/", follow=True)

    case.refresh_from_db()
    assert "Undo is possible for 10 minutes." in response.content.decode()
    assert case.owner == priya


def test_cases_move_to_another_team_together(desk: Client, leader: User) -> None:
    other = TeamFactory.create()
    cases = CaseFactory.create_batch(2, team=leader.team, owner=leader)

    desk.post(
        "/cases/bulk/",
        {"action": "CHANGE_TEAM", "confirm": "1", "case": [case.number for case in cases], "team": other.pk},
    )

    assert set(Case.objects.values_list("team", flat=True)) == {other.pk}


def test_another_teams_case_is_passed_over_as_if_it_were_not_there(desk: Client, leader: User, priya: User) -> None:
    mine, hidden = CaseFactory.create(team=leader.team, owner=leader), CaseFactory.create()

    change = assign(desk, [mine, hidden], priya)

    assert [row.case for row in change.rows.all()] == [mine]


def test_an_agent_changes_nothing_in_bulk(client: Client, priya: User) -> None:
    case = CaseFactory.create(team=priya.team, owner=priya)
    client.force_login(priya)

    response = client.post("/cases/bulk/", {"action": "ASSIGN", "confirm": "1", "case": case.number})

    assert response.status_code == 403


def test_nobody_sees_or_undoes_a_colleagues_bulk_change(
    client: Client, desk: Client, leader: User, priya: User
) -> None:
    change = assign(desk, [CaseFactory.create(team=leader.team, owner=leader)], priya)
    client.force_login(UserFactory.create(role=Role.MANAGER))

    assert client.get(f"/cases/bulk/{change.pk}/").status_code == 404
    assert client.post(f"/cases/bulk/{change.pk}/undo/").status_code == 404
