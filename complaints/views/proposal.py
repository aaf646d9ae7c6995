"""The resolution: written, made ready and handed over for sign-off."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from cases.models import Case
from cases.views.facts import conflict_context
from cases.views.page import render_section
from complaints import permissions
from complaints.choices import ComplaintAction
from complaints.errors import NotReadyError
from complaints.forms.proposal import ActionForm, RedressItemForm, ResolutionForm
from complaints.models import ProposedAction, RedressItem
from complaints.selectors.gates import checks_for
from complaints.selectors.promised import promises_standing
from complaints.selectors.proposal import confirmations_of, forecast, is_editable, offered, precedents, rounds_of
from complaints.selectors.working_copy import WorkingCopy, working_copy_of
from complaints.services import proposing
from complaints.services.drafting import draft_letter as write_draft
from complaints.views.finding import find_complaint
from core.errors import UserFacingError
from core.http import AuthenticatedRequest
from core.sharing import Outcome, save_shared

ADD: Final[dict[str, Callable[..., object]]] = {"redress": proposing.add_redress, "action": proposing.add_action}
THEN: Final = {"interest": "complaints:interest", "points": "complaints:points"}


@require_http_methods(["GET", "POST"])
def resolution(request: AuthenticatedRequest, number: str) -> HttpResponse:
    case = find_complaint(request, number)
    if request.method != "POST":
        return render_resolution(request, case)
    refused = _save_typed(request, case, done="The resolution is saved.")
    return refused or redirect(THEN.get(request.POST.get("then", ""), "complaints:resolution"), case.reference)


def _save_typed(request: AuthenticatedRequest, case: Case, *, asked: str = "", done: str = "") -> HttpResponse | None:
    """Save all that was typed on the page, or answer with the page, every word of it and what to change.

    The redress and the action count when their own button was pressed (`asked`), or when they were begun.
    """
    permissions.require(request.user, ComplaintAction.PROPOSE, case)
    forms: dict[str, Any] = {"redress": RedressItemForm(request.POST, case=case)}
    forms["action"] = ActionForm(request.POST, case=case, reader=request.user)
    added = {name: form for name, form in forms.items() if name == asked or form.is_begun}
    bound: dict[str, Any] = {f"{name}_form": form for name, form in added.items()}
    if not all(form.is_valid() for form in added.values()):
        return render_resolution(request, case, status=422, **_words_again(request), **bound)
    try:
        outcome = _save_words(request, case) if _has_words(request) else None
        if outcome and not outcome.is_saved:
            context: dict[str, Any] = {"status": 422, "form": outcome.form} | conflict_context(outcome) | bound
            return render_resolution(request, case, **context)
        for name, form in added.items():
            ADD[name](case_id=case.pk, offer=form.offer(), actor=request.user, now=timezone.now())
    except UserFacingError as error:
        return render_resolution(request, case, status=422, **_words_again(request, str(error)), **bound)
    if outcome and (done or outcome.taken_over):
        messages.success(request, outcome.done(done or "Your words are saved."))
    return None


def _has_words(request: AuthenticatedRequest) -> bool:
    return "version" in request.POST


def _words_again(request: AuthenticatedRequest, sentence: str = "") -> dict[str, Any]:
    """Return the apology and the letter as they were typed, for the page that says why nothing is saved."""
    if not (_has_words(request) or sentence):
        return {}
    form = ResolutionForm(request.POST)
    if sentence:
        form.add_error(None, sentence)
    return {"form": form}


def _save_words(request: AuthenticatedRequest, case: Case) -> Outcome[ResolutionForm]:
    def fresh() -> ResolutionForm:
        return ResolutionForm(initial=ResolutionForm.initial_of(working_copy_of(case).resolution))

    def save(form: ResolutionForm) -> None:
        proposing.save_resolution(
            case_id=case.pk,
            version=form.cleaned_data["version"],
            text=form.text(),
            actor=request.user,
            now=timezone.now(),
        )

    return save_shared(request.POST, make_form=ResolutionForm, fresh_form=fresh, save=save)


def ready_list(case: Case, proposal: WorkingCopy, now: datetime) -> dict[str, Any]:
    """Return the checks before sign-off, and how many are met."""
    checks = checks_for(ComplaintAction.SUBMIT, case, now=now, proposal=proposal)
    met = sum(check.is_met for check in checks)
    return {"checks": checks, "met": met, "is_ready": met == len(checks)}


def render_resolution(request: AuthenticatedRequest, case: Case, status: int = 200, **context: Any) -> HttpResponse:
    now = timezone.now()
    proposal = working_copy_of(case)
    can_edit = is_editable(case, request.user)
    rounds = rounds_of(case)
    values = {
        "proposal": proposal,
        "can_edit": can_edit,
        "steps": offered(case, request.user),
        "rounds": rounds,
        "confirmations": confirmations_of(case),
        "precedents": precedents(case, request.user),
    }
    if can_edit:
        values |= {
            **ready_list(case, proposal, now),
            "promised": promises_standing(case, rounds),
            "forecast": forecast(case, amount=proposal.total, proposer=request.user, rounds=rounds, now=now),
            "form": ResolutionForm(initial=ResolutionForm.initial_of(proposal.resolution)),
            "redress_form": RedressItemForm(case=case),
            "action_form": ActionForm(case=case, reader=request.user),
        }
    return render_section(request, case, "resolution", "complaints/resolution.html", status=status, **values | context)


@require_POST
def add_redress(request: AuthenticatedRequest, number: str) -> HttpResponse:
    case = find_complaint(request, number)
    return _save_typed(request, case, asked="redress") or redirect(f"{_url(case)}#redress")


@require_POST
def add_action(request: AuthenticatedRequest, number: str) -> HttpResponse:
    case = find_complaint(request, number)
    return _save_typed(request, case, asked="action") or redirect(f"{_url(case)}#actions")


@require_POST
def remove_redress(request: AuthenticatedRequest, number: str, pk: int) -> HttpResponse:
    case = find_complaint(request, number)
    item = get_object_or_404(RedressItem.objects.visible_to(request.user), pk=pk, case=case)
    return _save_typed(request, case) or _attempt(request, case, "#redress", proposing.remove_redress, item_id=item.pk)


@require_POST
def remove_action(request: AuthenticatedRequest, number: str, pk: int) -> HttpResponse:
    case = find_complaint(request, number)
    action = get_object_or_404(ProposedAction.objects.visible_to(request.user), pk=pk, case=case)
    return _save_typed(request, case) or _attempt(
        request, case, "#actions", proposing.remove_action, action_id=action.pk
    )


@require_POST
def draft_letter(request: AuthenticatedRequest, number: str) -> HttpResponse:
    """Save what stands in the form beside the button, then write the letter from it: nothing typed is lost."""
    case = find_complaint(request, number)
    return _save_typed(request, case) or _attempt(request, case, "#id_letter", write_draft, case_id=case.pk)


@require_POST
def submit(request: AuthenticatedRequest, number: str) -> HttpResponse:
    case = find_complaint(request, number)
    done = "The proposal is sent for sign-off."
    return _save_typed(request, case) or _attempt(
        request, case, "", proposing.submit_for_sign_off, case_id=case.pk, done=done
    )


@require_POST
def take_back(request: AuthenticatedRequest, number: str) -> HttpResponse:
    case = find_complaint(request, number)
    return _attempt(request, case, "", proposing.take_back, case_id=case.pk, done="The proposal is yours again.")


def _attempt(
    request: AuthenticatedRequest,
    case: Case,
    place: str,
    service: Callable[..., object],
    *,
    done: str = "",
    **ids: int,
) -> HttpResponse:
    """Call a service that needs nothing typed; a refusal is said on the page, with what is missing."""
    try:
        service(actor=request.user, now=timezone.now(), **ids)
    except UserFacingError as error:
        refusals = error.missing if isinstance(error, NotReadyError) else [str(error)]
        return render_resolution(request, case, status=422, refusals=refusals)
    if done:
        messages.success(request, done)
    return redirect(f"{_url(case)}{place}")


def _url(case: Case) -> str:
    return reverse("complaints:resolution", args=[case.reference])
