"""Deadlines that are likely to be missed, and why others were."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cases.permissions import CaseAction, may
from cases.selectors.owed import owed
from core.http import AuthenticatedRequest
from sla.arithmetic import words
from sla.selectors.risk import EFFORT, at_risk, causes_of_breaches

SHOWN = 50


@require_safe
def risks(request: AuthenticatedRequest) -> HttpResponse:
    if not may(request.user, CaseAction.NOTE):
        raise PermissionDenied("Deadlines of cases are for those who work on them. A team leader can tell you more.")
    now = timezone.now()
    found = at_risk(request.user, now=now)
    causes, unexplained = causes_of_breaches(request.user, now=now)
    context = {
        "risks": found[:SHOWN],
        "count": len(found),
        "effort": words.hours(EFFORT),
        "causes": causes,
        "unexplained": unexplained,
        "owed": owed(request.user, now=now),
    }
    return render(request, "sla/risks.html", context)
