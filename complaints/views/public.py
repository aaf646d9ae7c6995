"""The customer's own page. Nothing is shown before they have said who they are, and no GET records anything."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from cases.choices import CaseStatus
from complaints.choices import Answer
from complaints.forms.public import IdentityForm, PublicAnswerForm
from complaints.models import ConfirmationLink
from complaints.selectors.links import contact_promised_by, link_by_token
from complaints.selectors.standing import track
from complaints.services.confirming import MOST_TRIES, answer_by_link, check_identity
from core.errors import UserFacingError

View = Callable[[HttpRequest, str], HttpResponse]

ASKS_A_MINUTE = 30
STAYS_OPEN = timedelta(minutes=30)
CHANGES_WITHIN = timedelta(hours=24)
ANSWERABLE = frozenset({CaseStatus.WITH_CUSTOMER, CaseStatus.CONFIRMED, CaseStatus.FOLLOW_UP, CaseStatus.CLOSED})


def private(view: View) -> View:
    """Keep the answer out of caches, search engines and the address that other sites are told."""

    @wraps(view)
    def answer(request: HttpRequest, token: str) -> HttpResponse:
        response = view(request, token) if _is_calm(request) else _say(request, "busy", status=429)
        add_never_cache_headers(response)
        response["X-Robots-Tag"] = "noindex, nofollow"
        response["Referrer-Policy"] = "same-origin"  # with "no-referrer" browsers post a null origin
        return response

    return answer


def _is_calm(request: HttpRequest) -> bool:
    """Count what one address asks in a minute; with more than that somebody is guessing links."""
    key = f"confirm:{request.META.get('REMOTE_ADDR')}:{int(timezone.now().timestamp()) // 60}"
    cache.add(key, 0, timeout=120)
    return cache.incr(key) <= ASKS_A_MINUTE


@login_not_required
@private
@sensitive_post_parameters("said")
@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Ask who is there, and then whether it has been put right."""
    link = link_by_token(token)
    if link is None:
        return _say(request, "unknown", status=404)
    if link.expires_at <= timezone.now():
        return _say(request, "expired", expired_on=link.expires_at)
    if request.session.get(_key(link)):
        return _answer(request, link)
    if link.failed_tries >= MOST_TRIES:
        return _say(request, "locked")
    return _identify(request, link)


def _key(link: ConfirmationLink) -> str:
    return f"confirmed-identity:{link.pk}"


def _identify(request: HttpRequest, link: ConfirmationLink) -> HttpResponse:
    form = IdentityForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        if check_identity(link_id=link.pk, said=form.cleaned_data["said"]):
            request.session[_key(link)] = True
            request.session.set_expiry(STAYS_OPEN)
            return redirect(request.path)
        link.refresh_from_db(fields=["failed_tries"])
        left = MOST_TRIES - link.failed_tries
        if left <= 0:
            return _say(request, "locked")
        tries = "1 try" if left == 1 else f"{left} tries"
        form.add_error("said", f"That does not match what we have. Check it and enter it again. You have {tries} left")
    return _render(request, "identity", {"form": form}, status=422 if form.is_bound else 200)


def _answer(request: HttpRequest, link: ConfirmationLink) -> HttpResponse:
    given = link.answers.order_by("-recorded_at").first()
    may_change = given is not None and timezone.now() < given.recorded_at + CHANGES_WITHIN
    context = {
        "case": link.case,
        "steps": track(link.case),
        "given": given,
        "may_change": may_change and link.case.status in ANSWERABLE,
        "resolution": _resolution(link),
        "contact_by": contact_promised_by(link.case) if given else None,
    }
    changes = bool(context["may_change"]) and "change" in request.GET
    if link.case.status not in ANSWERABLE or (given and not changes):
        return _render(request, "thanks", context)
    return _take_answer(request, link, context)


def _take_answer(request: HttpRequest, link: ConfirmationLink, context: dict[str, Any]) -> HttpResponse:
    form = PublicAnswerForm(request.POST if request.method == "POST" else None)
    if not form.is_valid() or "change" in request.POST:
        status = 422 if form.is_bound and not form.is_valid() else 200
        return _render(request, "answer", context | {"form": form}, status=status)
    if "send" not in request.POST:
        return _render(request, "check", context | {"form": form, "spoken": form.spoken()})
    data = form.cleaned_data
    try:
        answer_by_link(
            link_id=link.pk,
            answer=Answer(data["answer"]),
            words=data["words"],
            rating=form.rating(),
            now=timezone.now(),
        )
    except UserFacingError:
        return _say(request, "too_late")
    return redirect(request.path)


def _resolution(link: ConfirmationLink) -> dict[str, Any]:
    """Return what we decided and did, in the customer's order."""
    case = link.case
    return {
        "points": list(case.points.order_by("number")),
        "redress": list(case.redress.all()),
        "promises": list(case.promises.order_by("due_at")),
        "letter": case.resolution.letter if hasattr(case, "resolution") else "",
    }


def _say(request: HttpRequest, state: str, status: int = 200, **context: Any) -> HttpResponse:
    return _render(request, "closed", {"state": state, **context}, status=status)


def _render(request: HttpRequest, page: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    context = {"organisation": settings.ORGANISATION_NAME} | context
    return render(request, f"complaints/public/{page}.html", context, status=status)
