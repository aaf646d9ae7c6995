"""The inbox and the preferences belong to one person each."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from accounts.choices import ColourTheme, Density
from accounts.models import Notification, User
from accounts.tests.factories import UserFactory

pytestmark = pytest.mark.django_db
NOON = datetime(2025, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture
def person(client: Client) -> User:
    person = UserFactory.create()
    client.force_login(person)
    return person


def told(person: User, key: str, **fields: Any) -> Notification:
    stored = {"kind": "ASSIGNED", "text": f"Line {key}", "url": "/help/", "created_at": NOON} | fields
    return Notification.objects.create(recipient=person, dedupe_key=key, **stored)


def test_the_inbox_shows_only_my_own_lines(client: Client, person: User) -> None:
    told(person, "mine")
    told(UserFactory.create(), "theirs")

    page = client.get("/notifications/").content.decode()

    assert "Line mine" in page
    assert "Line theirs" not in page


def test_the_inbox_asks_as_often_for_20_lines_as_for_1(
    client: Client, person: User, django_assert_num_queries: Any
) -> None:
    told(person, "first")
    client.get("/notifications/")

    for extra in ([], range(20)):
        for number in extra:
            told(person, str(number))
        with django_assert_num_queries(4):
            client.get("/notifications/")


def test_opening_a_line_marks_it_read_and_leads_to_the_case(client: Client, person: User) -> None:
    line = told(person, "mine")

    answer = client.post(f"/notifications/{line.pk}/")

    line.refresh_from_db()
    assert answer.url == "/help/"
    assert line.read_at is not None


def test_a_line_never_leads_to_another_site(client: Client, person: User) -> None:
    line = told(person, "mine", url="//elsewhere.example/")

    assert client.post(f"/notifications/{line.pk}/").url == "/notifications/"


def test_a_line_of_somebody_else_does_not_exist(client: Client, person: User) -> None:
    line = told(UserFactory.create(), "theirs")

    answer = client.post(f"/notifications/{line.pk}/")

    line.refresh_from_db()
    assert answer.status_code == 404
    assert line.read_at is None


def test_everything_is_read_at_once_but_only_mine(client: Client, person: User) -> None:
    theirs = told(UserFactory.create(), "theirs")
    told(person, "1")
    told(person, "2")

    page = client.post("/notifications/read-all/", follow=True).content.decode()

    theirs.refresh_from_db()
    assert "2 marked as read." in page
    assert theirs.read_at is None


def test_preferences_are_kept_and_the_next_page_follows_them(client: Client, person: User) -> None:
    chosen = {"theme": ColourTheme.DARK, "density": Density.COMPACT, "time_zone": "Europe/Warsaw"}

    page = client.post("/preferences/", chosen, follow=True).content.decode()

    assert 'data-bs-theme="dark"' in page
    assert '<body class="dense">' in page
    assert "Your preferences are saved." in page


@pytest.mark.parametrize("time_zone", ["Mars/Phobos", "", "Europe/London\x00"])
def test_an_unknown_time_zone_is_refused_and_nothing_changes(client: Client, person: User, time_zone: str) -> None:
    answer = client.post("/preferences/", {"theme": "DARK", "density": "COMPACT", "time_zone": time_zone})

    person.refresh_from_db()
    assert answer.status_code == 422
    assert person.theme == ColourTheme.SYSTEM
