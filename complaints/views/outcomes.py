"""Other ends than a decision of ours: forwarded, merged with another case, taken to the ombudsman."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from cases import permissions as case_permissions
from cases.forms.facts import ReasonForm
from cases.models import Case
from cases.permissions import CaseAction
from complaints import permissions
from complaints.choices import ComplaintAction
from complaints.forms.outcomes import ForwardForm, MergeForm, OmbudsmanForm
from complaints.models import Forwarding, Merge, OmbudsmanReferral
from complaints.services.forwarding import forward as forward_it
from complaints.services.forwarding import make_letter
from complaints.services.merging import merge as merge_it
from complaints.services.merging import take_apart as take_it_apart
from complaints.services.ombudsman import save_referral
from complaints.views.finding import find_complaint, render_form
from core.errors import StaleVersionError, UserFacingError
from core.http import AuthenticatedRequest


@require_http_methods(["GET", "POST"])
def forward(request: AuthenticatedRequest, number: str) -> HttpResponse:
    case = find_complaint(request, number)
    permissions.require(request.user, ComplaintAction.ANSWER_POINTS, case)
    form = ForwardForm(request.POST if request.method == "POST" else None, case=case)
    if form.is_valid():
        try:
            row = forward_it(case_id=case.pk, to=form.forward(), actor=request.user, now=timezone.now())
        except UserFacingError as error:
            form.add_error(None, str(error))
        else:
            what = "The whole complaint is" if row.is_whole else "These points are"
            messages.success(request, f"{what} with {row.organisation}.")
            return redirect(case)
    intro = [
        "Tell the customer why and how they reach the other organisation, and write it down here.",
        "The letter to the other organisation is then made from its template, above the case.",
    ]
    return render_form(request, case, form, title="Forward to another organisation", act="Forward", intro=intro)


@require_POST
def forwarding_letter(request: AuthenticatedRequest, number: str, pk: int) -> HttpResponse:
    """Make the letter to the other organisation, to be printed from the evidence."""
    case = find_complaint(request, number)
    row = get_object_or_404(
        Forwarding.objects.visible_to(request.user).select_related("case__customer"), pk=pk, case=case
    )
    try:
        piece = make_letter(row, actor=request.user, now=timezone.now())
    except UserFacingError as error:
        messages.error(request, str(error))
        return redirect(case)
    messages.success(request, f"“{piece.title}” is in the evidence. Print it from there.")
    return redirect("cases:evidence", case.reference)


@require_http_methods(["GET", "POST"])
def merge(request: AuthenticatedRequest, number: str) -> HttpResponse:
    case = find_complaint(request, number)
    permissions.require(request.user, ComplaintAction.SET_ASIDE, case)
    form = MergeForm(request.POST if request.method == "POST" else None, reader=request.user)
    if form.is_valid():
        into, reason = form.cleaned_data["reference"], form.cleaned_data["reason"]
        try:
            merge_it(case_id=case.pk, into_id=into.pk, reason=reason, actor=request.user, now=timezone.now())
        except UserFacingError as error:
            form.add_error("reference", str(error))
        else:
            messages.success(request, f"{case} is merged into {into}. It can be taken apart again.")
            return redirect(into)
    intro = [
        "The same complaint, logged twice: this case is closed and counts no more. Nothing written in it is lost.",
        "What is still promised to the customer moves to the case that stays open.",
    ]
    return render_form(request, case, form, title="Merge with another case", act="Merge cases", intro=intro)


@require_http_methods(["GET", "POST"])
def take_apart(request: AuthenticatedRequest, number: str, pk: int) -> HttpResponse:
    case = find_complaint(request, number)
    permissions.require(request.user, ComplaintAction.REOPEN, case)
    row = get_object_or_404(Merge.objects.visible_to(request.user).standing().select_related("into"), pk=pk, case=case)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        try:
            take_it_apart(merge_id=row.pk, actor=request.user, now=timezone.now(), **form.cleaned_data)
        except UserFacingError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"{case} is a case of its own again.")
            return redirect(case)
    context = {
        "title": f"Take {case} out of {row.into}",
        "effects": [
            f"{case} is open again and counts as a complaint of its own.",
            "Promises that moved with it and are still open come back.",
            "The history of both cases keeps that they were merged, and your reason.",
        ],
        "act": "Take the cases apart",
        "back_url": case.get_absolute_url(),
        "form": form,
    }
    return render(request, "confirm.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
def ombudsman(request: AuthenticatedRequest, number: str) -> HttpResponse:
    case = find_complaint(request, number)
    case_permissions.require(request.user, CaseAction.CHANGE_FACTS, case)
    found = OmbudsmanReferral.objects.visible_to(request.user).filter(case=case).first()
    form = OmbudsmanForm(request.POST if request.method == "POST" else None, initial=OmbudsmanForm.initial_of(found))
    if not form.is_valid():
        return _ombudsman_page(request, case, form, found)
    try:
        save_referral(
            case_id=case.pk,
            version=form.cleaned_data["version"],
            facts=form.facts(),
            actor=request.user,
            now=timezone.now(),
        )
    except StaleVersionError as error:
        return _ombudsman_conflict(request, case, form, error)
    except UserFacingError as error:
        form.add_error(None, str(error))
        return _ombudsman_page(request, case, form, found)
    messages.success(request, "The ombudsman’s track is saved.")
    return redirect(case)


def _ombudsman_page(
    request: AuthenticatedRequest, case: Case, form: OmbudsmanForm, found: OmbudsmanReferral | None, **context: Any
) -> HttpResponse:
    title = "The ombudsman’s look at it" if found else "The customer went to the ombudsman"
    intro = ["Kept apart from our own decision: their dates, what they decide, and what we learn."]
    return render_form(request, case, form, title=title, act="Save referral", intro=intro, **context)


def _ombudsman_conflict(
    request: AuthenticatedRequest, case: Case, form: OmbudsmanForm, error: StaleVersionError
) -> HttpResponse:
    """Show both side by side; the form keeps what was typed, and has from now on seen what is saved."""
    found = OmbudsmanReferral.objects.visible_to(request.user).get(case=case)
    theirs = OmbudsmanForm.initial_of(found)
    conflicts = [
        {"label": form.fields[name].label, "theirs": theirs[name], "yours": yours}
        for name, yours in form.cleaned_data.items()
        if name != "version" and theirs[name] != yours
    ]
    data = request.POST.copy()
    data["version"] = str(found.version)
    return _ombudsman_page(
        request, case, OmbudsmanForm(data), found, status=409, conflicts=conflicts, conflict_sentence=str(error)
    )
