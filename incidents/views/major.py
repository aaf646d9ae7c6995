"""A major incident: its page, and a page for each thing that can be done about it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cases.views.page import render_section
from core.http import AuthenticatedRequest
from incidents import permissions
from incidents.forms.major import (
    DeclareForm,
    ListenerForm,
    NoteForm,
    OutcomeOfActionForm,
    ReviewActionForm,
    ReviewForm,
    RolesForm,
    StandDownForm,
)
from incidents.models import Listener, ReviewAction
from incidents.permissions import Right
from incidents.selectors.figures import figures_of
from incidents.selectors.major import major_of, people_who_act, people_who_lead, timeline_of
from incidents.services import broadcasts, major
from incidents.views.frame import find_incident, row_page

METHODS = ["GET", "HEAD", "POST"]


@require_safe
def overview(request: AuthenticatedRequest, number: str) -> HttpResponse:
    """Who leads it, what happened when, who is kept informed, what was learned and what follows from it."""
    case = find_incident(request, number)
    row = major_of(case)
    context: dict[str, Any] = {
        "major": row,
        "incident": figures_of(case).incident,
        "moments": timeline_of(case, row) if row else [],
        "actions": ReviewAction.objects.visible_to(request.user).filter(case=case).select_related("owner"),
        "listeners": Listener.objects.visible_to(request.user).filter(case=case),
        "may_declare": case.is_open and permissions.permits(request.user, Right.DECLARE, case),
        "may_lead": permissions.permits(request.user, Right.LEAD, case),
        "may_note": permissions.permits(request.user, Right.WORK, case),
        "may_tell": permissions.permits(request.user, Right.TELL, case),
        "today": timezone.localdate(),
    }
    return render_section(request, case, "major", "incidents/major.html", **context)


@require_http_methods(METHODS)
def declare(request: AuthenticatedRequest, number: str) -> HttpResponse:
    case = find_incident(request, number)
    form = DeclareForm(request.POST or None, people=people_who_lead(case))
    return row_page(
        request,
        case,
        form,
        lambda: major.declare_major(
            case_id=case.pk,
            reason=form.cleaned_data["reason"],
            roles=form.roles(),
            actor=request.user,
            now=timezone.now(),
        ),
        right=Right.DECLARE,
        section="major",
        title="Declare a major incident",
        button="Declare major incident",
        message="It is a major incident now. Tell stakeholders and customers next.",
    )


@require_http_methods(METHODS)
def roles(request: AuthenticatedRequest, number: str) -> HttpResponse:
    case = find_incident(request, number)
    row = major_of(case)
    known = {"lead": row.lead_id, "communications": row.communications_id} if row else {}
    form = RolesForm(request.POST or None, people=people_who_lead(case), initial=known)
    return row_page(
        request,
        case,
        form,
        lambda: major.assign_roles(case_id=case.pk, roles=form.roles(), actor=request.user, now=timezone.now()),
        right=Right.LEAD,
        section="major",
        title="Change who leads",
        button="Save",
        message="The leads are changed.",
    )


@require_http_methods(METHODS)
def note(request: AuthenticatedRequest, number: str) -> HttpResponse:
    case = find_incident(request, number)
    form = NoteForm(request.POST or None)
    return row_page(
        request,
        case,
        form,
        lambda: major.note_in_timeline(
            case_id=case.pk,
            happened_at=form.happened_at(),
            text=form.cleaned_data["text"],
            actor=request.user,
            now=timezone.now(),
        ),
        right=Right.WORK,
        section="major",
        title="Add to the timeline",
        button="Add to the timeline",
        message="It stands in the timeline.",
    )


@require_http_methods(METHODS)
def stand_down(request: AuthenticatedRequest, number: str) -> HttpResponse:
    case = find_incident(request, number)
    form = StandDownForm(request.POST or None)
    return row_page(
        request,
        case,
        form,
        lambda: major.stand_down(
            case_id=case.pk, note=form.cleaned_data["note"], actor=request.user, now=timezone.now()
        ),
        right=Right.LEAD,
        section="major",
        title="Stand the major incident down",
        button="Stand down",
        message="It is stood down. The review is due within five working days.",
    )


@require_http_methods(METHODS)
def review(request: AuthenticatedRequest, number: str) -> HttpResponse:
    case = find_incident(request, number)
    row = major_of(case)
    known = {"findings": row.findings, "went_well": row.went_well, "went_badly": row.went_badly} if row else {}
    form = ReviewForm(request.POST or None, initial=known)
    return row_page(
        request,
        case,
        form,
        lambda: major.record_review(case_id=case.pk, review=form.review(), actor=request.user, now=timezone.now()),
        right=Right.LEAD,
        section="major",
        title="Review the major incident",
        button="Record review",
        message="The review is recorded. Add the actions that follow from it.",
    )


@require_http_methods(METHODS)
def review_action(request: AuthenticatedRequest, number: str) -> HttpResponse:
    case = find_incident(request, number)
    form = ReviewActionForm(request.POST or None, people=people_who_act(case))
    return row_page(
        request,
        case,
        form,
        lambda: major.add_review_action(case_id=case.pk, actor=request.user, now=timezone.now(), **form.cleaned_data),
        right=Right.LEAD,
        section="major",
        title="Add an action",
        button="Add action",
        message="The action is added. Its owner is told when it is due.",
    )


@require_http_methods(METHODS)
def review_action_done(request: AuthenticatedRequest, number: str, pk: int) -> HttpResponse:
    case = find_incident(request, number)
    row = get_object_or_404(ReviewAction.objects.visible_to(request.user), case=case, pk=pk)
    form = OutcomeOfActionForm(request.POST or None)
    return row_page(
        request,
        case,
        form,
        lambda: major.finish_review_action(
            action_id=row.pk, outcome=form.cleaned_data["outcome"], actor=request.user, now=timezone.now()
        ),
        right=Right.SEE if row.owner_id == request.user.pk else Right.LEAD,
        section="major",
        title=f"Done: {row.text}",
        button="Record as done",
        message="The action is done.",
    )


@require_http_methods(METHODS)
def listener(request: AuthenticatedRequest, number: str) -> HttpResponse:
    case = find_incident(request, number)
    form = ListenerForm(request.POST or None)
    return row_page(
        request,
        case,
        form,
        lambda: broadcasts.add_listener(case_id=case.pk, actor=request.user, now=timezone.now(), **form.cleaned_data),
        right=Right.TELL,
        section="major",
        title="Add a stakeholder",
        button="Add stakeholder",
        message="They get every update for stakeholders from now on.",
    )


@require_POST
def listener_remove(request: AuthenticatedRequest, number: str, pk: int) -> HttpResponse:
    case = find_incident(request, number)
    row = get_object_or_404(Listener.objects.visible_to(request.user), case=case, pk=pk)
    broadcasts.remove_listener(listener_id=row.pk, actor=request.user, now=timezone.now())
    messages.success(request, f"{row.name} gets no more updates.")
    return redirect("incidents:major", case.reference)
