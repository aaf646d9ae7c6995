"""Whom a complaint is about, and who therefore does not see it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from cases import permissions
from cases.forms.facts import ReasonForm
from cases.forms.wall import ColleagueForm
from cases.models import NamedColleague
from cases.permissions import CaseAction
from cases.selectors.page import must_hide_leaders
from cases.services import wall
from cases.views.page import find_case, render_section
from core.errors import UserFacingError
from core.http import AuthenticatedRequest


@require_http_methods(["GET", "POST"])
def colleagues(request: AuthenticatedRequest, number: str) -> HttpResponse:
    """Say whom the complaint is about; the page lists who does not see the case, and why."""
    case = find_case(request, number)
    permissions.require_permitted(request.user, CaseAction.NAME_COLLEAGUE, case)
    initial = {"hides_leaders": must_hide_leaders(case)}
    form = ColleagueForm(request.POST or None, case=case, reader=request.user, initial=initial)
    if form.is_valid():
        try:
            wall.name_colleague(case, actor=request.user, now=timezone.now(), **form.cleaned_data)
        except UserFacingError as error:
            form.add_error("colleague", str(error))
        else:
            messages.success(request, f"{form.cleaned_data['colleague']} does not see {case} any more.")
            return redirect("cases:colleagues", case.reference)
    return render_section(
        request,
        case,
        "people",
        "cases/colleagues.html",
        status=422 if form.is_bound else 200,
        form=form,
        named=NamedColleague.objects.visible_to(request.user).filter(case=case).select_related("colleague", "leads"),
        may_clear=permissions.permits(request.user, CaseAction.CLEAR_COLLEAGUE, case),
    )


@require_http_methods(["GET", "POST"])
def clear_colleague(request: AuthenticatedRequest, number: str, pk: int) -> HttpResponse:
    case = find_case(request, number)
    permissions.require_permitted(request.user, CaseAction.CLEAR_COLLEAGUE, case)
    named = get_object_or_404(NamedColleague.objects.visible_to(request.user), pk=pk, case=case, leads=None)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        wall.clear_colleague(
            case, colleague=named.colleague, actor=request.user, now=timezone.now(), **form.cleaned_data
        )
        messages.success(request, f"{named.colleague} is not named in {case} any more.")
        return redirect("cases:colleagues", case.reference)
    context = {
        "title": f"Take {named.colleague} off this complaint",
        "effects": [
            "They see the case again if their role and team let them, with everything written meanwhile.",
            "They still cannot own it or sign it off for what they wrote or owned before.",
            "The history keeps that they were named, and your reason.",
        ],
        "act": "Take them off",
        "back_url": reverse("cases:colleagues", args=[case.reference]),
        "form": form,
    }
    return render(request, "confirm.html", context, status=422 if form.is_bound else 200)
