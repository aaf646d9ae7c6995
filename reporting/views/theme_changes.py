"""What people decide about a theme. Each refusal comes back on the page it was sent from, with what was typed."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from cases.models import Case
from core.errors import UserFacingError
from core.forms import RedressForm
from core.http import AuthenticatedRequest
from reporting import permissions
from reporting.choices import MembershipVerdict
from reporting.forms.themes import CaseForm, MergeForm, MergeNowForm, OwnerForm, RejectForm, RenameForm, VersionForm
from reporting.models import Theme
from reporting.permissions import ReportingAction, may
from reporting.selectors.themes import page
from reporting.services import themes as services
from reporting.views.themes import find_theme, render_theme


def change(request: AuthenticatedRequest, number: int) -> HttpResponse:
    """Offer to rename, give away, merge, split or set aside."""
    found = _managed(request, number)
    return _render_change(request, found)


@require_POST
def confirm(request: AuthenticatedRequest, number: int) -> HttpResponse:
    found, form = _managed(request, number), VersionForm(request.POST)
    if form.is_valid():
        try:
            services.confirm_theme(theme_id=found.pk, **form.cleaned_data, actor=request.user, now=timezone.now())
        except UserFacingError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"{found.reference} is confirmed as a theme.")
            return redirect(found)
    return render_theme(request, found, status=422, problem=form)


@require_POST
def rename(request: AuthenticatedRequest, number: int) -> HttpResponse:
    def act(found: Theme, given: dict[str, Any]) -> None:
        services.rename_theme(theme_id=found.pk, **given, actor=request.user, now=timezone.now())

    return _change(request, number, "rename_form", RenameForm(request.POST), act, "The new name is saved.")


@require_POST
def give_owner(request: AuthenticatedRequest, number: int) -> HttpResponse:
    def act(found: Theme, given: dict[str, Any]) -> None:
        services.give_owner(theme_id=found.pk, **given, actor=request.user, now=timezone.now())

    form = OwnerForm(request.POST, user=request.user)
    return _change(request, number, "owner_form", form, act, "The theme has its owner.")


@require_http_methods(["GET", "POST"])
def merge(request: AuthenticatedRequest, number: int) -> HttpResponse:
    """Say what a merge means before it is done: it cannot be undone."""
    found = _managed(request, number)
    into = request.POST.get("into") or request.GET.get("into") or ""
    chosen = MergeForm({"into": into}, user=request.user, theme=found)
    if not chosen.is_valid():
        return _render_change(request, found, status=422, merge_form=chosen)
    target: Theme = chosen.cleaned_data["into"]
    form = MergeNowForm(request.POST or None, initial={"into": target.pk, "version": found.version})
    if request.method == "POST" and form.is_valid():
        try:
            services.merge_themes(
                theme_id=found.pk,
                version=form.cleaned_data["version"],
                into_id=target.pk,
                actor=request.user,
                now=timezone.now(),
            )
        except UserFacingError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"{found.reference} is part of {target.reference} now.")
            return redirect(target)
    count = page.size_in_all(request.user, found)
    effects = [
        f"Its {count:,} case{'' if count == 1 else 's'} that you may see, and those you may not, go to {target.title}.",
        f"Cases like them will join {target.title} every night.",
        f"{found.title} ends. Its history stays, and its address leads on.",
        "This cannot be undone. The larger theme can be split again.",
    ]
    return _confirm(request, found, f"Merge {found.reference} into {target.reference}", "Merge themes", effects, form)


@require_http_methods(["GET", "POST"])
def split(request: AuthenticatedRequest, number: int) -> HttpResponse:
    found = _managed(request, number)
    form = VersionForm(request.POST or None, initial={"version": found.version})
    if request.method == "POST" and form.is_valid():
        try:
            new = services.split_theme(theme_id=found.pk, **form.cleaned_data, actor=request.user, now=timezone.now())
        except UserFacingError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"{new.reference} was split off from {found.reference}.")
            return redirect(new)
    effects = [
        "The cases are divided in two by what they say.",
        f"The larger part keeps the name {found.title}, its history and its owner.",
        "The other part becomes a suggested theme with a name from its own words.",
        "To undo it, merge the new theme back.",
    ]
    return _confirm(request, found, f"Split {found.reference} in two", "Split theme", effects, form)


@require_http_methods(["GET", "POST"])
def reject(request: AuthenticatedRequest, number: int) -> HttpResponse:
    found = _managed(request, number)
    form = RejectForm(request.POST or None, initial={"version": found.version})
    if request.method == "POST" and form.is_valid():
        try:
            services.reject_theme(theme_id=found.pk, **form.cleaned_data, actor=request.user, now=timezone.now())
        except UserFacingError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"{found.reference} is set aside. It can be taken up again.")
            return redirect(found)
    effects = [
        "Its cases count under no theme, and cases like them will not either.",
        "An alarm about it ends.",
        "It can be taken up again from its page.",
    ]
    return _confirm(request, found, f"Set aside {found.reference}", "Set aside theme", effects, form)


@require_POST
def restore(request: AuthenticatedRequest, number: int) -> HttpResponse:
    found, form = _managed(request, number), VersionForm(request.POST)
    if form.is_valid():
        try:
            services.restore_theme(theme_id=found.pk, **form.cleaned_data, actor=request.user, now=timezone.now())
        except UserFacingError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"{found.reference} is a theme again.")
            return redirect(found)
    return render_theme(request, found, status=422, problem=form)


@require_POST
def decide(request: AuthenticatedRequest, number: int) -> HttpResponse:
    """Say of one case or of several that they belong, or that they do not."""
    found = find_theme(request, number)
    permissions.require(request.user, ReportingAction.CONFIRM_MEMBERSHIP)
    verdict, case_ids = request.POST.get("verdict", ""), _case_ids(request)
    form = RedressForm(request.POST)
    form.is_valid()
    if verdict not in (MembershipVerdict.BELONGS, MembershipVerdict.DOES_NOT_BELONG) or not case_ids:
        form.add_error(None, "Select at least one case, and say whether it belongs.")
        return render_theme(request, found, status=422, problem=form)
    try:
        changed = services.decide_memberships(
            theme_id=found.pk,
            case_ids=case_ids,
            verdict=MembershipVerdict(verdict),
            actor=request.user,
            now=timezone.now(),
        )
    except UserFacingError as error:
        form.add_error(None, str(error))
        return render_theme(request, found, status=422, problem=form)
    words, plural = MembershipVerdict(verdict).label.lower(), "" if changed == 1 else "s"
    messages.success(request, f"{changed} case{plural}: {words}. The next nights respect it.")
    return redirect(_back(request, found))


@require_POST
def undo(request: AuthenticatedRequest, number: int) -> HttpResponse:
    """Take back what was said of cases within the last ten minutes."""
    found = find_theme(request, number)
    permissions.require(request.user, ReportingAction.CONFIRM_MEMBERSHIP)
    try:
        count = services.undo_decisions(
            theme_id=found.pk, case_ids=_case_ids(request), actor=request.user, now=timezone.now()
        )
    except UserFacingError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"{count} case{'' if count == 1 else 's'}: as before.")
    return redirect(_back(request, found))


@require_POST
def add_case(request: AuthenticatedRequest, number: int) -> HttpResponse:
    """A leader adds a case; an agent proposes it, and a leader confirms."""
    found, form = find_theme(request, number), CaseForm(request.POST)
    permissions.require(request.user, ReportingAction.PROPOSE_MEMBERSHIP)
    if form.is_valid():
        case = Case.objects.visible_to(request.user).filter(number=form.cleaned_data["reference"]).first()
        try:
            if case is None:
                raise UserFacingError("There is no such case, or you may not see it. Check the reference.")
            said = _add(request, found, case)
        except UserFacingError as error:
            form.add_error("reference", str(error))
        else:
            messages.success(request, said)
            return redirect(found)
    return render_theme(request, found, status=422, case_form=form)


def _add(request: AuthenticatedRequest, found: Theme, case: Case) -> str:
    now = timezone.now()
    if may(request.user, ReportingAction.CONFIRM_MEMBERSHIP):
        services.decide_memberships(
            theme_id=found.pk, case_ids=[case.pk], verdict=MembershipVerdict.BELONGS, actor=request.user, now=now
        )
        return f"{case} belongs to {found.reference}."
    services.propose_membership(theme_id=found.pk, case_id=case.pk, actor=request.user, now=now)
    return f"{case} is proposed for {found.reference}. A team leader confirms it."


def _case_ids(request: AuthenticatedRequest) -> list[int]:
    """Return the cases that were ticked; what is no id is left out."""
    return sorted({int(one) for one in request.POST.getlist("case") if one.isdecimal() and len(one) < 19})


def _back(request: AuthenticatedRequest, found: Theme) -> str:
    """Return the page that the decision was sent from, as far as it belongs to this theme."""
    query = request.POST.get("back", "")
    if request.POST.get("list"):
        return f"{reverse('reporting:theme_cases', args=[found.number])}?{query}"
    return found.get_absolute_url()


def _managed(request: AuthenticatedRequest, number: int) -> Theme:
    found = find_theme(request, number)
    permissions.require(request.user, ReportingAction.MANAGE_THEMES)
    return found


def _change(
    request: AuthenticatedRequest,
    number: int,
    name: str,
    form: RedressForm,
    act: Callable[[Theme, dict[str, Any]], None],
    said: str,
) -> HttpResponse:
    found = _managed(request, number)
    if form.is_valid():
        try:
            act(found, form.cleaned_data)
        except UserFacingError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, said)
            return redirect(found)
    return _render_change(request, found, status=422, **{name: form})


def _render_change(
    request: AuthenticatedRequest, found: Theme, *, status: int = 200, **forms: RedressForm
) -> HttpResponse:
    known = {"version": found.version, "title": found.title, "definition": found.definition, "owner": found.owner_id}
    context = {
        "theme": found,
        "rename_form": RenameForm(initial=known),
        "owner_form": OwnerForm(initial=known, user=request.user),
        "merge_form": MergeForm(user=request.user, theme=found),
    }
    return render(request, "reporting/theme_change.html", context | forms, status=status)


def _confirm(
    request: AuthenticatedRequest,
    found: Theme,
    title: str,
    act: str,
    effects: list[str],
    form: RedressForm,
) -> HttpResponse:
    context = {"title": title, "act": act, "effects": effects, "form": form, "back_url": found.get_absolute_url()}
    return render(request, "confirm.html", context, status=422 if form.is_bound else 200)
