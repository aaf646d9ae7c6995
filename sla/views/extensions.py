"""More time for a deadline: asked for, decided by somebody else, counted with the letter to the customer."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from cases.models import Case
from cases.permissions import CaseAction, require
from cases.views.page import find_case
from core.errors import UserFacingError
from core.http import AuthenticatedRequest
from sla import services
from sla.forms.case import DecideExtensionForm, ExtensionForm, ExtensionLetterForm
from sla.models import Extension
from sla.views.case import clock_form, find_clock


@require_http_methods(["GET", "HEAD", "POST"])
def extend(request: AuthenticatedRequest, number: str, pk: int) -> HttpResponse:
    case, clock = find_clock(request, number, pk)
    require(request.user, CaseAction.INVESTIGATE, case)
    form = ExtensionForm(request.POST or None)
    if form.is_valid():
        try:
            services.ask_extension(clock, actor=request.user, now=timezone.now(), **form.cleaned_data)
        except UserFacingError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Your request is with the team leaders. The deadline stays as it is until then.")
            return redirect("sla:deadlines", case.reference)
    return clock_form(request, case, form, title=f"Ask for more time: {clock.target}", act="Ask for extension")


@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: AuthenticatedRequest, number: str, pk: int) -> HttpResponse:
    case, extension = _find_extension(request, number, pk)
    require(request.user, CaseAction.PAUSE, case)
    form = DecideExtensionForm(request.POST or None)
    if form.is_valid():
        try:
            services.decide_extension(
                extension,
                is_approved=form.is_approved(),
                note=form.cleaned_data["note"],
                actor=request.user,
                now=timezone.now(),
            )
        except UserFacingError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Your decision is recorded.")
            return redirect("sla:deadlines", case.reference)
    asked = (
        f"{extension.asked_by} asks for {extension.working_days} more working days on “{extension.clock.target}”: "
        f"{extension.reason}"
    )
    return clock_form(request, case, form, title="Decide on more time", act="Save decision", intro=[asked])


@require_http_methods(["GET", "HEAD", "POST"])
def letter(request: AuthenticatedRequest, number: str, pk: int) -> HttpResponse:
    case, extension = _find_extension(request, number, pk)
    require(request.user, CaseAction.INVESTIGATE, case)
    form = ExtensionLetterForm(request.POST or None, case=case)
    if form.is_valid():
        contact = form.cleaned_data["contact"]
        try:
            clock = services.count_extension(extension, contact=contact, actor=request.user, now=timezone.now())
        except UserFacingError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"{clock.target} is extended.")
            return redirect("sla:deadlines", case.reference)
    title = f"Record the letter: {extension.clock.target}"
    return clock_form(request, case, form, title=title, act="Extend deadline")


def _find_extension(request: AuthenticatedRequest, number: str, pk: int) -> tuple[Case, Extension]:
    case = find_case(request, number)
    found = Extension.objects.visible_to(request.user).select_related("clock__case", "clock__target", "asked_by")
    return case, get_object_or_404(found, clock__case=case, pk=pk)
