"""How far the open clocks are on their way to what was published."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from accounts.models import User
from core.htmx import render_page_or_fragment
from core.http import AuthenticatedRequest
from sla.models import CalendarVersion, ClockMove, RuleSetVersion
from sla.services import move_open_clocks


@require_safe
def move(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Show how far one move is; the panel asks again while it goes on."""
    found = get_object_or_404(ClockMove.objects.visible_to(request.user).with_version(), pk=pk)
    return render_page_or_fragment(request, page="sla/move.html", fragment="sla/_move.html", context={"move": found})


def ask_move(
    request: AuthenticatedRequest, version: RuleSetVersion | CalendarVersion, *, also_open: bool, now: datetime
) -> None:
    """Say that `version` is published and, where the open clocks go with it, how many have moved or are about to."""
    if not also_open:
        messages.success(request, f"{version} is published. It holds for new cases.")
        return
    asked = move_open_clocks(version, actor=request.user, now=now)
    if asked.finished_at:
        done = f"{asked.moved:,} open deadlines moved, {asked.started:,} started, {asked.ended:,} ended."
        messages.success(request, f"{version} is published. {done}")
        return
    messages.success(request, f"{version} is published. The deadlines of {asked.cases:,} open cases are being moved.")


def latest_move(user: User, **of: Any) -> ClockMove | None:
    return ClockMove.objects.visible_to(user).with_version().filter(**of).first()
