from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from cases.models import Case
from core.csv_files import csv_response
from core.errors import UserFacingError
from core.forms import RedressForm
from core.http import AuthenticatedRequest
from core.xlsx_files import Sheet, xlsx_response
from reporting import permissions
from reporting.forms.returns import SignForm, StartReturnForm, VolumesForm
from reporting.measures.return_counts import COUNTS
from reporting.measures.return_rows import ROW_BY
from reporting.measures.returns import CellOf, Figures
from reporting.models import Return, ReturnForm
from reporting.permissions import ReportingAction
from reporting.selectors import returns as selectors
from reporting.selectors.business_calendars import business_days_of
from reporting.services import returns as services
from reporting.views.asking import today
from reporting.views.dashboards import CASES_PER_PAGE


@require_http_methods(["GET", "POST"])
def return_list(request: AuthenticatedRequest) -> HttpResponse:
    """List what was reported and when, and start the next."""
    permissions.require(request.user, ReportingAction.MAKE_RETURNS)
    forms = list(ReturnForm.objects.visible_to(request.user))
    form = StartReturnForm(request.POST or None, offered=selectors.periods_offered(forms, today()))
    if request.method == "POST" and form.is_valid():
        chosen = form.chosen
        try:
            made = services.start_return(form=chosen.form, first=chosen.first, last=chosen.last, actor=request.user)
        except UserFacingError as error:
            form.add_error(None, str(error))
        else:
            return redirect(made)
    made_returns = list(Return.objects.visible_to(request.user).select_related("form", "signed_by"))
    calendars = business_days_of({made.form.calendar for made in made_returns})
    context = {
        "form": form,
        "returns": [(made, selectors.due_day(made, calendars)) for made in made_returns],
        "has_forms": bool(forms),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "reporting/return_list.html", context, status=status)


def return_page(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    return _render(request, _find(request, pk))


def cell_cases(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """List the complaints that one cell counts."""
    made = _find(request, pk)
    code, row_by = request.GET.get("count", ""), request.GET.get("rows", "TOTAL")
    if code not in COUNTS or row_by not in ROW_BY:
        raise Http404("There is no such cell.")
    cell = CellOf(row_by=row_by, row=request.GET.get("row", ""), code=code, cause=request.GET.get("cause", ""))
    cases, total = selectors.cases_in_cell(made, request.user, cell)
    page = Paginator(cases.with_people().order_by("-received_at", "-pk"), CASES_PER_PAGE).get_page(
        request.GET.get("page")
    )
    context = {"made": made, "what": COUNTS[code][0], "cell": cell, "page": page, "total": total}
    return render(request, "reporting/return_cases.html", context)


def return_differences(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Work a signed return out again, and show what would be different today and because of which cases."""
    made = _find(request, pk)
    if not made.is_signed:
        return redirect(made)
    found = selectors.recount(made)
    cases = Case.objects.visible_to(request.user).filter(pk__in=found.cases[:CASES_PER_PAGE])
    context = {
        "made": made,
        "recount": found,
        "cases": cases.order_by("number"),
        "is_as_signed": selectors.is_as_signed(made),
    }
    return render(request, "reporting/return_differences.html", context)


@require_POST
def save_volumes(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    made = _find(request, pk)
    form = _volumes_form(made, selectors.filled_in(made), request.POST)
    if form.is_valid():
        try:
            services.save_volumes(return_id=made.pk, volumes=form.volumes(), actor=request.user)
        except UserFacingError as error:
            return _render(request, made, status=422, refusal=str(error))
        return redirect(made)
    return _render(request, made, status=422, volumes_form=form)


@require_POST
def sign(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    made, form = _find(request, pk), SignForm(request.POST)
    if form.is_valid():
        try:
            services.sign_return(return_id=made.pk, **form.cleaned_data, actor=request.user, now=timezone.now())
        except UserFacingError as error:
            return _render(request, made, status=422, refusal=str(error))
        messages.success(request, "The return is signed. Its figures and its complaints are frozen.")
        return redirect(made)
    return _render(request, made, status=422, sign_form=form)


@require_POST
def discard(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    made = _find(request, pk)
    try:
        services.discard_return(return_id=made.pk, actor=request.user)
    except UserFacingError as error:
        return _render(request, made, status=422, refusal=str(error))
    return redirect("reporting:returns")


def return_csv(request: AuthenticatedRequest, pk: int) -> StreamingHttpResponse:
    """Send every table, one below the other."""
    made = _find(request, pk)
    return csv_response(_file_name(made), ("Table", "Row", "Column", "Value"), _lines(selectors.filled_in(made)))


def return_xlsx(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    made = _find(request, pk)
    figures = selectors.filled_in(made)
    state = f"Signed by {made.signed_by}, {made.digest}" if made.is_signed else "Not signed: figures of today"
    sheets = [
        Sheet(
            table["title"],
            (table["rows_by"].capitalize(), *table["columns"]),
            [(row["label"], *(_plain(cell) for cell in row["cells"])) for row in table["rows"]],
            [str(made), state],
        )
        for table in figures["tables"]
    ]
    return xlsx_response(_file_name(made), sheets)


def _lines(figures: Figures) -> Iterator[tuple[str, str, str, Any]]:
    for table in figures["tables"]:
        for row in table["rows"]:
            for column, cell in zip(table["columns"], row["cells"], strict=True):
                yield table["title"], row["label"], column, _plain(cell)


def _plain(cell: dict[str, Any]) -> Any:
    """Return a whole number as a number where nothing of it is hidden; everything else as it is shown."""
    value = cell.get("value")
    return value if value is not None and cell["text"] == f"{value:,}" else cell["text"]


def _file_name(made: Return) -> str:
    return f"{made.form.code}-{made.first.isoformat()}-{made.revision}"


def _find(request: AuthenticatedRequest, pk: int) -> Return:
    permissions.require(request.user, ReportingAction.MAKE_RETURNS)
    visible = Return.objects.visible_to(request.user).select_related("form", "signed_by", "prepared_by")
    return get_object_or_404(visible, pk=pk)


def _volumes_form(made: Return, figures: Figures, data: Any = None) -> VolumesForm:
    return VolumesForm(data, rows=selectors.rows_with_volumes(figures), known=made.volumes)


def _render(
    request: AuthenticatedRequest, made: Return, *, status: int = 200, refusal: str = "", **forms: RedressForm
) -> HttpResponse:
    figures = selectors.filled_in(made)
    context: dict[str, Any] = {
        "made": made,
        "refusal": refusal,
        "figures": figures,
        "due": selectors.due_day(made, business_days_of({made.form.calendar})),
        "carried": selectors.brought_forward(made, figures),
    }
    if made.is_signed:
        context["is_as_signed"] = selectors.is_as_signed(made)
    else:
        volumes = _volumes_form(made, figures)
        context |= {"volumes_form": volumes if volumes.rows else None, "sign_form": SignForm()}
    return render(request, "reporting/return.html", context | forms, status=status)
