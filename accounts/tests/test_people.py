"""Accounts and teams, through the pages."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.choices import Role, SettingsArea
from accounts.models import OutboxEmail, SettingsChange, Team, User
from accounts.tests.factories import TeamFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client: Client) -> User:
    admin = UserFactory.create(role=Role.ADMIN, team=None)
    client.force_login(admin)
    return admin


def answers(**values: Any) -> dict[str, Any]:
    return {"full_name": "Ada Quill", "role": Role.AGENT, "email": "ada.quill@example.com", **values}


def test_an_invited_person_sets_their_own_password(client: Client, admin: User) -> None:
    team = TeamFactory.create()

    client.post("/settings/people/add/", answers(team=team.pk))

    person = User.objects.get(email="ada.quill@example.com")
    assert (person.team, person.has_usable_password()) == (team, False)
    letter = OutboxEmail.objects.get(recipient=person)
    path = re.search(r"https?://[^/\s]+(/\S+)", letter.body).group(1)
    client.logout()
    form_url = client.get(path, follow=True).redirect_chain[-1][0]
    client.post(form_url, {"password1": "plain words that hold", "password2": "plain words that hold"})
    person.refresh_from_db()
    assert person.check_password("plain words that hold")
    change = SettingsChange.objects.get()
    assert (change.area, change.what, change.actor) == (SettingsArea.PEOPLE, "added", admin)


def test_the_same_address_is_not_invited_twice(client: Client, admin: User) -> None:
    UserFactory.create(email="ada.quill@example.com")

    response = client.post("/settings/people/add/", answers(email="Ada.Quill@example.com"))

    assert response.status_code == 422
    assert "There is an account for" in response.content.decode()
    assert not OutboxEmail.objects.exists()


@pytest.mark.parametrize("role", ["SYSTEM", "OWNER", ""])
def test_a_role_that_is_not_on_the_list_is_refused(client: Client, admin: User, role: str) -> None:
    response = client.post("/settings/people/add/", answers(role=role))

    assert response.status_code == 422
    assert not User.objects.get_queryset().filter(email="ada.quill@example.com").exists()


def test_a_changed_role_is_written_down(client: Client, admin: User) -> None:
    person, team = UserFactory.create(), TeamFactory.create(name="Billing")

    client.post(
        f"/settings/people/{person.pk}/",
        {"full_name": person.full_name, "role": Role.TEAM_LEADER, "team": person.team_id, "leads": [team.pk]},
    )

    person.refresh_from_db()
    assert (person.role, list(person.led_teams.all())) == (Role.TEAM_LEADER, [team])
    assert SettingsChange.objects.get().changes == {"role": ["AGENT", "TEAM_LEADER"], "leads": ["", "Billing"]}


def test_saving_what_is_there_already_writes_nothing(client: Client, admin: User) -> None:
    person = UserFactory.create()

    client.post(
        f"/settings/people/{person.pk}/",
        {"full_name": person.full_name, "role": person.role, "team": person.team_id},
    )

    assert not SettingsChange.objects.exists()


def test_nobody_changes_their_own_role(client: Client, admin: User) -> None:
    UserFactory.create(role=Role.ADMIN)

    response = client.post(
        f"/settings/people/{admin.pk}/", {"full_name": admin.full_name, "role": Role.MANAGER, "team": ""}
    )

    assert response.status_code == 422
    assert "You cannot change your own role." in response.content.decode()


def test_one_admin_always_remains(client: Client, admin: User) -> None:
    other = UserFactory.create(role=Role.ADMIN)
    client.post(f"/settings/people/{other.pk}/switch/")

    response = client.post(f"/settings/people/{admin.pk}/switch/", follow=True)

    other.refresh_from_db()
    admin.refresh_from_db()
    assert (other.is_active, admin.is_active) == (False, True)
    assert "You cannot switch off your own account." in response.content.decode()


def test_who_is_switched_off_is_signed_out_at_once(client: Client, admin: User) -> None:
    person, theirs = UserFactory.create(), Client()
    theirs.force_login(person)

    client.post(f"/settings/people/{person.pk}/switch/")

    assert theirs.get("/preferences/").status_code == 302


def test_a_leader_reads_about_their_own_teams_alone(client: Client) -> None:
    leader = UserFactory.create(role=Role.TEAM_LEADER, leads=True)
    ours = UserFactory.create(team=leader.team, full_name="Ours Here")
    theirs = UserFactory.create(full_name="Theirs There")
    client.force_login(leader)

    page = client.get("/settings/people/").content.decode()

    assert ours.full_name in page
    assert theirs.full_name not in page
    assert "Add person" not in page


@pytest.mark.parametrize("role", [Role.AGENT, Role.TEAM_LEADER, Role.MANAGER, Role.DATA_PROTECTION])
@pytest.mark.parametrize("path", ["people/add/", "teams/add/"])
def test_only_admins_change(client: Client, role: Role, path: str) -> None:
    client.force_login(UserFactory.create(role=role))

    response = client.post(f"/settings/{path}", answers(name="New", time_zone="UTC"))

    assert response.status_code == 403
    assert not Team.objects.filter(name="New").exists()


def test_an_agent_does_not_open_the_list(client: Client) -> None:
    client.force_login(UserFactory.create())

    assert client.get("/settings/people/").status_code == 403


def test_an_account_that_is_not_there_is_not_found(client: Client, admin: User) -> None:
    assert client.get("/settings/people/999999/").status_code == 404
    assert client.get(f"/settings/people/{User.objects.system().pk}/").status_code == 404


def test_a_team_has_leaders_and_a_name_of_its_own(client: Client, admin: User) -> None:
    leader = UserFactory.create(role=Role.TEAM_LEADER)
    TeamFactory.create(name="Billing")
    values = {"time_zone": "Europe/London", "leaders": [leader.pk], "is_active": "on"}

    refused = client.post("/settings/teams/add/", {**values, "name": "billing"})
    client.post("/settings/teams/add/", {**values, "name": "Metering"})

    assert refused.status_code == 422
    assert list(Team.objects.get(name="Metering").leaders.all()) == [leader]
    assert SettingsChange.objects.get().area == SettingsArea.TEAMS


@pytest.mark.parametrize("path", ["/settings/people/", "/settings/teams/"])
def test_lists_ask_the_same_number_of_questions_for_20_rows(client: Client, admin: User, path: str) -> None:
    client.get(path)  # the first page of a session also writes the session
    counts = []
    for size in (1, 20):
        UserFactory.create_batch(size, role=Role.TEAM_LEADER, leads=True)
        with CaptureQueriesContext(connection) as asked:
            client.get(path)
        counts.append(len(asked))

    assert counts[0] == counts[1]
