"""The case page and its sections that only read."""

from typing import Any
from urllib.parse import urlsplit

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from cases import permissions
from cases.choices import Composer, TimelineFilter
from cases.forms.contacts import TellForm
from cases.models import Case, MessageDraft
from cases.permissions import CaseAction
from cases.selectors import case_page_context, linked_cases, page_cases
from cases.selectors.history import history
from cases.selectors.page import allowed, overview_context
from cases.selectors.timeline import Cursor, timeline
from cases.services.history import break_in_history
from cases.services.presence import note_presence
from cases.services.reads import note_opening, record_read
from core.htmx import render_page_or_fragment
from core.http import AuthenticatedRequest


def find_case(request: AuthenticatedRequest, number: str) -> Case:
    """Return the case that the address names, or answer 404 if for this person there is none."""
    return get_object_or_404(page_cases(request.user), number=number)


def render_section(
    request: AuthenticatedRequest, case: Case, section: str, template: str, status: int = 200, **context: Any
) -> HttpResponse:
    """Answer with one section inside the frame of its case."""
    now = timezone.now()
    frame = case_page_context(case, request.user, section, now)
    note_opening(case, actor=request.user, now=now, via=way_of(request, section))
    frame["also_here"] = note_presence(case, actor=request.user, now=now)
    return render(request, template, frame | context, status=status)


def way_of(request: AuthenticatedRequest, section: str) -> str:
    """Return by which way somebody looks, such as "overview, from a search"."""
    came_from = urlsplit(request.headers.get("Referer", "")).path
    return f"{section.replace('_', ' ')}{', from a search' if came_from.startswith('/search/') else ''}"


@require_safe
def overview(request: AuthenticatedRequest, number: str) -> HttpResponse:
    case = find_case(request, number)
    return render_section(
        request,
        case,
        "overview",
        "cases/overview.html",
        **overview_context(case, request.user, timezone.now()),
        **timeline_context(request, case),
        links=linked_cases(case, request.user),
    )


@require_safe
def case_timeline(request: AuthenticatedRequest, number: str) -> HttpResponse:
    case = find_case(request, number)
    context = timeline_context(request, case)
    if request.htmx and request.GET.get("before"):
        frame = {"case": case, "can": allowed(request.user, case), "is_older": True, "now": timezone.now()}
        return render(request, "cases/_timeline_items.html", context | frame)
    return render_section(request, case, "timeline", "cases/timeline.html", **context, **note_context(request, case))


def note_context(request: AuthenticatedRequest, case: Case, form: TellForm | None = None) -> dict[str, Any]:
    """Return the form for a note, with what its writer had typed when they left."""
    drafts = MessageDraft.objects.visible_to(request.user).filter(case=case, composer=Composer.NOTE)
    draft = drafts.exclude(version=0).first()
    kept = {name: values[0] for name, values in draft.answers.items() if values} if draft else {}
    return {
        "note_form": form or TellForm(initial=kept, case=case, reader=request.user),
        "note_draft": draft,
    }


def timeline_context(request: AuthenticatedRequest, case: Case) -> dict[str, Any]:
    asked = request.GET.get("show", "")
    show = asked if asked in TimelineFilter.values else TimelineFilter.EVERYTHING
    page = timeline(case, request.user, before=Cursor.parse(request.GET.get("before", "")), show=show)
    query = {"show": show} | ({"before": str(page.older)} if page.older else {})
    url = f"{case.get_absolute_url()}timeline/"
    return {
        "timeline": page,
        "shown": show,
        "older_url": f"{url}?{urlencode(query)}",
        "filters": [
            {"value": value, "label": label, "url": f"{url}?{urlencode({'show': value})}", "is_current": value == show}
            for value, label in TimelineFilter.choices
        ],
    }


@require_safe
def case_history(request: AuthenticatedRequest, number: str) -> HttpResponse:
    case = find_case(request, number)
    permissions.require_permitted(request.user, CaseAction.SEE_HISTORY, case)
    problem = break_in_history(case)
    return render_section(
        request, case, "history", "cases/history.html", problem=problem, events=list(history(case, request.user))
    )


@require_POST
def contact_details(request: AuthenticatedRequest, number: str) -> HttpResponse:
    case = find_case(request, number)
    record_read(case, actor=request.user, now=timezone.now(), what="contact details", via="case page")
    context = case_page_context(case, request.user, "overview", timezone.now())
    return render_page_or_fragment(
        request, page="cases/contact_details.html", fragment="cases/_contact_details.html", context=context
    )
