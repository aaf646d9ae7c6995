"""My day: what to do now, and why; and working down that list one case after another."""

from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from cases.models import Case
from cases.permissions import CaseAction, may
from core.errors import UserFacingError
from core.http import AuthenticatedRequest
from desk.choices import SkipReason
from desk.selectors.day import day_of
from desk.services import working_through

SESSION_KEY: Final = "working_through"


def my_day(request: AuthenticatedRequest) -> HttpResponse:
    now = timezone.now()
    request.session.pop(SESSION_KEY, None)
    return render(request, "desk/my_day.html", {"day": day_of(request.user, now=now), "today": now})


def next_case(request: AuthenticatedRequest) -> HttpResponse:
    """Open the first thing to do; the case page then shows how far the person is, with Skip and Stop."""
    if not may(request.user, CaseAction.NOTE):
        raise PermissionDenied("Agents, team leaders and managers work on cases. Your role does not see them.")
    todos = day_of(request.user, now=timezone.now()).todos
    if not todos:
        request.session.pop(SESSION_KEY, None)
        messages.info(request, "There is nothing left to do in your list.")
        return redirect("desk:my_day")
    before: dict[str, Any] = request.session.get(SESSION_KEY) or {"number": "", "place": 0}
    number = todos[0].reference.partition("-")[2]
    place = before["place"] + (number != before["number"])
    request.session[SESSION_KEY] = {"number": number, "place": place, "of": place - 1 + len(todos)}
    return redirect(todos[0].url)


@require_POST
def skip(request: AuthenticatedRequest) -> HttpResponse:
    case = get_object_or_404(Case.objects.visible_to(request.user), number=request.POST.get("number", "")[:16])
    reason = request.POST.get("reason", "")
    if reason not in SkipReason.values:
        messages.error(request, "Select why you skip this case.")
        return redirect(case)
    try:
        working_through.skip_case(
            number=case.number,
            reason=SkipReason(reason),
            note=request.POST.get("note", "").replace("\x00", ""),
            actor=request.user,
            now=timezone.now(),
        )
    except UserFacingError as error:
        messages.error(request, str(error))
        return redirect(case)
    return redirect("desk:next_case")


@require_POST
def stop(request: AuthenticatedRequest) -> HttpResponse:
    request.session.pop(SESSION_KEY, None)
    return redirect("desk:my_day")
