"""The steps of a complaint's life that are one short form each."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from cases.choices import CaseStatus, Channel
from cases.models import Case
from cases.views.page import render_section
from complaints import lifecycle, permissions
from complaints.choices import ComplaintAction, Outcome
from complaints.errors import NotReadyError
from complaints.forms.steps import AnswerForm, PlanForm, ReasonForm, ReopenForm, ReopeningPlanForm, SendForm
from complaints.selectors.gates import checks_for
from complaints.services import confirming, finishing, opening
from complaints.views.finding import find_complaint
from core.errors import TransitionNotAllowedError, UserFacingError
from core.forms import RedressForm
from core.http import AuthenticatedRequest

FormT = TypeVar("FormT", bound=RedressForm)


@dataclass(frozen=True, kw_only=True)
class Words:
    """What the page of a step says: its title, its button, what came of it, and what it will do; and what follows."""

    title: str
    act: str
    done: str
    intro: str = ""
    leads_to: str = "complaints:resolution"


def _step(
    request: AuthenticatedRequest,
    number: str,
    action: ComplaintAction,
    words: Words,
    make_form: Callable[..., FormT],
    take: Callable[[Case, FormT], object],
) -> HttpResponse:
    """Show the form of a step with what stands in its way, or take the step."""
    case = find_complaint(request, number)
    permissions.require(request.user, action, case)
    form = make_form(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            take(case, form)
        except NotReadyError as error:
            for sentence in error.missing:
                form.add_error(None, sentence)
        except UserFacingError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, words.done)
            return redirect(words.leads_to, case.reference)
    context = {
        "form": form,
        "words": words,
        "refusal": _refusal(case, action),
        "checks": [check for check in checks_for(action, case, now=timezone.now()) if not check.is_met],
        "back_url": reverse("complaints:resolution", args=[case.reference]),
    }
    status = 422 if form.is_bound else 200
    return render_section(request, case, "resolution", "complaints/step.html", status=status, **context)


def _refusal(case: Case, action: ComplaintAction) -> str:
    try:
        lifecycle.next_status(CaseStatus(case.status), action)
    except TransitionNotAllowedError as error:
        return str(error)
    return ""


@require_http_methods(["GET", "POST"])
def start(request: AuthenticatedRequest, number: str) -> HttpResponse:
    words = Words(
        title="Start the investigation",
        act="Start investigation",
        done="The investigation has started.",
        leads_to="cases:investigation",
    )
    case = find_complaint(request, number)
    plan = {"note": case.complaint.reopening_plan}
    return _step(
        request,
        number,
        ComplaintAction.START,
        words,
        partial(ReopeningPlanForm, initial=plan) if case.status == CaseStatus.REOPENED else PlanForm,
        lambda case, form: opening.start_investigation(
            case_id=case.pk, actor=request.user, now=timezone.now(), **form.cleaned_data
        ),
    )


@require_http_methods(["GET", "POST"])
def send(request: AuthenticatedRequest, number: str) -> HttpResponse:
    words = Words(
        title="Send the decision",
        act="Send decision",
        done="The decision is on its way to the customer.",
        intro="The approved letter goes out word for word. A letter by post is printed from the timeline.",
    )
    return _step(
        request,
        number,
        ComplaintAction.SEND,
        words,
        SendForm,
        lambda case, form: finishing.send_decision(
            case_id=case.pk, channel=Channel(form.cleaned_data["channel"]), actor=request.user, now=timezone.now()
        ),
    )


@require_http_methods(["GET", "POST"])
def ask(request: AuthenticatedRequest, number: str) -> HttpResponse:
    words = Words(
        title="Ask the customer to confirm",
        act="Send email",
        done="The customer has been asked whether it has been put right.",
        intro="They get an email with a link of their own. It works for 30 days, and only after they say who they are.",
    )
    return _step(
        request,
        number,
        ComplaintAction.CONFIRM,
        words,
        RedressForm,
        lambda case, form: confirming.ask_to_confirm(case_id=case.pk, actor=request.user, now=timezone.now()),
    )


@require_http_methods(["GET", "POST"])
def answer(request: AuthenticatedRequest, number: str) -> HttpResponse:
    words = Words(
        title="Record the customer’s answer",
        act="Record answer",
        done="The answer is recorded.",
        intro="If it is not sorted, the case opens again with your plan, and the customer is promised contact.",
    )
    return _step(
        request,
        number,
        ComplaintAction.CONFIRM,
        words,
        AnswerForm,
        lambda case, form: finishing.record_confirmation(
            case_id=case.pk, said=form.said(), actor=request.user, now=timezone.now()
        ),
    )


@require_http_methods(["GET", "POST"])
def follow_up(request: AuthenticatedRequest, number: str) -> HttpResponse:
    words = Words(
        title="Start the follow-up",
        act="Start follow-up",
        done="The case is in follow-up.",
        intro="The decision has gone out. What was promised is kept and checked from here on.",
        leads_to="cases:follow_up",
    )
    return _step(
        request,
        number,
        ComplaintAction.FOLLOW_UP,
        words,
        RedressForm,
        lambda case, form: finishing.start_follow_up(case_id=case.pk, actor=request.user, now=timezone.now()),
    )


@require_http_methods(["GET", "POST"])
def close(request: AuthenticatedRequest, number: str) -> HttpResponse:
    words = Words(
        title="Close the case",
        act="Close case",
        done="The case is closed.",
        intro="It can be reopened if the customer comes back.",
    )
    return _step(
        request,
        number,
        ComplaintAction.CLOSE,
        words,
        RedressForm,
        lambda case, form: finishing.close_complaint(case_id=case.pk, actor=request.user, now=timezone.now()),
    )


@require_http_methods(["GET", "POST"])
def reopen(request: AuthenticatedRequest, number: str) -> HttpResponse:
    words = Words(
        title="Reopen the case",
        act="Reopen case",
        done="The case is open again.",
        intro="The earlier decision stays in the history. A new one needs a new sign-off.",
    )
    return _step(
        request,
        number,
        ComplaintAction.REOPEN,
        words,
        ReopenForm,
        lambda case, form: finishing.reopen_complaint(
            case_id=case.pk, actor=request.user, now=timezone.now(), **form.cleaned_data
        ),
    )


@require_http_methods(["GET", "POST"])
def withdraw(request: AuthenticatedRequest, number: str) -> HttpResponse:
    words = Words(
        title="Withdraw the complaint",
        act="Withdraw complaint",
        done="The complaint is withdrawn at the customer’s request.",
        intro="Only when the customer asks for it. The case can be reopened.",
    )
    return _step(
        request,
        number,
        ComplaintAction.WITHDRAW,
        words,
        ReasonForm,
        lambda case, form: finishing.withdraw_complaint(
            case_id=case.pk, actor=request.user, now=timezone.now(), **form.cleaned_data
        ),
    )


@require_http_methods(["GET", "POST"])
def set_aside(request: AuthenticatedRequest, number: str) -> HttpResponse:
    words = Words(
        title="Close as out of scope",
        act="Close as out of scope",
        done="The case is closed as out of scope.",
        intro="Tell the customer why, and who can help them, before you close it. What another organisation must answer is forwarded instead; the same complaint logged twice is merged.",
    )
    return _step(
        request,
        number,
        ComplaintAction.SET_ASIDE,
        words,
        ReasonForm,
        lambda case, form: finishing.set_aside(
            case_id=case.pk,
            outcome=Outcome.OUT_OF_SCOPE,
            reason=form.cleaned_data["reason"],
            actor=request.user,
            now=timezone.now(),
        ),
    )
