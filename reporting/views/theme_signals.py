"""What asks for a person's judgement: alarms, suggested new themes, and what recurs in other ways than in words."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from core.errors import UserFacingError
from core.http import AuthenticatedRequest
from reporting import permissions
from reporting.choices import AlarmState
from reporting.forms.dashboards import ScopeForm
from reporting.forms.themes import AlarmForm, JoinForm, SuggestionForm
from reporting.models import Alarm, Theme, ThemeSuggestion
from reporting.permissions import ReportingAction, may
from reporting.selectors.themes import alarms as found_alarms
from reporting.selectors.themes import recurring as sources
from reporting.services import themes as services
from reporting.views.asking import scope_of
from reporting.views.dashboards import CASES_PER_PAGE

ALARMS_PER_PAGE = 25


def alarms(request: AuthenticatedRequest) -> HttpResponse:
    return _render_alarms(request)


@require_POST
def settle_alarm(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Acknowledge an alarm or dismiss it, with the reason."""
    permissions.require(request.user, ReportingAction.SETTLE_ALARM)
    alarm = get_object_or_404(Alarm.objects.visible_to(request.user), pk=pk)
    form = AlarmForm(request.POST, prefix=f"alarm-{pk}")
    if form.is_valid():
        try:
            services.settle_alarm(
                alarm_id=alarm.pk,
                state=AlarmState(form.cleaned_data["state"]),
                reason=form.cleaned_data["reason"],
                actor=request.user,
                now=timezone.now(),
            )
        except UserFacingError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Your judgement is written down.")
            return redirect("reporting:alarms")
    return _render_alarms(request, refused=(alarm.pk, form), status=422)


def _render_alarms(
    request: AuthenticatedRequest, *, refused: tuple[int, AlarmForm] | None = None, status: int = 200
) -> HttpResponse:
    permissions.require(request.user, ReportingAction.SEE_THEMES)
    forms = dict([refused]) if refused else {}
    standing = found_alarms.standing(request.user)
    page = Paginator(found_alarms.past(request.user), ALARMS_PER_PAGE).get_page(request.GET.get("page"))
    may_settle = may(request.user, ReportingAction.SETTLE_ALARM)
    context = {
        "standing": [
            (line, forms.get(line.alarm.pk) or AlarmForm(prefix=f"alarm-{line.alarm.pk}") if may_settle else None)
            for line in standing
        ],
        "page": page,
        "past": [found_alarms.alarm_line(alarm) for alarm in page],
        "record": found_alarms.track_record(request.user),
        "problem": refused[1] if refused else None,
    }
    return render(request, "reporting/alarms.html", context, status=status)


@require_POST
def accept_suggestion(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    suggestion, form = _suggestion(request, pk), SuggestionForm(request.POST)
    if form.is_valid():
        try:
            made = services.accept_suggestion(
                suggestion_id=suggestion.pk, **form.cleaned_data, actor=request.user, now=timezone.now()
            )
        except UserFacingError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"{made.reference} is a theme. Cases like these join it from tonight.")
            return redirect(made)
    return _refused(request, form)


@require_POST
def join_suggestion(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    suggestion, form = _suggestion(request, pk), JoinForm(request.POST, user=request.user)
    if form.is_valid():
        theme: Theme = form.cleaned_data["theme"]
        try:
            services.join_suggestion(
                suggestion_id=suggestion.pk, theme_id=theme.pk, actor=request.user, now=timezone.now()
            )
        except UserFacingError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"The cases belong to {theme.reference} now.")
            return redirect(theme)
    return _refused(request, form)


@require_POST
def reject_suggestion(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    suggestion = _suggestion(request, pk)
    try:
        services.reject_suggestion(suggestion_id=suggestion.pk, actor=request.user, now=timezone.now())
    except UserFacingError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "These words will not be suggested again.")
    return redirect("reporting:themes")


def recurring(request: AuthenticatedRequest, source: str = "customer") -> HttpResponse:
    """Show one way in which cases recur, with the cases of each group."""
    permissions.require(request.user, ReportingAction.SEE_THEMES)
    form = ScopeForm(request.GET, user=request.user)
    found, scope = _source(source), scope_of(form)
    context = {
        "source": found,
        "sources": sources.offered(request.user),
        "form": form,
        "scope": scope,
        "groups": sources.groups(request.user, scope, found),
        "most": sources.SHOWN,
    }
    return render(request, "reporting/recurring.html", context, status=200 if form.is_valid() else 422)


def recurring_cases(request: AuthenticatedRequest, source: str, key: str) -> HttpResponse:
    permissions.require(request.user, ReportingAction.SEE_THEMES)
    found, scope = _source(source), scope_of(ScopeForm(request.GET, user=request.user))
    cases = sources.cases_of(request.user, scope, found, key).with_people().order_by("-received_at", "-pk")
    page = Paginator(cases, CASES_PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "reporting/recurring_cases.html", {"source": found, "scope": scope, "page": page})


def _source(slug: str) -> sources.Source:
    try:
        return sources.SOURCES[slug]
    except KeyError:
        raise Http404("Cases are not compared in this way.") from None


def _suggestion(request: AuthenticatedRequest, pk: int) -> ThemeSuggestion:
    permissions.require(request.user, ReportingAction.MANAGE_THEMES)
    return get_object_or_404(ThemeSuggestion.objects.visible_to(request.user), pk=pk)


def _refused(request: AuthenticatedRequest, form: SuggestionForm | JoinForm) -> HttpResponse:
    for problems in form.errors.values():
        for problem in problems:
            messages.error(request, str(problem))
    return redirect("reporting:themes")
