"""What the customer was promised, and what became of it."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from cases import permissions
from cases.case_page import Place
from cases.choices import PromiseState
from cases.forms.promises import PromiseForm, SettlePromiseForm
from cases.models import Promise
from cases.permissions import CaseAction
from cases.selectors import render_context
from cases.services.promises import hand_to_after_care, keep_promise, make_promise, release_promise
from cases.views.facts import render_form
from cases.views.page import find_case, render_section
from core.errors import UserFacingError
from core.http import AuthenticatedRequest


@require_safe
def follow_up(request: AuthenticatedRequest, number: str) -> HttpResponse:
    case = find_case(request, number)
    promises = (
        Promise.objects.visible_to(request.user).filter(case=case).select_related("owner", "settled_by", "evidence")
    )
    panels = render_context(case, request.user, timezone.now(), Place.FOLLOW_UP)
    return render_section(request, case, "follow_up", "cases/follow_up.html", promises=promises, panels=panels)


@require_http_methods(["GET", "POST"])
def add_promise(request: AuthenticatedRequest, number: str) -> HttpResponse:
    case = find_case(request, number)
    permissions.require_permitted(request.user, CaseAction.NOTE, case)
    form = PromiseForm(request.POST or None, case=case, reader=request.user)
    if form.is_valid():
        try:
            make_promise(case, actor=request.user, now=timezone.now(), **form.values())
        except UserFacingError as error:
            form.add_error("due_date", str(error))
        else:
            return redirect("cases:follow_up", case.reference)
    back_url = f"{case.get_absolute_url()}follow-up/"
    return render_form(
        request, case, form, section="follow_up", back_url=back_url, title="Make a promise", act="Save promise"
    )


@require_http_methods(["GET", "POST"])
def promise(request: AuthenticatedRequest, number: str, pk: int) -> HttpResponse:
    """Say what became of a promise."""
    case = find_case(request, number)
    permissions.require_permitted(request.user, CaseAction.NOTE, case)
    found = get_object_or_404(Promise.objects.visible_to(request.user), pk=pk, case=case)
    form = SettlePromiseForm(request.POST or None, case=case, reader=request.user)
    if form.is_valid():
        try:
            _settle(request, found, form.cleaned_data)
        except UserFacingError as error:
            form.add_error(None, str(error))
        else:
            return redirect("cases:follow_up", case.reference)
    back_url = f"{case.get_absolute_url()}follow-up/"
    return render_form(
        request, case, form, section="follow_up", back_url=back_url, title=f"Promise: {found.text}", act="Save outcome"
    )


def _settle(request: AuthenticatedRequest, found: Promise, said: dict[str, Any]) -> None:
    outcome = said["outcome"]
    who: dict[str, Any] = {"actor": request.user, "now": timezone.now()}
    match said["state"]:
        case PromiseState.KEPT:
            keep_promise(found, outcome=outcome, evidence=said["evidence"], **who)
        case "AFTER_CARE":
            hand_to_after_care(found, owner=said["owner"], reason=outcome, **who)
        case _:
            release_promise(found, outcome=outcome, **who)
