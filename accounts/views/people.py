"""People and access: admins change, those who lead or audit read."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.choices import Role, SettingsArea
from accounts.forms.people import AccessForm, InvitationForm, TeamForm
from accounts.models import SettingsChange, Team, User
from accounts.permissions import PeopleAction, can, require
from accounts.services import people as services
from accounts.services.changes import subject_key
from accounts.services.people import Access, TeamFacts
from core.errors import UserFacingError
from core.forms import RedressForm
from core.http import AuthenticatedRequest

PEOPLE_PER_PAGE = 50
RECENT_CHANGES = 10


@require_safe
def people_list(request: AuthenticatedRequest) -> HttpResponse:
    """List the accounts; ?show=off lists those that are switched off."""
    require(request.user, PeopleAction.SEE)
    shows_off = request.GET.get("show") == "off"
    rows = User.objects.visible_to(request.user).listed_for(request.user).filter(is_active=not shows_off)
    rows = rows.select_related("team").prefetch_related("led_teams").order_by("full_name", "pk")
    context = {
        "page": Paginator(rows, PEOPLE_PER_PAGE).get_page(request.GET.get("page")),
        "shows_off": shows_off,
        "may_manage": can(request.user, PeopleAction.MANAGE),
    }
    return render(request, "accounts/people.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def person_add(request: AuthenticatedRequest) -> HttpResponse:
    require(request.user, PeopleAction.MANAGE)
    form = InvitationForm(request.POST or None, reader=request.user)

    def invite(values: dict[str, Any]) -> User:
        email = values.pop("email")
        return services.invite_person(email=email, access=_access(values), actor=request.user, now=timezone.now())

    if person := _saved(request, form, invite):
        messages.success(request, f"{person} is added. A link to set a password is on its way to {person.email}.")
        return redirect("accounts:people")
    return render(request, "accounts/person_add.html", {"form": form}, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def person_edit(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    require(request.user, PeopleAction.MANAGE)
    person = get_object_or_404(User.objects.visible_to(request.user).listed_for(request.user), pk=pk)
    stored = {
        "full_name": person.full_name,
        "role": person.role,
        "team": person.team,
        "leads": person.led_teams.all(),
        "is_reviewer": person.is_reviewer,
    }
    form = AccessForm(request.POST or None, initial=stored, reader=request.user)

    def change(values: dict[str, Any]) -> User:
        return services.change_access(
            person_id=person.pk, access=_access(values), actor=request.user, now=timezone.now()
        )

    if _saved(request, form, change):
        messages.success(request, f"The account of {person} is changed.")
        return redirect("accounts:people")
    changes = SettingsChange.objects.visible_to(request.user).filter(subject_key=subject_key(person))
    context = {"form": form, "person": person, "changes": changes.select_related("actor")[:RECENT_CHANGES]}
    return render(request, "accounts/person.html", context, status=422 if form.is_bound else 200)


@require_POST
def person_switch(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Switch an account off, or on again."""
    require(request.user, PeopleAction.MANAGE)
    person = get_object_or_404(User.objects.visible_to(request.user).listed_for(request.user), pk=pk)
    try:
        services.switch_account(
            person_id=person.pk, is_active=not person.is_active, actor=request.user, now=timezone.now()
        )
    except UserFacingError as error:
        messages.error(request, str(error))
    else:
        state = "off. They can no longer sign in." if person.is_active else "on again."
        messages.success(request, f"The account of {person} is switched {state}")
    return redirect("accounts:person", pk=person.pk)


@require_POST
def person_invite(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    require(request.user, PeopleAction.MANAGE)
    person = get_object_or_404(User.objects.visible_to(request.user).listed_for(request.user), pk=pk)
    try:
        services.send_invitation_again(person_id=person.pk, actor=request.user, now=timezone.now())
    except UserFacingError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"A new link to set a password is on its way to {person.email}.")
    return redirect("accounts:person", pk=person.pk)


@require_safe
def team_list(request: AuthenticatedRequest) -> HttpResponse:
    require(request.user, PeopleAction.SEE)
    context = {
        "teams": Team.objects.visible_to(request.user).with_sizes().prefetch_related("leaders"),
        "may_manage": can(request.user, PeopleAction.MANAGE),
        "changes": SettingsChange.objects.visible_to(request.user)
        .filter(area=SettingsArea.TEAMS)
        .select_related("actor")[:RECENT_CHANGES],
    }
    return render(request, "accounts/teams.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def team_add(request: AuthenticatedRequest) -> HttpResponse:
    require(request.user, PeopleAction.MANAGE)
    form = TeamForm(request.POST or None, reader=request.user, initial={"time_zone": request.user.time_zone})
    return _save_team(request, form, team=None)


@require_http_methods(["GET", "HEAD", "POST"])
def team_edit(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    require(request.user, PeopleAction.MANAGE)
    team = get_object_or_404(Team.objects.visible_to(request.user), pk=pk)
    stored = {
        "name": team.name,
        "time_zone": team.time_zone,
        "emails_an_hour": team.emails_an_hour,
        "leaders": team.leaders.all(),
        "is_active": team.is_active,
    }
    return _save_team(request, TeamForm(request.POST or None, initial=stored, reader=request.user), team=team)


def _save_team(request: AuthenticatedRequest, form: TeamForm, *, team: Team | None) -> HttpResponse:
    def save(values: dict[str, Any]) -> Team:
        team_id = team.pk if team else None
        return services.save_team(team_id=team_id, facts=TeamFacts(**values), actor=request.user, now=timezone.now())

    if form.is_bound and form.is_valid():
        name, others = form.cleaned_data["name"], Team.objects.visible_to(request.user)
        if others.filter(name__iexact=name).exclude(pk__in=[team.pk] if team else []).exists():
            form.add_error("name", f"There is a team called {name} already")
    if saved := _saved(request, form, save):
        messages.success(request, f"The team {saved} is saved.")
        return redirect("accounts:teams")
    return render(request, "accounts/team.html", {"form": form, "team": team}, status=422 if form.is_bound else 200)


def _access(values: dict[str, Any]) -> Access:
    return Access(**(values | {"role": Role(values["role"])}))


def _saved(request: AuthenticatedRequest, form: RedressForm, save: Callable[[dict[str, Any]], Any]) -> Any:
    """Return what `save` made of a complete form; a refusal goes onto the form."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        return save(dict(form.cleaned_data))
    except UserFacingError as error:
        form.add_error(None, str(error))
        return None
