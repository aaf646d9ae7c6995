"""Drawing cases by lot, and two reviewers who score one case blind."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from cases.models import Case
from coaching.forms.quality import CalibrationForm, HandOnForm, SampleForm
from coaching.models import Calibration, Review, Sample
from coaching.permissions import quality as permissions
from coaching.permissions.quality import QualityRight
from coaching.selectors import lots
from coaching.selectors import quality as selectors
from coaching.services.calibration import set_up_calibration
from coaching.services.sampling import draw_sample, hand_on
from core.dates import local_day
from core.errors import UserFacingError
from core.http import AuthenticatedRequest

PER_PAGE = 20


@require_http_methods(["GET", "HEAD", "POST"])
def samples(request: AuthenticatedRequest) -> HttpResponse:
    """The draws so far, and the form for the next one."""
    permissions.require(request.user, QualityRight.SAMPLE)
    now = timezone.now()
    form = SampleForm(request.POST or None, user=request.user, today=local_day(now))
    if request.method == "POST" and form.is_valid():
        try:
            sample = draw_sample(lot=form.lot(), actor=request.user, now=now)
        except UserFacingError as error:
            form.add_error(None, str(error))
        else:
            return redirect(sample)
    found = selectors.samples_of(request.user)
    context = {"form": form, "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page"))}
    return render(request, "coaching/sample_list.html", context, status=422 if form.is_bound else 200)


@require_safe
def sample(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """One draw: from what, by which seed, and how far its reviews are."""
    permissions.require(request.user, QualityRight.REVIEW)
    visible = Sample.objects.visible_to(request.user).select_related(
        "scorecard", "reviewer", "team", "drawn_by", "handed_to", "handed_by"
    )
    found = get_object_or_404(visible, pk=pk)
    rows = selectors.drawn_cases(found, request.user)
    again = None
    if request.GET.get("again"):
        again = lots.draw_again(found, list(found.drawn.values_list("case__number", flat=True)))
    context = {
        "sample": found,
        "rows": rows,
        "again": again,
        "hidden": found.drawn.count() - len(rows),
        "may_hand_on": permissions.may_hand_on(request.user, found) and selectors.cases_left(found).exists(),
    }
    return render(request, "coaching/sample.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def sample_hand_on(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Give what is left of a sample to another reviewer."""
    permissions.require(request.user, QualityRight.REVIEW)
    found = get_object_or_404(Sample.objects.visible_to(request.user), pk=pk)
    if not permissions.may_hand_on(request.user, found):
        raise PermissionDenied("You cannot hand on this sample. Whoever holds it can, and a manager.")
    form = HandOnForm(request.POST or None)
    if form.is_valid():
        try:
            hand_on(sample_id=found.pk, actor=request.user, now=timezone.now(), **form.cleaned_data)
        except UserFacingError as error:
            form.add_error("reviewer", str(error))
        else:
            messages.success(request, f"{form.cleaned_data['reviewer']} reviews what is left of {found}.")
            return redirect(found if found.reviewer_id == request.user.pk or _draws(request) else "coaching:quality")
    return render(
        request, "coaching/sample_hand_on.html", {"sample": found, "form": form}, status=422 if form.is_bound else 200
    )


def _draws(request: AuthenticatedRequest) -> bool:
    return permissions.may(request.user, QualityRight.SAMPLE)


@require_http_methods(["GET", "HEAD", "POST"])
def calibrations(request: AuthenticatedRequest) -> HttpResponse:
    """Every calibration that the reader may compare, their agreement in all, and the form for the next one."""
    permissions.require(request.user, QualityRight.REVIEW)
    may_set_up = permissions.may(request.user, QualityRight.CALIBRATE)
    now = timezone.now()
    form = CalibrationForm(request.POST or None, today=local_day(now)) if may_set_up else None
    if request.method == "POST":
        permissions.require(request.user, QualityRight.CALIBRATE)
        made = _set_up(request, form) if form else None
        if made:
            messages.success(request, "Both reviewers are asked. Neither sees what the other scores.")
            return redirect(made)
    found = Calibration.objects.visible_to(request.user).select_related("case", "version__scorecard")
    finished = list(found.finished().prefetch_related("reviews__reviewer")[:PER_PAGE])
    context = {
        "form": form,
        "waiting": found.filter(finished_at=None).prefetch_related("reviews__reviewer"),
        "agreements": selectors.agreements(finished),
    }
    return render(request, "coaching/calibration_list.html", context, status=422 if form and form.is_bound else 200)


def _set_up(request: AuthenticatedRequest, form: CalibrationForm) -> Calibration | None:
    if not form.is_valid():
        return None
    given = form.cleaned_data
    case = Case.objects.visible_to(request.user).filter(number=given["reference"]).first()
    if case is None:
        form.add_error("reference", "You cannot see a case with this reference. Check it")
        return None
    try:
        return set_up_calibration(
            case_id=case.pk,
            scorecard_id=given["scorecard"].pk,
            reviewers=[given["first"], given["second"]],
            actor=request.user,
            now=timezone.now(),
        )
    except UserFacingError as error:
        form.add_error(None, str(error))
        return None


@require_safe
def calibration(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Both judgements side by side, once both are there."""
    permissions.require(request.user, QualityRight.REVIEW)
    visible = Calibration.objects.visible_to(request.user).select_related("case", "version__scorecard", "set_up_by")
    found = get_object_or_404(visible, pk=pk)
    context = {
        "calibration": found,
        "reviews": found.reviews.select_related("reviewer"),
        "mine": Review.objects.visible_to(request.user).filter(calibration=found, reviewer=request.user).first(),
        "comparison": selectors.comparison(found) if found.finished_at else None,
    }
    return render(request, "coaching/calibration.html", context)
