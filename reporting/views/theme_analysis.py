"""Start the analysis of themes by hand, and show how far it is."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from core.http import AuthenticatedRequest
from core.queue import enqueue
from reporting import permissions
from reporting.permissions import ReportingAction
from reporting.selectors.themes import listing
from reporting.services import themes as services
from reporting.tasks import start_waiting_analysis


def progress(request: AuthenticatedRequest) -> HttpResponse:
    permissions.require(request.user, ReportingAction.ANALYSE_THEMES)
    if not request.htmx:
        return redirect("reporting:themes")
    return render(request, "reporting/_nights.html", {"nights": listing.nights(request.user), "may_manage": True})


@require_POST
def start(request: AuthenticatedRequest) -> HttpResponse:
    permissions.require(request.user, ReportingAction.ANALYSE_THEMES)
    if services.ask_for_analysis(actor=request.user, now=timezone.now()):
        enqueue(start_waiting_analysis)
        messages.success(request, "The analysis starts as soon as a worker is free. You can go on working.")
    else:
        messages.info(request, "The analysis is already under way.")
    return redirect("reporting:themes")
