"""The deadlines of a case, and what people may do to its clocks."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cases.models import Case
from cases.permissions import CaseAction, permits, require
from cases.views.facts import render_form
from cases.views.page import find_case, render_section
from core.errors import UserFacingError
from core.http import AuthenticatedRequest
from sla import services
from sla.choices import BreachCause, PauseReason
from sla.forms.case import BreachCauseForm, PauseForm, RecordMetForm, StartForm
from sla.models import Clock
from sla.selectors.case_page import full_views_of
from sla.selectors.starting import offered_allowances
from sla.services.breaches import give_breach_cause

SECTION = "deadlines"


@require_safe
def deadlines(request: AuthenticatedRequest, number: str) -> HttpResponse:
    """Every clock of the case with its account, its ledger and why its rule was the one."""
    case = find_case(request, number)
    context: dict[str, Any] = {
        "clocks": full_views_of(case, now=timezone.now()),
        "may_pause": permits(request.user, CaseAction.PAUSE, case),
        "may_work": permits(request.user, CaseAction.INVESTIGATE, case),
        "is_offered_a_start": case.is_open and bool(offered_allowances(case)),
    }
    return render_section(request, case, SECTION, "sla/deadlines.html", **context)


@require_http_methods(["GET", "HEAD", "POST"])
def pause(request: AuthenticatedRequest, number: str) -> HttpResponse:
    case = find_case(request, number)
    require(request.user, CaseAction.PAUSE, case)
    form = PauseForm(request.POST or None, case=case)
    if form.is_valid():
        try:
            services.pause_clocks(
                case,
                reason=PauseReason(form.cleaned_data["reason"]),
                note=form.cleaned_data["note"],
                contact=form.cleaned_data["contact"],
                expires_at=form.expires_at(),
                actor=request.user,
                now=timezone.now(),
            )
        except UserFacingError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "The handling clocks are paused. Clocks that the customer was told of go on.")
            return redirect("sla:deadlines", case.reference)
    return clock_form(request, case, form, title="Pause clocks", act="Pause clocks")


@require_POST
def resume(request: AuthenticatedRequest, number: str) -> HttpResponse:
    case = find_case(request, number)
    require(request.user, CaseAction.PAUSE, case)
    resumed = services.resume_clocks(case, actor=request.user, now=timezone.now())
    messages.success(request, "The clocks run again." if resumed else "No clock was paused.")
    return redirect("sla:deadlines", case.reference)


@require_http_methods(["GET", "HEAD", "POST"])
def breach_cause(request: AuthenticatedRequest, number: str, pk: int) -> HttpResponse:
    case, clock = find_clock(request, number, pk)
    require(request.user, CaseAction.INVESTIGATE, case)
    initial = {"cause": clock.breach_cause, "note": clock.breach_note}
    form = BreachCauseForm(request.POST or None, initial=initial)
    if form.is_valid():
        cause, note = BreachCause(form.cleaned_data["cause"]), form.cleaned_data["note"]
        give_breach_cause(clock, cause=cause, note=note, actor=request.user, now=timezone.now())
        messages.success(request, "The cause is recorded.")
        return redirect("sla:deadlines", case.reference)
    return clock_form(request, case, form, title=f"Why was “{clock.target}” missed?", act="Save cause")


@require_http_methods(["GET", "HEAD", "POST"])
def start(request: AuthenticatedRequest, number: str) -> HttpResponse:
    """Start a clock that waits for a colleague, such as the time to report a breach."""
    case = find_case(request, number)
    require(request.user, CaseAction.INVESTIGATE, case)
    may_backdate = permits(request.user, CaseAction.PAUSE, case)
    allowances = offered_allowances(case)
    form = StartForm(request.POST or None, case=case, allowances=allowances, may_backdate=may_backdate)
    if form.is_valid():
        now = timezone.now()
        try:
            clock = services.start_target(
                case,
                target_id=form.cleaned_data["target"],
                starts_at=form.starts_at(now),
                reason=form.cleaned_data.get("reason", ""),
                actor=request.user,
                now=now,
            )
        except UserFacingError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"“{clock.target}” runs.")
            return redirect("sla:deadlines", case.reference)
    return clock_form(request, case, form, title="Start a clock", act="Start clock")


@require_http_methods(["GET", "HEAD", "POST"])
def record(request: AuthenticatedRequest, number: str, pk: int) -> HttpResponse:
    """Record that a target was met which nobody can see from here."""
    case, clock = find_clock(request, number, pk)
    require(request.user, CaseAction.INVESTIGATE, case)
    form = RecordMetForm(request.POST or None)
    if form.is_valid():
        try:
            services.record_met(clock, actor=request.user, now=timezone.now(), **form.cleaned_data)
        except UserFacingError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"“{clock.target}” is recorded as met.")
            return redirect("sla:deadlines", case.reference)
    return clock_form(request, case, form, title=f"Record: {clock.target}", act="Save record")


def find_clock(request: AuthenticatedRequest, number: str, pk: int) -> tuple[Case, Clock]:
    case = find_case(request, number)
    clocks = Clock.objects.visible_to(request.user).with_policy()
    return case, get_object_or_404(clocks.select_related("case"), case=case, pk=pk)


def clock_form(
    request: AuthenticatedRequest, case: Case, form: Any, *, title: str, act: str, intro: Sequence[str] = ()
) -> HttpResponse:
    back_url = f"{case.get_absolute_url()}deadlines/"
    return render_form(request, case, form, title=title, act=act, section=SECTION, back_url=back_url, intro=intro)
