"""Sign-in in our words, the same words whoever it was."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.test import Client

from accounts.models import Session
from accounts.tasks import forget_old_sessions
from accounts.tests.factories import UserFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
REFUSED = "Check your email and password. They do not match our records"


@pytest.mark.parametrize("email", ["nobody@example.com", "known@example.com", "gone@example.com"])
def test_every_refusal_reads_the_same(client: Client, email: str) -> None:
    UserFactory.create(email="known@example.com")
    UserFactory.create(email="gone@example.com", is_active=False)

    page = client.post("/accounts/login/", {"login": email, "password": "wrong-password-1"}).content.decode()

    assert REFUSED in page
    assert "<title>Error: Sign in" in page


def test_an_empty_form_says_what_to_enter(client: Client) -> None:
    page = client.post("/accounts/login/", {}).content.decode()

    assert '<a href="#id_login">Enter work email</a>' in page
    assert '<a href="#id_password">Enter password</a>' in page


def test_the_browser_may_fill_the_password_in(client: Client) -> None:
    page = client.get("/accounts/login/").content.decode()

    assert 'autocomplete="username"' in page
    assert 'autocomplete="current-password"' in page


def test_nobody_signs_up(client: Client) -> None:
    assert "You cannot make an account yourself." in client.get("/accounts/signup/").content.decode()


def test_a_password_reset_says_the_same_for_a_stranger(client: Client, mailoutbox: list[object]) -> None:
    page = client.post("/accounts/password/reset/", {"email": "nobody@example.com"}, follow=True).content.decode()

    assert "Check your email" in page


def test_nobody_changes_the_email_they_sign_in_with(client: Client) -> None:
    person = UserFactory.create()
    client.force_login(person)

    client.post("/accounts/email/", {"action_add": "", "email": "mine@elsewhere.example"})

    assert not EmailAddress.objects.filter(email="mine@elsewhere.example").exists()


def test_a_session_that_has_run_out_is_forgotten_in_the_night(client: Client) -> None:
    person = UserFactory.create()
    with time_machine.travel(NOW, tick=False):
        client.force_login(person)
    with time_machine.travel(NOW + timedelta(days=2), tick=False):
        Client().force_login(person)

        forget_old_sessions()

        assert Session.objects.filter(person=person).count() == 1
