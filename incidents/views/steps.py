"""The steps of an incident's life: one page for each, all of the same shape."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from cases.choices import WaitingOn
from cases.views.facts import render_form
from core.http import AuthenticatedRequest
from incidents import permissions
from incidents.choices import IncidentAction
from incidents.forms.steps import FORMS, AssessForm, StepForm
from incidents.selectors.figures import figures_of
from incidents.selectors.steps import closing_obstacles, right_for
from incidents.services import steps
from incidents.services.steps import Assessment, Turn
from incidents.views.frame import done, find_incident


@dataclass(frozen=True)
class Words:
    """What the page of a step says, and what is said when it is done."""

    title: str
    intro: str
    done: str


WORDS = {
    IncidentAction.ASSESS: Words(
        "Assess the incident",
        "Impact and urgency give the priority, and the priority gives the deadlines.",
        "The incident is assessed.",
    ),
    IncidentAction.START: Words(
        "Start work", "Whoever starts an incident without an owner owns it.", "Work is started."
    ),
    IncidentAction.WAIT: Words(
        "Wait for somebody",
        "Customer deadlines go on while you wait. Keep sending updates.",
        "The incident waits. Updates to customers still fall due.",
    ),
    IncidentAction.RESUME: Words("Resume work", "The wait is over.", "Work is resumed."),
    IncidentAction.RESOLVE: Words(
        "Resolve the incident",
        "The service works again. Telling customers and making good come next.",
        "The incident is resolved. Tell customers next.",
    ),
    IncidentAction.FOLLOW_UP: Words(
        "Start follow-up", "Service recovery and promises are carried out before it is closed.", "Follow-up is started."
    ),
    IncidentAction.CLOSE: Words("Close the incident", "Nothing promised may be open.", "The incident is closed."),
    IncidentAction.REOPEN: Words(
        "Reopen the incident", "What was recorded stays. Deadlines start again.", "The incident is open again."
    ),
}


@require_http_methods(["GET", "HEAD", "POST"])
def step(request: AuthenticatedRequest, number: str, action: IncidentAction) -> HttpResponse:
    case = find_incident(request, number)
    incident = figures_of(case).incident
    right = right_for(action, case, incident)
    if not permissions.permits(request.user, right, case):
        raise PermissionDenied(permissions.refusal(right, case))
    form = FORMS[action](request.POST or None, case=case, incident=incident)
    words = WORDS[action]
    if done(request, form, lambda: _take(action, _turn(request, case.pk, form), form)):
        messages.success(request, words.done)
        return redirect(case)
    intro = [words.intro]
    if action == IncidentAction.CLOSE:
        intro += [sentence for sentence, _ in closing_obstacles(case, now=timezone.now())]
    return render_form(request, case, form, title=words.title, act=action.label, intro=intro)


def _turn(request: AuthenticatedRequest, case_id: int, form: StepForm) -> Turn:
    data = form.cleaned_data
    return Turn(
        case_id=case_id,
        actor=request.user,
        now=timezone.now(),
        version=data["version"],
        note=data.get("note", ""),
    )


def _take(action: IncidentAction, turn: Turn, form: StepForm) -> Any:
    data = form.cleaned_data
    acts: dict[IncidentAction, Callable[[], Any]] = {
        IncidentAction.ASSESS: lambda: steps.assess(turn, assessment=_assessment(cast(AssessForm, form))),
        IncidentAction.START: lambda: steps.start(turn),
        IncidentAction.WAIT: lambda: steps.wait(turn, waiting_on=WaitingOn(data["waiting_on"])),
        IncidentAction.RESUME: lambda: steps.resume(turn),
        IncidentAction.RESOLVE: lambda: steps.resolve(turn, resolution=data["resolution"]),
        IncidentAction.FOLLOW_UP: lambda: steps.start_follow_up(turn),
        IncidentAction.CLOSE: lambda: steps.close(turn),
        IncidentAction.REOPEN: lambda: steps.reopen(turn),
    }
    return acts[action]()


def _assessment(form: AssessForm) -> Assessment:
    data = form.cleaned_data
    return Assessment(
        affected=data["affected"],
        affected_count=data["affected_count"],
        started_at=form.started_at(),
        impact=data["impact"],
        urgency=data["urgency"],
        workaround=data["workaround"],
    )
