"""Change many cases: choose, check, change, see what happened, undo."""

from typing import Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from cases.models import Case
from cases.permissions import CaseAction, may
from core.errors import UserFacingError
from core.http import AuthenticatedRequest
from desk.choices import BulkAction, BulkOutcome
from desk.forms.bulk import BulkForm
from desk.models import BulkChange, BulkChangeRow
from desk.selectors.queue.options import caseworkers
from desk.services import bulk

LISTED: Final = 10


@require_POST
def bulk_change(request: AuthenticatedRequest) -> HttpResponse:
    """Show what would change; the second press, with a target, changes it."""
    if not may(request.user, CaseAction.BULK):
        raise PermissionDenied("Team leaders and managers change many cases at once. Ask one of them.")
    asked = request.POST.get("action", "")
    action = BulkAction(asked) if asked in BulkAction.values else BulkAction.ASSIGN
    numbers = [number for number in request.POST.getlist("case")[: bulk.MOST] if "\x00" not in number]
    cases = list(Case.objects.visible_to(request.user).filter(number__in=numbers).defer("story").order_by("pk"))
    if not cases:
        messages.error(request, "Select a case first.")
        return redirect(f"{reverse('desk:queue')}?{request.POST.get('query', '')[:2000]}")
    is_sent = "confirm" in request.POST
    form = BulkForm(request.POST if is_sent else None, action=action, people=caseworkers(request.user))
    if is_sent and form.is_valid():
        change = bulk.change_many(
            numbers=[case.number for case in cases], terms=form.terms(), actor=request.user, now=timezone.now()
        )
        return redirect("desk:bulk_result", pk=change.pk)
    context = {
        "form": form,
        "action": action,
        "cases": cases,
        "listed": cases[:LISTED],
        "query": request.POST.get("query", "")[:2000],
    }
    return render(request, "desk/bulk.html", context, status=422 if is_sent else 200)


def bulk_result(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    changes = BulkChange.objects.visible_to(request.user).select_related("to_owner", "to_team")
    change = get_object_or_404(changes, pk=pk)
    mine = BulkChangeRow.objects.visible_to(request.user).filter(change=change)
    rows = list(mine.select_related("case").defer("case__story"))
    context = {
        "change": change,
        "changed": [row for row in rows if row.outcome != BulkOutcome.REFUSED],
        "refused": [row for row in rows if row.outcome == BulkOutcome.REFUSED],
        "can_undo": not change.undone_at and timezone.now() <= change.made_at + bulk.UNDO,
    }
    return render(request, "desk/bulk_result.html", context)


@require_POST
def bulk_undo(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    change = get_object_or_404(BulkChange.objects.visible_to(request.user), pk=pk)
    try:
        bulk.undo(change_id=change.pk, actor=request.user, now=timezone.now())
    except UserFacingError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "The cases are as they were.")
    return redirect("desk:bulk_result", pk=change.pk)
