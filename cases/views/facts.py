"""Changing what is known of a case: facts, priority, owner, type, links, and who may know of it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from cases import permissions
from cases.forms.facts import FactsForm, KindForm, LinkForm, OwnerForm, PriorityForm, ReasonForm, RestrictForm
from cases.models import Case, CaseLink, TriageDecision
from cases.permissions import CaseAction
from cases.services import facts, links, ownership, triage
from cases.views.page import find_case, render_section
from core.errors import StaleVersionError, UserFacingError
from core.forms import RedressForm
from core.http import AuthenticatedRequest
from core.sharing import Outcome, save_shared


def render_form(
    request: AuthenticatedRequest, case: Case, form: RedressForm, *, title: str, act: str, **context: Any
) -> HttpResponse:
    """Answer with one form inside the frame of its case; a form that came back with problems answers 422."""
    section, back_url = context.pop("section", "overview"), context.pop("back_url", case.get_absolute_url())
    status = context.pop("status", 422 if form.is_bound else 200)
    return render_section(
        request,
        case,
        section,
        "cases/form.html",
        status=status,
        form=form,
        title=title,
        act=act,
        back_url=back_url,
        **context,
    )


def conflict_context(outcome: Outcome[Any]) -> dict[str, Any]:
    """Return what `cases/_conflicts.html` shows; nothing where nobody else saved."""
    if not outcome.conflicts:
        return {}
    return {"conflicts": outcome.conflicts, "conflict_sentence": outcome.sentence, "status": 409}


@require_http_methods(["GET", "POST"])
def change_facts(request: AuthenticatedRequest, number: str) -> HttpResponse:
    case = find_case(request, number)
    permissions.require_permitted(request.user, CaseAction.CHANGE_FACTS, case)
    form, conflict = FactsForm(case=case), dict[str, Any]()
    if request.method == "POST":
        outcome = _save_facts(request, case)
        if outcome.is_saved:
            messages.success(request, outcome.done("The facts are saved."))
            return redirect(case)
        form, conflict = outcome.form, conflict_context(outcome)
    return render_form(request, case, form, title="Change the facts", act="Save facts", **conflict)


def _save_facts(request: AuthenticatedRequest, case: Case) -> Outcome[FactsForm]:
    def save(form: FactsForm) -> None:
        version = form.cleaned_data["version"]
        facts.change_facts(case, actor=request.user, now=timezone.now(), version=version, values=form.values())

    return save_shared(
        request.POST,
        make_form=lambda data: FactsForm(data, case=case),
        fresh_form=lambda: FactsForm(case=find_case(request, case.number)),
        save=save,
    )


@require_http_methods(["GET", "POST"])
def priority(request: AuthenticatedRequest, number: str) -> HttpResponse:
    """Why the case has its priority; and the form to change it, for those who may."""
    case = find_case(request, number)
    may_change = permissions.permits(request.user, CaseAction.CHANGE_PRIORITY, case)
    if request.method == "POST":
        permissions.require_permitted(request.user, CaseAction.CHANGE_PRIORITY, case)
    form = PriorityForm(request.POST or None, initial={"priority": case.priority, "seen": case.priority})
    if form.is_valid():
        try:
            facts.change_priority(case, actor=request.user, now=timezone.now(), **form.cleaned_data)
        except StaleVersionError as error:
            data = request.POST.copy()
            data["seen"] = str(case.priority)  # now they have seen it: pressing the button again decides
            form = PriorityForm(data)
            form.add_error("priority", f"{error} Choose again")
        except UserFacingError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "The priority is saved. Its clocks start from the new targets.")
            return redirect(case)
    status = 422 if form.is_bound else 200
    return render_section(
        request, case, "overview", "cases/priority.html", status=status, form=form if may_change else None
    )


@require_http_methods(["GET", "POST"])
def owner(request: AuthenticatedRequest, number: str) -> HttpResponse:
    case = find_case(request, number)
    permissions.require_permitted(request.user, CaseAction.ASSIGN, case)
    form = OwnerForm(request.POST or None, case=case, reader=request.user)
    if form.is_valid():
        data, now = form.cleaned_data, timezone.now()
        try:
            ownership.hand_over(case, actor=request.user, now=now, **data)
        except UserFacingError as error:
            form.add_error("owner", str(error))
        else:
            messages.success(request, f"{case} is with {data['owner'] or data['team']}.")
            return redirect("cases:overview", case.reference)
    return render_form(request, case, form, title="Change owner", act="Save owner")


@require_POST
def take(request: AuthenticatedRequest, number: str) -> HttpResponse:
    case = find_case(request, number)
    try:
        ownership.take(case, actor=request.user, now=timezone.now())
    except UserFacingError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"{case} is yours.")
    return redirect(case)


@require_http_methods(["GET", "POST"])
def kind(request: AuthenticatedRequest, number: str) -> HttpResponse:
    """Why the case is what it is; and the form to change it, for those who may."""
    case = find_case(request, number)
    if request.method == "POST":
        permissions.require_permitted(request.user, CaseAction.RECLASSIFY, case)
    form = KindForm(request.POST or None, initial={"kind": case.kind})
    if form.is_valid():
        try:
            changed = triage.reclassify(case, actor=request.user, now=timezone.now(), **form.cleaned_data)
        except UserFacingError as error:
            form.add_error("kind", str(error))
        else:
            messages.success(request, f"The case is now {changed}. Everything written so far stays with it.")
            return redirect(changed)
    decisions = TriageDecision.objects.visible_to(request.user).filter(case=case).order_by("-decided_at", "-pk")
    may_change = permissions.permits(request.user, CaseAction.RECLASSIFY, case)
    return render_section(
        request,
        case,
        "overview",
        "cases/kind.html",
        status=422 if form.is_bound else 200,
        form=form if may_change else None,
        decisions=decisions.select_related("clause__version__document", "tree", "decided_by"),
    )


@require_http_methods(["GET", "POST"])
def link(request: AuthenticatedRequest, number: str) -> HttpResponse:
    case = find_case(request, number)
    permissions.require_permitted(request.user, CaseAction.CHANGE_FACTS, case)
    form = LinkForm(request.POST or None, reader=request.user)
    if form.is_valid():
        data = form.cleaned_data
        try:
            links.link_cases(case, target=data["reference"], kind=data["kind"], actor=request.user, now=timezone.now())
        except UserFacingError as error:
            form.add_error("reference", str(error))
        else:
            messages.success(request, f"{case} is linked to {data['reference']}.")
            return redirect(case)
    return render_form(request, case, form, title="Link to another case", act="Link cases")


@require_POST
def unlink(request: AuthenticatedRequest, number: str, pk: int) -> HttpResponse:
    case = find_case(request, number)
    found = get_object_or_404(CaseLink.objects.visible_to(request.user), pk=pk, source=case)
    links.unlink_cases(found, actor=request.user, now=timezone.now())
    messages.success(request, "The link is gone. The history of both cases keeps it.")
    return redirect(case)


@require_http_methods(["GET", "POST"])
def restrict(request: AuthenticatedRequest, number: str) -> HttpResponse:
    case = find_case(request, number)
    permissions.require_permitted(request.user, CaseAction.RESTRICT, case)
    if case.is_restricted:
        return _open_up(request, case)
    form = RestrictForm(request.POST or None, case=case, reader=request.user)
    if form.is_valid():
        ownership.restrict(case, actor=request.user, now=timezone.now(), people=list(form.cleaned_data["people"]))
        messages.success(request, "Only the people named can see this case now.")
        return redirect(case)
    return render_form(request, case, form, title="Restrict the case", act="Restrict case")


def _open_up(request: AuthenticatedRequest, case: Case) -> HttpResponse:
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        ownership.open_up(case, actor=request.user, now=timezone.now(), **form.cleaned_data)
        messages.success(request, "The team of the case sees it again.")
        return redirect(case)
    return render_form(request, case, form, title="Lift the restriction", act="Lift restriction")
