"""The best-practice library: find, read, write, publish, and say whether it helped."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cases.models import Case
from cases.views.page import find_case
from coaching.choices.practice import PracticeAction as Action
from coaching.forms.practice import LibraryFilterForm, PracticeForm, StepForm
from coaching.models import Practice
from coaching.permissions import practice as permissions
from coaching.permissions.practice import PracticeRight
from coaching.selectors import practice as selectors
from coaching.services import practice as services
from core.dates import local_day
from core.errors import UserFacingError
from core.forms import RedressForm
from core.http import AuthenticatedRequest

PER_PAGE = 20
DONE = {
    Action.SUBMIT: "The article waits for a team leader or a manager to publish it.",
    Action.RETURN: "The article is a draft again, and its owner is told what should change.",
    Action.PUBLISH: "The article is published, and is suggested where it fits.",
    Action.CONFIRM: "The article holds until its next review.",
    Action.REVISE: "The article is a draft again. Nobody is shown it until it is published.",
    Action.RETIRE: "The article is retired.",
}


@require_safe
def library(request: AuthenticatedRequest) -> HttpResponse:
    permissions.require(request.user, PracticeRight.READ)
    form, today = LibraryFilterForm(request.GET), local_day(timezone.now())
    chosen = form.chosen()
    found = selectors.library(request.user, chosen, today=today)
    kept = {name: value for name, value in request.GET.items() if name in {"words", "category", "trigger", "channel"}}
    context = {
        "form": form,
        "chosen": chosen,
        "shelves": [
            (label, f"?{urlencode(kept | ({'show': key} if key else {}))}", key == chosen.show)
            for key, label in _shelves(request).items()
        ],
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "today": today,
        "is_narrowed": bool(chosen.words or chosen.category or chosen.trigger or chosen.channel),
        "may_draft": permissions.may(request.user, PracticeRight.DRAFT),
    }
    return render(request, "coaching/practice_list.html", context)


def _shelves(request: AuthenticatedRequest) -> dict[str, str]:
    hidden = set()
    if not permissions.may(request.user, PracticeRight.PUBLISH):
        hidden |= {"waiting", "retired"}
    if not permissions.may(request.user, PracticeRight.DRAFT):
        hidden.add("mine")
    return {key: label for key, label in selectors.SHELVES.items() if key not in hidden}


@require_safe
def practice(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    return _page(request, _find(request, pk))


@require_http_methods(["GET", "HEAD", "POST"])
def practice_add(request: AuthenticatedRequest) -> HttpResponse:
    permissions.require(request.user, PracticeRight.DRAFT)
    return _new(request, case=None, initial={})


@require_http_methods(["GET", "HEAD", "POST"])
def practice_from_case(request: AuthenticatedRequest, number: str) -> HttpResponse:
    """Begin an article from a case, without the people in it; the writer reads it before it is saved."""
    case = find_case(request, number)
    permissions.require(request.user, PracticeRight.DRAFT)
    return _new(request, case=case, initial=selectors.draft_from_case(case))


def _new(request: AuthenticatedRequest, *, case: Case | None, initial: dict[str, Any]) -> HttpResponse:
    form = PracticeForm(request.POST or None, user=request.user, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.draft_practice(
                values=form.values(),
                nobody_is_recognised=form.cleaned_data["is_anonymous"],
                from_case=case,
                actor=request.user,
                now=timezone.now(),
            )
        except UserFacingError as error:
            form.add_error("is_anonymous", str(error))
        else:
            messages.success(request, "The draft is saved. Send it for review when it is ready.")
            return redirect(made)
    return render(request, "coaching/practice_form.html", {"form": form, "case": case}, status=_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
def practice_edit(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    found = _find(request, pk)
    permissions.require_step(request.user, Action.EDIT, found)
    initial = {name: getattr(found, name) for name in (*services.FIELDS, "version")}
    form = PracticeForm(request.POST or None, user=request.user, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_practice(
                practice_id=found.pk,
                values=form.values(),
                version=form.cleaned_data["version"] or 0,
                nobody_is_recognised=form.cleaned_data["is_anonymous"],
                actor=request.user,
                now=timezone.now(),
            )
        except UserFacingError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "The draft is saved.")
            return redirect(found)
    context = {"form": form, "practice": found}
    return render(request, "coaching/practice_form.html", context, status=_status(form))


@require_POST
def practice_step(request: AuthenticatedRequest, pk: int, step: str) -> HttpResponse:
    found, action = _find(request, pk), _action(step)
    permissions.require_step(request.user, action, found)
    form = StepForm(request.POST, step=action)
    if form.is_valid():
        try:
            services.take_step(
                practice_id=found.pk, step=action, **form.cleaned_data, actor=request.user, now=timezone.now()
            )
        except UserFacingError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, DONE[action])
            return redirect(found)
    return _page(request, found, status=422, refused={action: form})


@require_POST
def practice_helped(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    permissions.require(request.user, PracticeRight.READ)
    found = get_object_or_404(Practice.objects.visible_to(request.user).published(), pk=pk)
    helped = request.POST.get("helped")
    if helped not in {"yes", "no"}:
        return _page(request, _find(request, pk), status=422, problem="Select yes or no to say whether it helped.")
    services.say_if_it_helped(practice_id=found.pk, helped=helped == "yes", actor=request.user, now=timezone.now())
    messages.success(request, "Thank you. Your answer counts once, and you can change it.")
    return redirect(found)


def _find(request: AuthenticatedRequest, pk: int) -> Practice:
    permissions.require(request.user, PracticeRight.READ)
    visible = Practice.objects.visible_to(request.user).with_help().with_people()
    return get_object_or_404(visible.select_related("published_by", "example_case"), pk=pk)


def _action(step: str) -> Action:
    try:
        return {action.lower(): action for action in services.EVENTS}[step]
    except KeyError:
        raise Http404("There is no such step.") from None


def _page(
    request: AuthenticatedRequest,
    found: Practice,
    *,
    status: int = 200,
    refused: dict[Action, StepForm] | None = None,
    problem: str = "",
) -> HttpResponse:
    today = local_day(timezone.now())
    steps = [step for step in selectors.steps_for(request.user, found) if step != Action.EDIT]
    initial = {"review_date": found.review_date if found.review_date and found.review_date > today else None}
    forms = {step: (refused or {}).get(step) or StepForm(step=step, initial=initial) for step in steps}
    cases = Case.objects.visible_to(request.user)
    context = {
        "practice": found,
        "is_out_of_date": found.is_out_of_date(today),
        "steps": [(step, step.lower(), form) for step, form in forms.items()],
        "may_edit": Action.EDIT in selectors.steps_for(request.user, found),
        "events": found.events.select_related("actor"),
        "example_case": cases.filter(pk=found.example_case.pk).first() if found.example_case else None,
        "mine": selectors.own_feedback(request.user, found),
        "problem": problem,
    }
    return render(request, "coaching/practice.html", context, status=status)


def _status(form: RedressForm) -> int:
    return 422 if form.is_bound else 200
