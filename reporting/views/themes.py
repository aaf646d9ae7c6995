"""The list of themes, one theme, and the cases behind it."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from cases.permissions import CaseAction
from cases.permissions import may as may_with_cases
from core.csv_files import csv_response
from core.http import AuthenticatedRequest
from reporting import permissions
from reporting.choices import AlarmState
from reporting.forms.themes import CaseForm, ThemeCasesForm, ThemeFilterForm
from reporting.models import Theme, ThemeSuggestion
from reporting.permissions import ReportingAction, may
from reporting.selectors.scope import Scope
from reporting.selectors.themes import alarms as theme_alarms
from reporting.selectors.themes import evidence, listing, page
from reporting.selectors.themes.suggestions import suggestion_cards
from reporting.services import themes as services
from reporting.views.asking import scope_of

CASES_PER_PAGE = 25
LIST_COLUMNS = (
    "Theme", "Name", "State", "Cases", "Cases by week, oldest first", "Higher than usual since", "Main root cause",
    "Recommendation", "Owner",
)  # fmt: skip


def theme_list(request: AuthenticatedRequest) -> HttpResponse:
    """Show what keeps recurring, what rises first, and what the analysis suggests besides."""
    permissions.require(request.user, ReportingAction.SEE_THEMES)
    form, scope, rows, shown = _list(request)
    waiting = ThemeSuggestion.objects.visible_to(request.user).waiting()
    context = {
        "form": form,
        "scope": scope,
        "rows": shown,
        "all_rows": rows,
        "total": len(rows),
        "views": _views(form, rows, request),
        "nights": listing.nights(request.user),
        "suggestions": suggestion_cards(waiting, user=request.user),
        "may_manage": may(request.user, ReportingAction.MANAGE_THEMES),
    }
    return render(request, "reporting/themes.html", context, status=200 if form.is_valid() else 422)


def theme_list_csv(request: AuthenticatedRequest) -> StreamingHttpResponse:
    permissions.require(request.user, ReportingAction.SEE_THEMES)
    _, _, _, shown = _list(request)
    rows = (
        (row.theme.reference, row.theme.title, row.theme.get_state_display(), row.count, " ".join(map(str, row.weeks)),
         row.alarm.since.isoformat() if row.alarm else "", row.main_cause, row.stage, str(row.theme.owner or ""))
        for row in shown
    )  # fmt: skip
    return csv_response("themes", LIST_COLUMNS, rows)


def theme(request: AuthenticatedRequest, number: int) -> HttpResponse:
    return render_theme(request, find_theme(request, number))


def weeks_csv(request: AuthenticatedRequest, number: int) -> StreamingHttpResponse:
    found = find_theme(request, number)
    current = _present(theme_alarms.of_theme(request.user, found))
    counts = page.figures_for(request.user, _charted())
    chart = page.weekly_chart(found, counts, current.alarm if current else None)
    return csv_response(f"{found.reference}-weeks", chart.columns, chart.plain_rows)


def theme_cases(request: AuthenticatedRequest, number: int) -> HttpResponse:
    """List the theme's cases that the reader may know of, each with the words that put it there."""
    found = find_theme(request, number)
    form, rows = _asked_cases(request, found)
    current = Paginator(rows, CASES_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "theme": found,
        "page": current,
        "quotes": evidence.quotes(found, current.object_list, user=request.user),
        "scope": scope_of(form),
        "dates": (form.cleaned_data.get("first"), form.cleaned_data.get("last")),
        "may_decide": may(request.user, ReportingAction.CONFIRM_MEMBERSHIP) and found.is_live,
        "may_export": may_with_cases(request.user, CaseAction.EXPORT),
        "undoable": evidence.undoable(request.user, found, now=timezone.now()),
        "query": request.GET.urlencode(),
    }
    return render(request, "reporting/theme_cases.html", context)


def cases_csv(request: AuthenticatedRequest, number: int) -> StreamingHttpResponse:
    found = find_theme(request, number)
    _, rows = _asked_cases(request, found)
    lines = services.export_members(rows, theme=found, actor=request.user, now=timezone.now())
    return csv_response(f"{found.reference}-cases", services.MEMBER_COLUMNS, lines)


def find_theme(request: AuthenticatedRequest, number: int) -> Theme:
    permissions.require(request.user, ReportingAction.SEE_THEMES)
    visible = Theme.objects.visible_to(request.user).select_related("owner", "merged_into")
    return get_object_or_404(visible, number=number)


def render_theme(request: AuthenticatedRequest, found: Theme, *, status: int = 200, **forms: Any) -> HttpResponse:
    user = request.user
    raised = theme_alarms.of_theme(user, found)
    current = _present(raised)
    scope, counts = page.last_weeks(_today()), page.figures_for(user, _charted())
    members = evidence.members(user, found)
    context = {
        "theme": found,
        "scope": scope,
        "figures": page.key_figures(user, found, counts.narrowed(scope), current.alarm if current else None),
        "chart": page.weekly_chart(found, counts, current.alarm if current else None),
        "alarm": current,
        "past_alarms": [line for line in raised if line is not current],
        "quotes": evidence.quotes(found, members[: evidence.QUOTED], user=user),
        "size": page.size_in_all(user, found),
        "breakdowns": page.breakdowns(user, found, scope),
        "clauses": page.clauses_cited(user, found),
        "recommendations": page.recommendations_of(user, found),
        "history": page.history(user, found),
        "proposals": evidence.proposals(user, found),
        "undoable": evidence.undoable(user, found, now=timezone.now()),
        "case_form": CaseForm(),
        "may_decide": may(user, ReportingAction.CONFIRM_MEMBERSHIP) and found.is_live,
        "may_propose": may(user, ReportingAction.PROPOSE_MEMBERSHIP) and found.is_live,
        "may_manage": may(user, ReportingAction.MANAGE_THEMES),
        "may_settle": may(user, ReportingAction.SETTLE_ALARM),
        "may_write": may(user, ReportingAction.WRITE_RECOMMENDATIONS) and found.is_live,
    }
    return render(request, "reporting/theme.html", context | forms, status=status)


def _present(raised: list[theme_alarms.AlarmLine]) -> theme_alarms.AlarmLine | None:
    standing = {AlarmState.OPEN, AlarmState.ACKNOWLEDGED}
    return next((line for line in raised if line.alarm.state in standing), None)


def _charted() -> Scope:
    return Scope(today=_today(), weeks=page.CHART_WEEKS + 1)


def _today() -> Any:
    return timezone.localdate(timezone=timezone.get_default_timezone())


def _list(
    request: AuthenticatedRequest,
) -> tuple[ThemeFilterForm, Scope, list[listing.ThemeRow], list[listing.ThemeRow]]:
    """Return the filter, what it counts, every theme and the themes that it leaves."""
    asked = request.GET.copy()
    asked.setdefault("weeks", str(page.FIGURE_WEEKS))
    form = ThemeFilterForm(asked, user=request.user)
    scope = scope_of(form)
    rows = listing.theme_rows(request.user, scope)
    given = form.cleaned_data
    shown = listing.chosen(rows, show=given.get("show", ""), words=given.get("words", ""), user=request.user)
    return form, scope, rows, shown


def _views(
    form: ThemeFilterForm, rows: list[listing.ThemeRow], request: AuthenticatedRequest
) -> list[tuple[str, str, int, bool]]:
    """Return for each view its address, its name, how many themes it holds and whether it is the present one."""
    present = form.cleaned_data.get("show", "")
    views = []
    for show, label in listing.SHOWN.items():
        query = request.GET.copy()
        query["show"] = show
        held = listing.chosen(rows, show=show, words="", user=request.user)
        views.append((f"?{query.urlencode()}", label, len(held), show == present))
    return views


def _asked_cases(request: AuthenticatedRequest, found: Theme) -> tuple[ThemeCasesForm, Any]:
    """Return the cases that the address names; a value that makes no sense is left out."""
    form = ThemeCasesForm(request.GET, user=request.user)
    form.is_valid()
    given, scope = form.cleaned_data, scope_of(form)
    rows = evidence.members(
        request.user,
        found,
        first=given.get("first"),
        last=given.get("last"),
        only=page.only_with(given.get("by") or "", given.get("key") or ""),
    )
    if scope.team:
        rows = rows.filter(case__team=scope.team)
    if scope.kind:
        rows = rows.filter(case__kind=scope.kind)
    return form, rows
