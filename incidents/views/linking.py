"""Linking cases by the thousand: find them or bring a file, and watch every row being answered."""

from typing import Any, Final

from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from cases.views.facts import render_form
from cases.views.page import render_section
from core.csv_files import csv_response
from core.http import AuthenticatedRequest
from core.queue import enqueue
from incidents import permissions
from incidents.choices import LinkOutcome
from incidents.forms.linking import LinkFileForm, LinkFoundForm, SearchForm
from incidents.models import LinkRow, LinkRun
from incidents.permissions import Right
from incidents.selectors.linking import answers_of, cases_like
from incidents.services import link_runs
from incidents.tasks import link_cases
from incidents.views.frame import back_to, done, find_incident

SHOWN: Final = 20
ROWS_PER_PAGE: Final = 100


@require_http_methods(["GET", "HEAD", "POST"])
def find(request: AuthenticatedRequest, number: str) -> HttpResponse:
    """Find cases by what they have in common; the second press links everything that was found."""
    case = find_incident(request, number)
    permissions.require(request.user, Right.LINK, case)
    form = SearchForm(request.GET or None)
    found = cases_like(form.search(), case, user=request.user) if form.is_valid() else None
    press = LinkFoundForm(request.POST or None)
    runs: list[LinkRun] = []

    def link() -> None:
        if found is not None:
            values = {"words": str(form.search()), "submission": press.cleaned_data["submission"]}
            runs.append(link_runs.ask_for_search(case, found=found, actor=request.user, now=timezone.now(), **values))

    if done(request, press, link) and runs:
        enqueue(link_cases)
        return redirect("incidents:link_run", case.reference, runs[0].pk)
    context = {
        "form": form,
        "press": press,
        "count": None if found is None else found.count(),
        "found": [] if found is None else found.with_people().defer("story")[:SHOWN],  # type: ignore[attr-defined]
        "shown": SHOWN,
    }
    status = 422 if form.errors or press.errors else 200
    return render_section(request, case, "affected", "incidents/find.html", status=status, **context)


@require_http_methods(["GET", "HEAD", "POST"])
def from_file(request: AuthenticatedRequest, number: str) -> HttpResponse:
    case = find_incident(request, number)
    permissions.require(request.user, Right.LINK, case)
    form = LinkFileForm(request.POST or None, request.FILES or None)
    runs: list[LinkRun] = []

    def link() -> None:
        values = {"name": form.cleaned_data["file"].name, "submission": form.cleaned_data["submission"]}
        rows = form.references()
        runs.append(link_runs.ask_for_file(case, references=rows, actor=request.user, now=timezone.now(), **values))

    if done(request, form, link):
        enqueue(link_cases)
        return redirect("incidents:link_run", case.reference, runs[0].pk)
    intro = [
        "Every row is answered: linked, already linked, or not found or not visible to you. Nothing is linked twice."
    ]
    title, back = "Link the cases in a file", back_to("affected", case)
    return render_form(
        request, case, form, title=title, act="Link cases", section="affected", back_url=back, intro=intro
    )


@require_safe
def link_run(request: AuthenticatedRequest, number: str, pk: int) -> HttpResponse:
    """How far the links are, and what every row was answered; the page asks again while there is more to come."""
    case = find_incident(request, number)
    run = _find_run(request, case.pk, pk)
    asked = request.GET.get("answer", "")
    outcome = asked if asked in LinkOutcome.values else ""
    rows = LinkRow.objects.visible_to(request.user).filter(run=run).select_related("caused__customer")
    rows = rows.filter(outcome=outcome) if outcome else rows
    context: dict[str, Any] = {
        "run": run,
        "answers": answers_of(run, user=request.user),
        "outcome": outcome,
        "page": Paginator(rows, ROWS_PER_PAGE).get_page(request.GET.get("page")),
    }
    if request.htmx and not request.htmx.boosted:
        return render(request, "incidents/_link_run.html", context | {"case": case})
    return render_section(request, case, "affected", "incidents/link_run.html", **context)


@require_safe
def link_run_csv(request: AuthenticatedRequest, number: str, pk: int) -> HttpResponseBase:
    """The same answers as a file, so that somebody can put right what was not found."""
    case = find_incident(request, number)
    run = _find_run(request, case.pk, pk)
    rows = LinkRow.objects.visible_to(request.user).filter(run=run).order_by("line", "pk")
    lines = ((row.line, row.reference, row.get_outcome_display()) for row in rows.iterator())
    return csv_response(f"links-{case.reference}-{run.pk}", ["Row", "Reference", "Answer"], lines)


def _find_run(request: AuthenticatedRequest, case_id: int, pk: int) -> LinkRun:
    found: LinkRun = get_object_or_404(LinkRun.objects.visible_to(request.user), case=case_id, pk=pk)
    return found
