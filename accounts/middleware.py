"""What holds for every page of a person who is signed in."""

import time
import zoneinfo
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import get_user, logout
from django.contrib.auth.middleware import AuthenticationMiddleware, LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.functional import SimpleLazyObject
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.selectors.signed_in import session_at_hand

LAST_SEEN = "last_seen"
NOT_A_SIGN_OF_LIFE = "X-Background-Check"


class PersonMiddleware(AuthenticationMiddleware):
    """Find who is signed in when somebody asks, in the query that opens their session."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.user = SimpleLazyObject(partial(_person_of, request))  # type: ignore[assignment]


def _person_of(request: Any) -> Any:
    if not hasattr(request, "_cached_user"):
        with session_at_hand(request.session):
            request._cached_user = get_user(request)
    return request._cached_user


class SignedInMiddleware:
    """Show times in the person's zone, keep their pages out of caches, and end a session that nobody uses.

    A check that the page makes by itself carries the header above and does not count as use.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return self.get_response(request)
        if _is_idle(request):
            logout(request)
            return self.get_response(request)
        with timezone.override(zoneinfo.ZoneInfo(request.user.time_zone)):
            response = self.get_response(request)
        add_never_cache_headers(response)
        return response


class SignInFirstMiddleware(LoginRequiredMiddleware):
    """Ask for sign-in, then go on where the person was: what only takes a form has no page to come back to."""

    def handle_no_permission(self, request: HttpRequest, view_func: Callable[..., Any]) -> HttpResponseRedirect:
        if request.method in {"GET", "HEAD"}:
            return super().handle_no_permission(request, view_func)
        return redirect_to_login(_page_of_the_form(request), self.get_login_url(view_func))


def _page_of_the_form(request: HttpRequest) -> str:
    """Return the page a form was sent from, without its host, or the start page."""
    sent_from = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(sent_from, {request.get_host()}, require_https=request.is_secure()):
        return "/"
    page = urlsplit(sent_from)
    return page.path + (f"?{page.query}" if page.query else "")


def _is_idle(request: HttpRequest) -> bool:
    """Return whether the last use was too long ago, and remember this one, at most once a minute."""
    now = time.time()
    last_seen = request.session.get(LAST_SEEN, now)
    if now - last_seen > settings.SESSION_IDLE_SECONDS:
        return True
    is_use = NOT_A_SIGN_OF_LIFE not in request.headers
    if is_use and (LAST_SEEN not in request.session or now - last_seen > 60):
        request.session[LAST_SEEN] = now
    return False
