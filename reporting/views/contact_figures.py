"""Contact figures: teams by month, a person's own, and the files they come from."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Team, User
from core.csv_files import csv_response
from core.dates import local_day
from core.errors import UserFacingError
from core.forms import RedressForm
from core.http import AuthenticatedRequest
from reporting import permissions
from reporting.forms.contact_figures import FiguresForm, ImportForm
from reporting.models import CaseFact, ContactFigures, ContactImport
from reporting.permissions import ReportingAction
from reporting.selectors import contact_figures as selectors
from reporting.services import contact_figures as services
from reporting.services.contact_rows import COLUMNS

IMPORTS_PER_PAGE = 20
MONTHS_SHOWN = 13


@require_safe
def contact_figures(request: AuthenticatedRequest) -> HttpResponse:
    """Every team that the reader answers for, month by month, with both numbers of each quotient."""
    permissions.require(request.user, ReportingAction.SEE_CONTACT_FIGURES)
    seen = ContactFigures.objects.visible_to(request.user).between(*_year(request))
    rows = seen.of_teams()
    form = FiguresForm(request.GET, teams=Team.objects.visible_to(request.user).filter(pk__in=rows.values("team_id")))
    team = form.cleaned_data.get("team") if form.is_valid() else None
    rows = rows.filter(team=team) if team else rows
    facts = CaseFact.objects.visible_to(request.user)
    facts = facts.filter(team_id__in=rows.order_by().values("team_id"))
    months = selectors.with_complaints(selectors.by_month(rows), facts)
    context = {
        "form": form,
        "months": months,
        "latest": months[0] if months else None,
        "has_own": seen.filter(person=request.user).exists(),
        "people": selectors.people_led(request.user),
        "may_import": permissions.may(request.user, ReportingAction.IMPORT_CONTACT_FIGURES),
    }
    return render(request, "reporting/contact_figures.html", context)


@require_safe
def contact_figures_person(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """One person's numbers: to them, and to whoever leads them. For everybody else the page does not exist."""
    permissions.require(request.user, ReportingAction.SEE_CONTACT_FIGURES)
    person = get_object_or_404(User.objects.visible_to(request.user), pk=pk)
    if not selectors.may_see_person(request.user, person):
        raise Http404("A person's numbers are for them and their team leader.")
    rows = ContactFigures.objects.visible_to(request.user).filter(person=person).between(*_year(request))
    context = {"person": person, "months": selectors.by_month(rows), "is_own": person.pk == request.user.pk}
    return render(request, "reporting/contact_figures_person.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def contact_import(request: AuthenticatedRequest) -> HttpResponse:
    """The form for a file, and the files so far."""
    permissions.require(request.user, ReportingAction.IMPORT_CONTACT_FIGURES)
    posted = request.method == "POST"
    form = ImportForm(request.POST if posted else None, request.FILES if posted else None)
    if posted and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            made = services.import_contact_figures(
                file=file.file, name=file.name, actor=request.user, now=timezone.now()
            )
        except UserFacingError as error:
            form.add_error("file", str(error))
        else:
            return redirect("reporting:contact_import_result", made.pk)
    imports = ContactImport.objects.visible_to(request.user).select_related("imported_by")
    context = {
        "form": form,
        "page": Paginator(imports, IMPORTS_PER_PAGE).get_page(request.GET.get("page")),
        "columns": COLUMNS,
    }
    return render(request, "reporting/contact_import.html", context, status=422 if form.is_bound else 200)


@require_safe
def contact_import_result(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """What became of a file: how many rows came in, and the line and reason of each that did not."""
    made = _find(request, pk)
    return render(request, "reporting/contact_import_result.html", {"made": made, "standing": made.figures.count()})


@require_http_methods(["GET", "HEAD", "POST"])
def contact_import_undo(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    made = _find(request, pk)
    form = RedressForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            gone = services.take_out_import(import_id=made.pk, actor=request.user, now=timezone.now())
        except UserFacingError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"{gone} rows of “{made}” are taken out.")
            return redirect("reporting:contact_import")
    context: dict[str, Any] = {
        "title": f"Take “{made}” out",
        "act": "Take figures out",
        "effects": [
            f"{made.figures.count()} rows that this file wrote last are deleted.",
            "Rows that a later file replaced stay as that file has them.",
            "What this file had replaced does not come back. Bring the earlier file in again.",
        ],
        "form": form,
        "back_url": f"../../{made.pk}/",
    }
    return render(request, "confirm.html", context, status=422 if form.is_bound else 200)


@require_safe
def contact_import_template(request: AuthenticatedRequest) -> StreamingHttpResponse:
    """An example file with every column that can be read."""
    permissions.require(request.user, ReportingAction.IMPORT_CONTACT_FIGURES)
    example = ("2026-10", "Complaints North", "", "", 4100, 4350, 180, 3600, 130500, 1107000, 86100, 492000, 3200, 4000)
    return csv_response("contact-figures-example", COLUMNS, [example])


def _find(request: AuthenticatedRequest, pk: int) -> ContactImport:
    permissions.require(request.user, ReportingAction.IMPORT_CONTACT_FIGURES)
    return get_object_or_404(ContactImport.objects.visible_to(request.user).select_related("imported_by"), pk=pk)


def _year(request: AuthenticatedRequest) -> tuple[Any, Any]:
    """Return the first day of the thirteen months that are shown, and today."""
    today = local_day(timezone.now())
    first = (today.replace(day=1) - timedelta(days=31 * (MONTHS_SHOWN - 1) - 15)).replace(day=1)
    return first, today
