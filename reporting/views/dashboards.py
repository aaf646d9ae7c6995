from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import render

from core.csv_files import csv_response
from core.http import AuthenticatedRequest
from core.xlsx_files import xlsx_response
from reporting.choices import Measure
from reporting.forms.dashboards import FigureForm, KeepForm, SegmentForm
from reporting.selectors.charts import Chart
from reporting.selectors.counting import COUNTINGS
from reporting.selectors.dashboards import QUESTIONS, Question
from reporting.selectors.exports import dashboard_sheets, rows_for
from reporting.selectors.figures import cases_behind as find_cases
from reporting.selectors.figures import facts_refreshed_at
from reporting.selectors.scope import Scope
from reporting.views.asking import asked, check, is_for_outside, owner_asked, scope_of

CASES_PER_PAGE = 50


def dashboard(request: AuthenticatedRequest, slug: str = "on-time") -> HttpResponse:
    """Answer one question for the weeks, team and type that the address names."""
    question, form = _question(request, slug), asked(request, SegmentForm)
    scope = _scope(request, question, form)
    context = {
        "question": question,
        "questions": QUESTIONS.values(),
        "form": form,
        "scope": scope,
        "dashboard": question.answer(request.user, scope),
        "refreshed_at": facts_refreshed_at(),
        "keep_form": KeepForm(),
    }
    return render(request, "reporting/dashboard.html", context, status=200 if form.is_valid() else 422)


def dashboard_xlsx(request: AuthenticatedRequest, slug: str) -> HttpResponse:
    """Send every figure and chart of a dashboard as one workbook, a sheet each."""
    question = _question(request, slug)
    scope = _scope(request, question, asked(request, SegmentForm))
    answer = question.answer(request.user, scope)
    return xlsx_response(slug, dashboard_sheets(question, answer, scope, is_for_outside=is_for_outside(request)))


def chart_csv(request: AuthenticatedRequest, slug: str, chart: str) -> StreamingHttpResponse:
    """Send the numbers of one chart."""
    found = _chart(request, slug, chart)
    return csv_response(f"{slug}-{chart}", found.columns, rows_for(found, is_for_outside=is_for_outside(request)))


def cases_behind(request: AuthenticatedRequest, measure: str) -> HttpResponse:
    """List the cases that a figure counts, as far as the reader may know of them."""
    check(request.user)
    form = asked(request, FigureForm)
    if measure not in COUNTINGS or not form.is_valid():
        raise Http404("There is no such figure.")
    scope = scope_of(form, owner=owner_asked(request))
    first, last = form.cleaned_data["first"] or scope.first, form.cleaned_data["last"] or scope.last
    cases = find_cases(
        request.user, scope, Measure(measure), key=form.cleaned_data["key"], first=first, last=last
    ).with_people()
    page = Paginator(cases.order_by("-received_at", "-pk"), CASES_PER_PAGE).get_page(request.GET.get("page"))
    context = {"measure": Measure(measure), "page": page, "first": first, "last": last, "scope": scope}
    return render(request, "reporting/cases_behind.html", context)


def _chart(request: AuthenticatedRequest, slug: str, chart: str) -> Chart:
    question = _question(request, slug)
    answer = question.answer(request.user, _scope(request, question, asked(request, SegmentForm)))
    found = next((one for one in answer.charts if one.key == chart), None)
    if found is None:
        raise Http404("There is no such chart.")
    return found


def _scope(request: AuthenticatedRequest, question: Question, form: SegmentForm) -> Scope:
    return scope_of(form, owner=request.user.pk if question.is_own else None)


def _question(request: AuthenticatedRequest, slug: str) -> Question:
    check(request.user)
    try:
        return QUESTIONS[slug]
    except KeyError:
        raise Http404("There is no such dashboard.") from None
