"""Pages for what went wrong say what happened and what to do; each stands without a signed-in person."""

import pytest
from allauth.core.ratelimit import respond_429
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.views import defaults
from django.views.csrf import csrf_failure


@pytest.fixture
def asked() -> HttpRequest:
    return RequestFactory().get("/somewhere/")


def test_a_missing_page_leads_on(client: Client) -> None:
    response = client.get("/no-such-page/", follow=True)

    assert response.status_code == 404
    assert "Page not found" in response.content.decode()


def test_a_refusal_says_its_reason(asked: HttpRequest) -> None:
    response = defaults.permission_denied(
        asked, PermissionDenied("You proposed this, so someone else must approve it.")
    )

    assert response.status_code == 403
    assert "You proposed this, so someone else must approve it." in response.content.decode()


def test_a_refusal_without_a_reason_names_who_can_help(asked: HttpRequest) -> None:
    assert "Ask your team leader" in defaults.permission_denied(asked, PermissionDenied()).content.decode()


def test_our_own_fault_is_said_without_a_database(asked: HttpRequest) -> None:
    response = defaults.server_error(asked)

    assert response.status_code == 500
    assert "Sorry, there is a problem with the service" in response.content.decode()


def test_a_form_from_an_old_page_says_how_to_send_it_again(asked: HttpRequest) -> None:
    response = csrf_failure(asked)

    assert response.status_code == 403
    assert "reload the page, and send it again" in response.content.decode()


def test_too_many_tries_are_told_to_wait(asked: HttpRequest) -> None:
    response = respond_429(asked)

    assert response.status_code == 429
    assert "Try again in a few minutes" in response.content.decode()
