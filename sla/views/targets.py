"""What targets are: admins write it into the draft of their set, a second person publishes it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from core.errors import UserFacingError
from core.http import AuthenticatedRequest
from sla.forms.targets import TargetForm
from sla.models import RuleSetVersion, Target
from sla.permissions import SlaAction, require
from sla.selectors.targets import CyclicChainError, terms_of, why_target_stays
from sla.services import targets as services
from sla.views.rules import find_draft, to_draft


@require_http_methods(["GET", "HEAD", "POST"])
def target(request: AuthenticatedRequest, slug: str, pk: int | None = None) -> HttpResponse:
    """Add a target, or change one with the draft."""
    require(request.user, SlaAction.EDIT)
    found, draft = find_draft(request, slug)
    stored = get_object_or_404(found.targets.select_related("after"), pk=pk) if pk else None
    form = TargetForm(request.POST or None, rule_set=found, initial=_initial(draft, stored))
    if form.is_valid():
        try:
            _save(request, draft, stored, form.cleaned_data)
        except UserFacingError as error:
            form.add_error("after" if isinstance(error, CyclicChainError) else None, str(error))
        else:
            return to_draft(found)
    may_drop = stored and not why_target_stays(stored)
    context = {"rule_set": found, "draft": draft, "target": stored, "form": form, "may_drop": may_drop}
    return render(request, "sla/target.html", context, status=422 if form.is_bound else 200)


@require_POST
def undo(request: AuthenticatedRequest, slug: str, pk: int) -> HttpResponse:
    """Let the draft leave the target as it is."""
    require(request.user, SlaAction.EDIT)
    found, draft = find_draft(request, slug)
    stored = get_object_or_404(found.targets.all(), pk=pk)
    services.drop_target_change(draft, stored, actor=request.user)
    messages.success(request, f"The draft leaves “{stored}” as it is.")
    return to_draft(found)


@require_http_methods(["GET", "HEAD", "POST"])
def drop(request: AuthenticatedRequest, slug: str, pk: int) -> HttpResponse:
    """Take back a target that was added and never allowed by published rules."""
    require(request.user, SlaAction.EDIT)
    found, draft = find_draft(request, slug)
    stored = get_object_or_404(found.targets.all(), pk=pk)
    refusal = why_target_stays(stored)
    if request.method == "POST" and not refusal:
        services.drop_target(draft, stored, actor=request.user, now=timezone.now())
        messages.success(request, f"“{stored}” is removed.")
        return to_draft(found)
    if refusal:
        messages.error(request, refusal)
        return redirect("sla:target", slug, pk)
    context = {
        "title": f"Remove the target {stored}",
        "effects": ["It goes with what this draft’s rules allow it. No case has been judged by it."],
        "act": "Remove target",
        "back_url": reverse("sla:target", args=[slug, pk]),
    }
    return render(request, "confirm.html", context)


def _initial(draft: RuleSetVersion, stored: Target | None) -> dict[str, Any] | None:
    if stored is None:
        return None
    return terms_of(draft.target_drafts.filter(target=stored).first() or stored)


def _save(request: AuthenticatedRequest, draft: RuleSetVersion, stored: Target | None, terms: dict[str, Any]) -> None:
    if stored:
        services.change_target(draft, stored, terms, actor=request.user)
        messages.success(request, f"What changes about “{stored}” is saved in the draft.")
        return
    added = services.add_target(draft, terms, actor=request.user, now=timezone.now())
    messages.success(request, f"“{added}” is added. It starts once published rules allow it.")
