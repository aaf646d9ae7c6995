from collections.abc import Callable

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from core.csv_files import csv_response
from core.errors import UserFacingError
from core.forms import RedressForm
from core.http import AuthenticatedRequest
from core.xlsx_files import Sheet, xlsx_response
from reporting import permissions
from reporting.forms.dashboards import SegmentForm
from reporting.forms.limits import EndForm, FreezeForm, LeaveOutForm
from reporting.models import ChartDecision
from reporting.permissions import ReportingAction
from reporting.selectors.charts import Chart, age_chart, kpi_chart
from reporting.selectors.exports import chart_sheet, definition_rows, rows_for
from reporting.selectors.figures import load_figures, open_by_age
from reporting.selectors.kpi_list import GROUPS, KPIS
from reporting.selectors.kpis import How, Kpi, read_now
from reporting.selectors.limits import NO_LIMITS, decisions_for, limits_in
from reporting.selectors.scope import Scope
from reporting.services import limits as services
from reporting.views.asking import asked, check, is_for_outside, owner_asked, scope_of

COLUMNS = ("Measure", "What it tells", "Sum", "Cohort", "Numerator", "Denominator", "Rounding", "Source")
BEHIND = {"contact": "See the contact figures", "recommendation": "See the recommendations"}


def kpis(request: AuthenticatedRequest) -> HttpResponse:
    """List every measure with its definition."""
    check(request.user)
    groups = [(group, [kpi for kpi in KPIS.values() if kpi.group == group]) for group in GROUPS]
    return render(request, "reporting/kpis.html", {"groups": groups, "total": len(KPIS)})


def kpis_xlsx(request: AuthenticatedRequest) -> HttpResponse:
    check(request.user)
    return xlsx_response("measures", [Sheet("Measures", COLUMNS, definition_rows(list(KPIS.values())))])


def kpi(request: AuthenticatedRequest, code: str) -> HttpResponse:
    """Show one measure: what it means, what it is now, and week by week."""
    return _page(request, _find(request, code))


@require_POST
def freeze_limits(request: AuthenticatedRequest, code: str) -> HttpResponse:
    """Hold the limits of the chart by the weeks named, for the team and type that the address names."""
    return _decide(request, code, "freeze_form", FreezeForm(request.POST), services.freeze_limits)


@require_POST
def leave_out_week(request: AuthenticatedRequest, code: str) -> HttpResponse:
    return _decide(request, code, "leave_out_form", LeaveOutForm(request.POST), services.leave_out_week)


@require_POST
def end_limits(request: AuthenticatedRequest, code: str, pk: int) -> HttpResponse:
    found = _find(request, code)
    decision = get_object_or_404(ChartDecision.objects.visible_to(request.user), pk=pk, kpi=code)
    form = EndForm(request.POST)
    if form.is_valid():
        try:
            services.end_decision(
                decision_id=decision.pk, reason=form.cleaned_data["reason"], actor=request.user, now=timezone.now()
            )
        except UserFacingError as error:
            form.add_error(None, str(error))
        else:
            return redirect(_here(request, code))
    permissions.require(request.user, ReportingAction.SET_LIMITS)
    return _page(request, found, status=422, end_form=form)


def _decide(
    request: AuthenticatedRequest, code: str, name: str, form: RedressForm, act: Callable[..., ChartDecision]
) -> HttpResponse:
    found = _find(request, code)
    permissions.require(request.user, ReportingAction.SET_LIMITS)
    scope = scope_of(asked(request, SegmentForm))
    if form.is_valid():
        try:
            act(
                kpi=found,
                team=scope.team,
                kind=scope.kind,
                **form.cleaned_data,
                actor=request.user,
                now=timezone.now(),
            )
        except UserFacingError as error:
            form.add_error(None, str(error))
        else:
            return redirect(_here(request, code))
    return _page(request, found, status=422, **{name: form})


def _here(request: AuthenticatedRequest, code: str) -> str:
    return f"{reverse('reporting:kpi', args=[code])}?{scope_of(asked(request, SegmentForm)).query}"


def _page(request: AuthenticatedRequest, found: Kpi, *, status: int = 200, **forms: RedressForm) -> HttpResponse:
    form = asked(request, SegmentForm)
    scope = scope_of(form, owner=owner_asked(request))
    reading = read_now(request.user, found, scope)
    context = {
        "kpi": found,
        "form": form,
        "scope": scope,
        "reading": reading,
        "kpi_small": f"{reading.unit_in_words.strip()}, {reading.made_of}".strip(", "),
        "behind_label": BEHIND.get(found.of_what, "See the cases"),
        "cases_url": scope.cases_url(found.denominator_measure, key=",".join(found.among or ())),
        "chart": _chart(request, found, scope),
    }
    if _has_limits_of_its_own(found, scope) and permissions.may_set_limits_of(request.user, scope.team):
        context |= {
            "decisions": [one for one in decisions_for(scope) if one.kpi == found.code],
            "freeze_form": FreezeForm(),
            "leave_out_form": LeaveOutForm(),
            "end_form": EndForm(),
        }
    good = 200 if form.is_valid() else 422
    return render(request, "reporting/kpi.html", context | forms, status=status if status != 200 else good)


def _has_limits_of_its_own(found: Kpi, scope: Scope) -> bool:
    return found.how is not How.OPEN and not scope.is_finer_than_the_counts and not scope.support


def kpi_csv(request: AuthenticatedRequest, code: str) -> StreamingHttpResponse:
    chart = _chart_asked(request, code)
    return csv_response(code, chart.columns, rows_for(chart, is_for_outside=is_for_outside(request)))


def kpi_xlsx(request: AuthenticatedRequest, code: str) -> HttpResponse:
    sheet = chart_sheet(_chart_asked(request, code), is_for_outside=is_for_outside(request))
    return xlsx_response(code, [sheet, Sheet("Definition", COLUMNS, definition_rows([KPIS[code]]))])


def _chart_asked(request: AuthenticatedRequest, code: str) -> Chart:
    found = _find(request, code)
    return _chart(request, found, scope_of(asked(request, SegmentForm), owner=owner_asked(request)))


def _chart(request: AuthenticatedRequest, found: Kpi, scope: Scope) -> Chart:
    figures = load_figures(request.user, scope, found.measures)
    if found.how is How.OPEN:
        return age_chart(open_by_age(request.user, figures), scope)
    return kpi_chart(figures, found, limits_in(scope).get(found.code, NO_LIMITS))


def _find(request: AuthenticatedRequest, code: str) -> Kpi:
    check(request.user)
    try:
        return KPIS[code]
    except KeyError:
        raise Http404("There is no such measure.") from None
