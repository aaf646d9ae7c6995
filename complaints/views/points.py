"""The points of complaint: the list, each point, and what the complaint is as a whole."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cases.models import Case, Evidence
from cases.views.facts import conflict_context
from cases.views.page import render_section
from complaints import permissions
from complaints.choices import ComplaintAction
from complaints.forms.points import BearingForm, DefinitionForm, NewPointForm, PointForm
from complaints.models import Complaint, ComplaintPoint
from complaints.selectors.proposal import offered
from complaints.selectors.working_copy import working_copy_of
from complaints.services.opening import agree_definition
from complaints.services.points import add_point as save_new_point
from complaints.services.points import save_bearing, save_point
from complaints.views.finding import find_complaint, render_form
from core.errors import UserFacingError
from core.http import AuthenticatedRequest
from core.sharing import Outcome, save_shared


@require_safe
def points(request: AuthenticatedRequest, number: str) -> HttpResponse:
    case = find_complaint(request, number)
    return _render_points(request, case, NewPointForm())


def _render_points(
    request: AuthenticatedRequest, case: Case, new_point: NewPointForm, status: int = 200
) -> HttpResponse:
    return render_section(
        request,
        case,
        "points",
        "complaints/points.html",
        status=status,
        proposal=working_copy_of(case),
        may_edit="answer_points" in offered(case, request.user),
        form=new_point,
    )


@require_POST
def add_point(request: AuthenticatedRequest, number: str) -> HttpResponse:
    case = find_complaint(request, number)
    permissions.require(request.user, ComplaintAction.ANSWER_POINTS, case)
    form = NewPointForm(request.POST)
    if form.is_valid():
        try:
            save_new_point(case_id=case.pk, actor=request.user, now=timezone.now(), **form.cleaned_data)
        except UserFacingError as error:
            form.add_error(None, str(error))
        else:
            return redirect("complaints:points", case.reference)
    return _render_points(request, case, form, status=422)


@require_http_methods(["GET", "POST"])
def edit_point(request: AuthenticatedRequest, number: str, pk: int) -> HttpResponse:
    case = find_complaint(request, number)
    points = ComplaintPoint.objects.visible_to(request.user).prefetch_related("evidence")
    point = get_object_or_404(points, pk=pk, case=case)
    permissions.require(request.user, ComplaintAction.ANSWER_POINTS, case)
    if request.method == "GET":
        return _render_point(request, case, point, PointForm(case=case, initial=PointForm.initial_of(point)))
    try:
        outcome = _save_point(request, case, point)
    except UserFacingError as error:
        form = PointForm(request.POST, case=case)
        form.add_error(None, str(error))
        return _render_point(request, case, point, form)
    if not outcome.is_saved:
        return _render_point(request, case, point, outcome.form, **conflict_context(outcome))
    messages.success(request, outcome.done(f"Point {point.number} is saved."))
    return redirect("complaints:points", case.reference)


def _save_point(request: AuthenticatedRequest, case: Case, point: ComplaintPoint) -> Outcome[PointForm]:
    def fresh() -> PointForm:
        now_stored = ComplaintPoint.objects.visible_to(request.user).prefetch_related("evidence").get(pk=point.pk)
        return PointForm(case=case, initial=PointForm.initial_of(now_stored))

    def save(form: PointForm) -> None:
        save_point(
            point_id=point.pk,
            version=form.cleaned_data["version"],
            answer=form.answer(),
            evidence_ids=form.evidence_ids(),
            actor=request.user,
            now=timezone.now(),
        )

    return save_shared(request.POST, make_form=lambda data: PointForm(data, case=case), fresh_form=fresh, save=save)


def _render_point(
    request: AuthenticatedRequest, case: Case, point: ComplaintPoint, form: PointForm, **context: Any
) -> HttpResponse:
    title, act = f"Point {point.number}", "Save point"
    back_url = reverse("complaints:points", args=[case.reference])
    return render_form(request, case, form, title=title, act=act, back_url=back_url, section="points", **context)


@require_http_methods(["GET", "POST"])
def bearing(request: AuthenticatedRequest, number: str, pk: int) -> HttpResponse:
    """Which points a piece of evidence bears on, said from the evidence register."""
    case = find_complaint(request, number)
    piece = get_object_or_404(Evidence.objects.visible_to(request.user), pk=pk, case=case, removed_at=None)
    permissions.require(request.user, ComplaintAction.ANSWER_POINTS, case)
    form = BearingForm(request.POST if request.method == "POST" else None, piece=piece)
    if form.is_valid():
        try:
            save_bearing(
                evidence_id=piece.pk,
                point_ids=form.cleaned_data["points"],
                actor=request.user,
                now=timezone.now(),
            )
        except UserFacingError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"The points that {piece.title} bears on are saved.")
            return redirect("cases:evidence", case.reference)
    back_url = reverse("cases:evidence", args=[case.reference])
    return render_form(request, case, form, title=piece.title, act="Save points", back_url=back_url, section="evidence")


@require_http_methods(["GET", "POST"])
def define(request: AuthenticatedRequest, number: str) -> HttpResponse:
    case = find_complaint(request, number)
    permissions.require(request.user, ComplaintAction.ANSWER_POINTS, case)
    context: dict[str, Any] = {}
    form = DefinitionForm(initial=DefinitionForm.initial_of(case.complaint))
    if request.method == "POST":
        try:
            outcome = _save_definition(request, case)
        except UserFacingError as error:
            form = DefinitionForm(request.POST)
            form.add_error(None, str(error))
        else:
            if outcome.is_saved:
                messages.success(request, outcome.done("The definition of the complaint is saved."))
                return redirect("complaints:points", case.reference)
            form, context = outcome.form, conflict_context(outcome)
    title, act = "What the complaint is", "Save definition"
    back_url = reverse("complaints:points", args=[case.reference])
    return render_form(request, case, form, title=title, act=act, back_url=back_url, section="points", **context)


def _save_definition(request: AuthenticatedRequest, case: Case) -> Outcome[DefinitionForm]:
    def fresh() -> DefinitionForm:
        stored = Complaint.objects.visible_to(request.user).select_related("case").get(case=case)
        return DefinitionForm(initial=DefinitionForm.initial_of(stored))

    def save(form: DefinitionForm) -> None:
        version = form.cleaned_data["version"]
        agree_definition(case_id=case.pk, version=version, actor=request.user, now=timezone.now(), **form.values())

    return save_shared(request.POST, make_form=DefinitionForm, fresh_form=fresh, save=save)
