"""Triage decisions that were drawn: what waits for a second person, the verdicts, and the proposals to change a type."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coaching.choices.triage import ProposalState
from coaching.forms.triage import DeclineForm, VerdictForm
from coaching.models import TriageDraw, TriageReview
from coaching.permissions import triage as permissions
from coaching.selectors.triage import verdicts
from coaching.services import triage as services
from core.errors import UserFacingError
from core.forms import RedressForm
from core.http import AuthenticatedRequest

PER_PAGE = 20
DRAWS_SHOWN = 10


@require_safe
def triage_reviews(request: AuthenticatedRequest) -> HttpResponse:
    """What waits for the reader, the proposals that are open, the verdicts so far, and how the samples were drawn."""
    permissions.require_reviewer(request.user)
    reviews = TriageReview.objects.visible_to(request.user).with_decision()
    done = reviews.exclude(verdict="").order_by("-reviewed_at", "-pk")
    context = {
        "waiting": reviews.waiting_for(request.user)[:PER_PAGE],
        "proposals": reviews.proposals(),
        "verdicts": verdicts(request.user),
        "page": Paginator(done, PER_PAGE).get_page(request.GET.get("page")),
        "draws": TriageDraw.objects.visible_to(request.user)[:DRAWS_SHOWN],
    }
    return render(request, "coaching/triage_reviews.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def triage_review(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """One decision with its path, and the form for the verdict until there is one."""
    review = _find(request, pk)
    form = VerdictForm(request.POST or None)
    if request.method == "POST" and _done(form, lambda: _give(request, review, form)):
        messages.success(request, "Your verdict is saved.")
        return redirect("coaching:triage_reviews")
    return _page(request, review, form)


def _give(request: AuthenticatedRequest, review: TriageReview, form: VerdictForm) -> TriageReview:
    now = timezone.now()
    return services.give_verdict(review_id=review.pk, actor=request.user, now=now, **form.cleaned_data)


@require_POST
def triage_accept(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    review = _find(request, pk)
    try:
        services.accept_proposal(review_id=review.pk, actor=request.user, now=timezone.now())
    except UserFacingError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "The type is changed as proposed. Everything written so far stays with the case.")
    return redirect(review)


@require_POST
def triage_decline(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    review = _find(request, pk)
    form = DeclineForm(request.POST)
    if _done(
        form,
        lambda: services.decline_proposal(
            review_id=review.pk, actor=request.user, now=timezone.now(), **form.cleaned_data
        ),
    ):
        messages.success(request, "The type stays as it is.")
        return redirect(review)
    return _page(request, review, VerdictForm(), decline=form)


def _find(request: AuthenticatedRequest, pk: int) -> TriageReview:
    visible = TriageReview.objects.visible_to(request.user).with_decision()
    return get_object_or_404(visible.select_related("decision__clause__version__document"), pk=pk)


def _done(form: RedressForm, act: Callable[[], Any]) -> bool:
    """Return whether the form was whole and the service took it; a refusal goes onto the form."""
    if not form.is_valid():
        return False
    try:
        act()
    except UserFacingError as error:
        form.add_error(None, str(error))
        return False
    return True


def _page(
    request: AuthenticatedRequest, review: TriageReview, form: VerdictForm, decline: DeclineForm | None = None
) -> HttpResponse:
    is_open = review.proposal == ProposalState.OPEN
    context = {
        "review": review,
        "form": form,
        "decline": decline or DeclineForm(auto_id="decline_%s"),
        "is_own": review.decision.decided_by_id == request.user.pk,
        "may_settle": is_open and permissions.may_settle(request.user, review),
    }
    return render(request, "coaching/triage_review.html", context, status=422 if form.is_bound or decline else 200)
