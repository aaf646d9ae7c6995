"""The investigation checklist and the people in the case."""

from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cases import permissions
from cases.forms.investigation import AddItemForm, ItemForm, StakeholderForm
from cases.models import Case, ChecklistItem, Stakeholder
from cases.permissions import CaseAction
from cases.selectors.chronology import chronology_of
from cases.selectors.complexity import complexity_of
from cases.services import checklist, people
from cases.views.facts import conflict_context, render_form
from cases.views.page import find_case, render_section
from core.errors import UserFacingError
from core.http import AuthenticatedRequest
from core.sharing import Outcome, save_shared
from policies.choices import ChecklistGroup


@require_safe
def investigation(request: AuthenticatedRequest, number: str) -> HttpResponse:
    case = find_case(request, number)
    items = ChecklistItem.objects.visible_to(request.user).filter(case=case).select_related("assignee", "settled_by")
    order = {group: place for place, group in enumerate(ChecklistGroup)}
    by_group = sorted(items, key=lambda item: (order[ChecklistGroup(item.group)], item.order, item.pk))
    groups = [
        {"label": ChecklistGroup(group).label, "items": list(found)}
        for group, found in groupby(by_group, key=lambda item: item.group)
    ]
    complexity = complexity_of(case)
    return render_section(
        request, case, "investigation", "cases/investigation.html", groups=groups, complexity=complexity
    )


@require_safe
def chronology(request: AuthenticatedRequest, number: str) -> HttpResponse:
    case = find_case(request, number)
    return render_section(request, case, "investigation", "cases/chronology.html", days=chronology_of(case))


@require_POST
def create_checklist(request: AuthenticatedRequest, number: str) -> HttpResponse:
    case = find_case(request, number)
    permissions.require_permitted(request.user, CaseAction.INVESTIGATE, case)
    items = checklist.create_checklist(case, now=timezone.now(), actor=request.user)
    if items:
        messages.success(request, f"{len(items)} steps were added from the templates.")
    else:
        messages.info(request, "No template has further steps for this case. Add your own.")
    return redirect("cases:investigation", case.reference)


@require_http_methods(["GET", "POST"])
def add_item(request: AuthenticatedRequest, number: str) -> HttpResponse:
    case = find_case(request, number)
    permissions.require_permitted(request.user, CaseAction.INVESTIGATE, case)
    form = AddItemForm(request.POST or None, reader=request.user)
    if form.is_valid():
        checklist.add_item(case, actor=request.user, now=timezone.now(), **form.cleaned_data)
        return redirect("cases:investigation", case.reference)
    return _form(request, case, form, "investigation", title="Add a step", act="Add step")


@require_http_methods(["GET", "POST"])
def item(request: AuthenticatedRequest, number: str, pk: int) -> HttpResponse:
    case = find_case(request, number)
    permissions.require_permitted(request.user, CaseAction.INVESTIGATE, case)
    found = get_object_or_404(ChecklistItem.objects.visible_to(request.user), pk=pk, case=case)
    form, conflict = ItemForm(item=found), dict[str, Any]()
    if request.method == "POST":
        try:
            outcome = _save_item(request, found)
        except UserFacingError as error:
            form = ItemForm(request.POST, item=found)
            form.add_error(None, str(error))
        else:
            if outcome.is_saved:
                messages.success(request, outcome.done("The step is saved."))
                return redirect("cases:investigation", case.reference)
            form, conflict = outcome.form, conflict_context(outcome)
    intro = [found.hint] if found.hint else []
    if found.is_mandatory:
        intro.append("This step is mandatory. A team leader can leave it out, with a reason.")
    return _form(request, case, form, "investigation", title=found.text, act="Save step", intro=intro, **conflict)


def _save_item(request: AuthenticatedRequest, found: ChecklistItem) -> Outcome[ItemForm]:
    def fresh() -> ItemForm:
        return ItemForm(item=ChecklistItem.objects.visible_to(request.user).get(pk=found.pk))

    def save(form: ItemForm) -> None:
        version = form.cleaned_data["version"]
        checklist.settle_item(found, actor=request.user, now=timezone.now(), version=version, **form.values())

    return save_shared(request.POST, make_form=lambda data: ItemForm(data, item=found), fresh_form=fresh, save=save)


@require_safe
def stakeholders(request: AuthenticatedRequest, number: str) -> HttpResponse:
    case = find_case(request, number)
    found = Stakeholder.objects.visible_to(request.user).filter(case=case).prefetch_related("contributions")
    return render_section(request, case, "people", "cases/people.html", people=found)


@require_http_methods(["GET", "POST"])
def add_stakeholder(request: AuthenticatedRequest, number: str) -> HttpResponse:
    case = find_case(request, number)
    permissions.require_permitted(request.user, CaseAction.INVESTIGATE, case)
    form = StakeholderForm(request.POST or None)
    if form.is_valid():
        people.add_stakeholder(case, actor=request.user, now=timezone.now(), **form.values())
        return redirect("cases:people", case.reference)
    return _form(request, case, form, "people", title="Add a person or team", act="Add person")


@require_http_methods(["GET", "POST"])
def stakeholder(request: AuthenticatedRequest, number: str, pk: int) -> HttpResponse:
    case = find_case(request, number)
    permissions.require_permitted(request.user, CaseAction.INVESTIGATE, case)
    person = get_object_or_404(Stakeholder.objects.visible_to(request.user), pk=pk, case=case)
    form, conflict = StakeholderForm(person=person), dict[str, Any]()
    if request.method == "POST":
        outcome = _save_person(request, person)
        if outcome.is_saved:
            messages.success(request, outcome.done(f"{person.name} is saved."))
            return redirect("cases:people", case.reference)
        form, conflict = outcome.form, conflict_context(outcome)
    return _form(request, case, form, "people", title=person.name, act="Save person", **conflict)


def _save_person(request: AuthenticatedRequest, person: Stakeholder) -> Outcome[StakeholderForm]:
    def fresh() -> StakeholderForm:
        return StakeholderForm(person=Stakeholder.objects.visible_to(request.user).get(pk=person.pk))

    def save(form: StakeholderForm) -> None:
        version = form.cleaned_data["version"] or 0
        people.change_stakeholder(person, actor=request.user, now=timezone.now(), version=version, **form.values())

    return save_shared(
        request.POST, make_form=lambda data: StakeholderForm(data, person=person), fresh_form=fresh, save=save
    )


def _form(request: AuthenticatedRequest, case: Case, form: Any, section: str, **context: Any) -> HttpResponse:
    names = {"investigation": "investigation", "people": "people"}
    back_url = f"{case.get_absolute_url()}{names[section]}/"
    return render_form(request, case, form, section=section, back_url=back_url, **context)
