"""Calendars: everybody reads what is in force, admins write drafts, a second person publishes."""

from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import UserFacingError
from core.forms import RedressForm
from core.htmx import render_page_or_fragment
from core.http import AuthenticatedRequest
from sla.arithmetic import CalendarError
from sla.choices import ExceptionKind
from sla.forms.calendars import (
    NEW_OR_OPEN,
    ExceptionForm,
    HolidaysForm,
    HoursForm,
    LaterWeekForm,
    PublishCalendarForm,
)
from sla.models import CalendarVersion, WorkingCalendar
from sla.permissions import SlaAction, may, require
from sla.services import calendars as services
from sla.views.moves import ask_move, latest_move
from sla.views.rules import effect_context

WEEK = "week"  # two forms of the page have weekly hours


@require_safe
def calendars(request: AuthenticatedRequest) -> HttpResponse:
    versions = CalendarVersion.objects.visible_to(request.user).published().select_related("calendar")
    return render(request, "sla/calendars.html", {"versions": versions.order_by("calendar__name")})


@require_safe
def calendar(request: AuthenticatedRequest, slug: str) -> HttpResponse:
    """One calendar: weekly hours, and the year as a list by month."""
    found = _find(request, slug)
    version = _shown_version(request, found)
    return render(request, "sla/calendar.html", _context(request, found, version))


@require_POST
def draft(request: AuthenticatedRequest, slug: str) -> HttpResponse:
    found = _find(request, slug)
    services.draft_calendar(found, actor=request.user)
    return _to_draft(found)


@require_http_methods(["GET", "HEAD", "POST"])
def discard(request: AuthenticatedRequest, slug: str) -> HttpResponse:
    """Discard the draft, once the reader has seen what goes with it."""
    found, version = _find_draft(request, slug)
    if request.method == "POST":
        services.discard_calendar(version, actor=request.user, now=timezone.now())
        messages.success(request, f"The draft of {found} is discarded.")
        return redirect("sla:calendar", slug)
    context = {
        "title": f"Discard the draft of {found}",
        "effects": [
            f"Version {version.number} goes with its hours and dates. It cannot be brought back.",
            "What is published stays as it is, and so does every deadline.",
        ],
        "act": "Discard draft",
        "back_url": f"{reverse('sla:calendar', args=[slug])}?version={version.number}",
    }
    return render(request, "confirm.html", context)


@require_POST
def hours(request: AuthenticatedRequest, slug: str) -> HttpResponse:
    found, version = _find_draft(request, slug)
    form = HoursForm(request.POST)

    def save(values: dict[str, Any]) -> None:
        services.set_hours(version, actor=request.user, **values)

    return _saved(request, found, version, "hours_form", form, save)


@require_POST
def week_add(request: AuthenticatedRequest, slug: str) -> HttpResponse:
    """Let other weekly hours take over on a day to come."""
    found, version = _find_draft(request, slug)
    form = LaterWeekForm(request.POST, prefix=WEEK)

    def save(values: dict[str, Any]) -> None:
        services.put_week(version, actor=request.user, **values)

    return _saved(request, found, version, "week_form", form, save)


@require_POST
def week_drop(request: AuthenticatedRequest, slug: str, pk: int) -> HttpResponse:
    found, version = _find_draft(request, slug)
    services.drop_week(version, week_id=pk, actor=request.user)
    return _to_draft(found)


@require_POST
def exception_add(request: AuthenticatedRequest, slug: str) -> HttpResponse:
    found, version = _find_draft(request, slug)
    form = ExceptionForm(request.POST)

    def save(values: dict[str, Any]) -> None:
        kind = ExceptionKind(values.pop("kind"))
        services.put_exception(version, kind=kind, actor=request.user, **values)

    return _saved(request, found, version, "exception_form", form, save)


@require_POST
def holidays(request: AuthenticatedRequest, slug: str) -> HttpResponse:
    """Propose the bank holidays of a year; each waits to be accepted."""
    found, version = _find_draft(request, slug)
    form = HolidaysForm(request.POST)

    def save(values: dict[str, Any]) -> None:
        added = services.propose_holidays(
            version, division=values["division"], years=[values["year"]], actor=request.user
        )
        messages.success(request, f"{added} holidays are proposed. Tick those that count, and save.")

    return _saved(request, found, version, "holidays_form", form, save)


@require_POST
def accept(request: AuthenticatedRequest, slug: str) -> HttpResponse:
    found, version = _find_draft(request, slug)
    ticked = [int(pk) for pk in request.POST.getlist("accepted") if pk.isdecimal() and len(pk) < 18]
    services.accept_exceptions(version, accepted=ticked, actor=request.user)
    messages.success(request, "The ticked dates count in this draft.")
    return _to_draft(found)


@require_POST
def exception_drop(request: AuthenticatedRequest, slug: str, pk: int) -> HttpResponse:
    found, version = _find_draft(request, slug)
    services.drop_exception(version, exception_id=pk, actor=request.user)
    return _to_draft(found)


@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: AuthenticatedRequest, slug: str) -> HttpResponse:
    """Show what the draft would do to the open clocks, and publish it."""
    require(request.user, SlaAction.PUBLISH)
    found = _find(request, slug)
    version = get_object_or_404(CalendarVersion.objects.visible_to(request.user).drafts(), calendar=found)
    now = timezone.now()
    form = PublishCalendarForm(request.POST or None)
    if form.is_valid():
        data = form.cleaned_data
        try:
            published = services.publish_calendar(version, note=data["note"], actor=request.user, now=now)
        except UserFacingError as error:
            form.add_error(None, str(error))
        else:
            ask_move(request, published, also_open=data["open_cases"] == "OPEN", now=now)
            return redirect("sla:calendar", slug)
    context = {
        "calendar": found,
        "version": version,
        "form": form,
        **effect_context(request, version, now, NEW_OR_OPEN),
    }
    status = 422 if form.is_bound else 200
    return render_page_or_fragment(
        request, page="sla/publish_calendar.html", fragment="sla/_effect.html", context=context, status=status
    )


def _find(request: AuthenticatedRequest, slug: str) -> WorkingCalendar:
    return get_object_or_404(WorkingCalendar.objects.visible_to(request.user), slug=slug)


def _find_draft(request: AuthenticatedRequest, slug: str) -> tuple[WorkingCalendar, CalendarVersion]:
    require(request.user, SlaAction.EDIT)
    found = _find(request, slug)
    drafts = CalendarVersion.objects.visible_to(request.user).drafts().select_related("calendar")
    return found, get_object_or_404(drafts, calendar=found)


def _shown_version(request: AuthenticatedRequest, found: WorkingCalendar) -> CalendarVersion:
    versions = CalendarVersion.objects.visible_to(request.user).filter(calendar=found).select_related("calendar")
    number = request.GET.get("version", "")
    if number.isdecimal() and len(number) < 6:
        return get_object_or_404(versions, number=int(number))
    return get_object_or_404(versions.published())


def _context(
    request: AuthenticatedRequest, found: WorkingCalendar, version: CalendarVersion, **forms: RedressForm
) -> dict[str, Any]:
    exceptions = list(version.exceptions.all())
    next_year = timezone.localdate().year + 1
    return {
        "calendar": found,
        "version": version,
        "versions": CalendarVersion.objects.visible_to(request.user).filter(calendar=found).order_by("-number"),
        "months": [
            (month, list(rows)) for month, rows in groupby(exceptions, key=lambda row: row.day.strftime("%B %Y"))
        ],
        "warning": "" if any(row.day.year == next_year for row in exceptions) else f"No holidays for {next_year} yet.",
        "move": latest_move(request.user, calendar_version__calendar=found),
        "may_edit": may(request.user, SlaAction.EDIT),
        "may_publish": may(request.user, SlaAction.PUBLISH),
        "hours_form": HoursForm(initial={"hours": version.hours, "time_zone": version.time_zone}),
        "weeks": version.weeks.all(),
        "week_form": LaterWeekForm(prefix=WEEK),
        "exception_form": ExceptionForm(),
        "holidays_form": HolidaysForm(initial={"division": found.holidays_from, "year": next_year}),
        **forms,
    }


def _saved(
    request: AuthenticatedRequest,
    found: WorkingCalendar,
    version: CalendarVersion,
    name: str,
    form: RedressForm,
    save: Any,
) -> HttpResponse:
    """Save what was typed into one of the page's forms, or show the page again with what is wrong."""
    if form.is_valid():
        try:
            save(dict(form.cleaned_data))
        except UserFacingError as error:
            form.add_error("hours" if isinstance(error, CalendarError) else None, str(error))
        else:
            return _to_draft(found)
    return render(request, "sla/calendar.html", _context(request, found, version, **{name: form}), status=422)


def _to_draft(found: WorkingCalendar) -> HttpResponse:
    number = found.versions.order_by("-number").values_list("number", flat=True).first()
    response = redirect("sla:calendar", found.slug)
    response["Location"] += f"?version={number}"
    return response
