"""A session that nobody uses ends; pages of a signed-in person stay out of caches."""

import pytest
import time_machine
from django.test import Client

from accounts.tests.factories import UserFactory

pytestmark = pytest.mark.django_db
BACKGROUND = {"HTTP_X_BACKGROUND_CHECK": "1"}


@pytest.fixture
def signed_in(client: Client) -> Client:
    client.force_login(UserFactory.create())
    return client


def test_an_idle_hour_ends_the_session(signed_in: Client) -> None:
    with time_machine.travel("2025-11-20 09:00Z", tick=False) as clock:
        signed_in.get("/parts/")
        clock.shift(61 * 60)

        assert signed_in.get("/parts/").status_code == 302


def test_use_keeps_the_session_open(signed_in: Client) -> None:
    with time_machine.travel("2025-11-20 09:00Z", tick=False) as clock:
        for _ in range(4):
            assert signed_in.get("/parts/").status_code == 200
            clock.shift(40 * 60)


def test_what_the_page_does_by_itself_does_not_keep_it_open(signed_in: Client) -> None:
    with time_machine.travel("2025-11-20 09:00Z", tick=False) as clock:
        signed_in.get("/parts/")
        clock.shift(40 * 60)
        signed_in.get("/parts/", **BACKGROUND)
        clock.shift(40 * 60)

        assert signed_in.get("/parts/").status_code == 302


def test_pages_of_a_person_are_not_stored(signed_in: Client) -> None:
    assert "no-store" in signed_in.get("/parts/").headers["Cache-Control"]


def test_public_pages_may_be(client: Client) -> None:
    assert "no-store" not in client.get("/help/").headers.get("Cache-Control", "")


@pytest.mark.parametrize(
    ("sent_from", "comes_back_to"),
    [
        ("http://testserver/notifications/?page=2", "/notifications/%3Fpage%3D2"),
        ("https://elsewhere.example/notifications/", "/"),
        ("", "/"),
    ],
)
def test_a_form_sent_after_the_session_ended_comes_back_to_its_page(
    client: Client, sent_from: str, comes_back_to: str
) -> None:
    response = client.post("/cases/CMP-2025-000001/note/", {"body": "x"}, headers={"referer": sent_from})

    assert response.status_code == 302
    assert response["Location"] == f"/accounts/login/?next={comes_back_to}"


def test_a_page_asked_for_before_sign_in_comes_after_it(client: Client) -> None:
    assert client.get("/cases/?view=late")["Location"] == "/accounts/login/?next=/cases/%3Fview%3Dlate"
