"""Calls that are not logged yet."""

from datetime import timedelta
from typing import Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from cases.models import CaseDraft
from core.errors import UserFacingError
from core.http import AuthenticatedRequest
from desk.selectors.drafts import with_labels
from desk.services import drafts

UNDO: Final = timedelta(days=30)
SHOWN: Final = 50


def draft_list(request: AuthenticatedRequest) -> HttpResponse:
    mine = CaseDraft.objects.visible_to(request.user).filter(logged_as=None)
    waiting = mine.filter(discarded_at=None).exclude(version=0)[:SHOWN]
    discarded = mine.filter(discarded_at__gte=timezone.now() - UNDO).exclude(answers={})[:SHOWN]
    context = {
        "drafts": with_labels(waiting, user=request.user),
        "discarded": with_labels(discarded, user=request.user),
    }
    return render(request, "desk/drafts.html", context)


@require_POST
def discard(request: AuthenticatedRequest, number: str) -> HttpResponse:
    draft = get_object_or_404(CaseDraft.objects.visible_to(request.user), number=number)
    try:
        drafts.discard_draft(draft_id=draft.pk, actor=request.user, now=timezone.now())
    except UserFacingError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"Draft {draft.number} is discarded. You can restore it for 30 days.")
    return redirect("desk:drafts")


@require_POST
def restore(request: AuthenticatedRequest, number: str) -> HttpResponse:
    draft = get_object_or_404(CaseDraft.objects.visible_to(request.user), number=number)
    try:
        drafts.restore_draft(draft_id=draft.pk, actor=request.user)
    except UserFacingError as error:
        messages.error(request, str(error))
        return redirect("desk:drafts")
    return redirect("desk:log_draft", number=draft.number)
