"""Search: posted, kept on the server, and shown under an address that names nobody."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from cases.permissions import CaseAction, may
from cases.services.reads import note_read
from core.http import AuthenticatedRequest
from desk.models import Search
from desk.selectors.finding import SOURCES, case_by_reference
from desk.services import searches


@require_POST
def search(request: AuthenticatedRequest) -> HttpResponse:
    """Go straight to a case whose reference was typed, else to the results."""
    words = request.POST.get("q", "").replace("\x00", "").strip()
    if not words:
        messages.info(request, "Enter a reference, a name, a phone number, a postcode or words of the case.")
        return redirect("desk:my_day")
    case = case_by_reference(words, user=request.user)
    if case:
        return redirect(case)
    return redirect("desk:results", pk=_remember(request, words, timezone.now()).pk)


def _remember(request: AuthenticatedRequest, words: str, now: datetime) -> Search:
    return searches.remember_search(words=words, actor=request.user, now=now)


def results(request: AuthenticatedRequest, pk: UUID) -> HttpResponse:
    asked = get_object_or_404(Search.objects.visible_to(request.user), pk=pk)
    groups = [(source, source.find(asked.words, request.user, str(asked.pk))) for source in SOURCES]
    cases = groups[0][1]
    if cases.hits:
        note_read(None, actor=request.user, now=timezone.now(), what="search results", via=f"{len(cases.hits)} shown")
    context = {
        "asked": asked,
        "groups": [(source, found) for source, found in groups if found.hits],
        "may_log": may(request.user, CaseAction.LOG),
    }
    return render(request, "desk/search.html", context)
