"""Development goals: the colleague's own, read by whoever leads their team."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coaching.choices.growth import GoalState
from coaching.forms.growth import EntryForm, FinishForm, GoalForm
from coaching.models import DevelopmentGoal
from coaching.permissions import growth as permissions
from coaching.permissions.growth import Right
from coaching.permissions.sessions import Right as NoteRight
from coaching.permissions.sessions import may as may_note
from coaching.selectors.growth import goals_of, goals_of_team
from coaching.services import growth as services
from core.errors import UserFacingError
from core.forms import RedressForm
from core.http import AuthenticatedRequest


@require_safe
def goal_list(request: AuthenticatedRequest) -> HttpResponse:
    if not permissions.may(request.user, Right.SEE):
        raise Http404
    leads = may_note(request.user, NoteRight.WRITE)
    mine = list(goals_of(request.user))
    context = {
        "open": [goal for goal in mine if goal.state == GoalState.OPEN],
        "finished": [goal for goal in mine if goal.state != GoalState.OPEN],
        "leads": leads,
        "team": goals_of_team(request.user) if leads else [],
    }
    return render(request, "coaching/goals.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: AuthenticatedRequest) -> HttpResponse:
    permissions.require(request.user, Right.HAVE_GOALS)
    form = GoalForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = services.add_goal(values=form.cleaned_data, actor=request.user)
        messages.success(request, "The goal is yours. Whoever leads your team can read it and add a word.")
        return redirect(made)
    return _form(request, form, title="Add a development goal", act="Add goal")


@require_safe
def goal(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    return _render(request, _find(request, pk))


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    found = _find(request, pk)
    permissions.require_owner(request.user, found)
    initial = {name: getattr(found, name) for name in services.GOAL_FIELDS}
    form = GoalForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_goal(goal_id=found.pk, values=form.cleaned_data, actor=request.user)
        except UserFacingError as error:
            form.add_error(None, str(error))
        else:
            return redirect(found)
    return _form(request, form, title="Change the goal", act="Save goal")


@require_POST
def entry(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    found = _find(request, pk)
    form = EntryForm(request.POST, is_owner=found.owner_id == request.user.pk)
    if form.is_valid():
        try:
            services.add_entry(goal_id=found.pk, **form.cleaned_data, actor=request.user, now=timezone.now())
        except UserFacingError as error:
            form.add_error(None, str(error))
        else:
            return redirect(found)
    return _render(request, found, entry_form=form)


@require_POST
def finish(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    found = _find(request, pk)
    permissions.require_owner(request.user, found)
    form = FinishForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        state = GoalState(data["state"])
        try:
            services.finish_goal(
                goal_id=found.pk, state=state, text=data["text"], actor=request.user, now=timezone.now()
            )
        except UserFacingError as error:
            form.add_error(None, str(error))
        else:
            return redirect(found)
    return _render(request, found, finish_form=form)


def _find(request: AuthenticatedRequest, pk: int) -> DevelopmentGoal:
    return get_object_or_404(DevelopmentGoal.objects.visible_to(request.user).select_related("owner"), pk=pk)


def _form(request: AuthenticatedRequest, form: RedressForm, *, title: str, act: str) -> HttpResponse:
    context = {"form": form, "title": title, "act": act}
    return render(request, "coaching/goal_form.html", context, status=422 if form.is_bound else 200)


def _render(request: AuthenticatedRequest, found: DevelopmentGoal, **bound: RedressForm) -> HttpResponse:
    is_owner, is_open = found.owner_id == request.user.pk, found.state == GoalState.OPEN
    forms: dict[str, RedressForm] = {}
    if is_open:
        forms["entry_form"] = EntryForm(is_owner=is_owner)
    if is_open and is_owner:
        forms["finish_form"] = FinishForm(auto_id="id_finish_%s")
    context = {"goal": found, "is_owner": is_owner, "entries": found.entries.select_related("author"), **forms, **bound}
    return render(request, "coaching/goal.html", context, status=422 if bound else 200)
