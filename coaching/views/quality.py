"""Quality reviews: what is to be judged, the review itself beside its case, its result, and a second look."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cases.models import Case
from cases.selectors import page_cases
from cases.selectors.timeline import timeline
from coaching.choices.quality import ReviewState
from coaching.forms.quality import AskAgainForm, ReviewForm, ScorecardChoiceForm
from coaching.models import Appeal, Review, Sample
from coaching.permissions import quality as permissions
from coaching.permissions.quality import QualityRight
from coaching.permissions.triage import may_review
from coaching.selectors import quality as selectors
from coaching.services import appeals, finishing
from coaching.services import reviews as services
from core.dates import local_day
from core.errors import UserFacingError
from core.forms import RedressForm
from core.http import AuthenticatedRequest

RESULTS_PER_PAGE = 20


@require_safe
def quality(request: AuthenticatedRequest) -> HttpResponse:
    """What waits for the reader, and the results that are their business."""
    permissions.require(request.user, QualityRight.SEE)
    found = selectors.results(request.user)
    context = {
        "to_answer": selectors.to_answer(request.user),
        "appeals": selectors.appeals_to_take(request.user),
        "samples": selectors.samples_of(request.user)[:5],
        "page": Paginator(found, RESULTS_PER_PAGE).get_page(request.GET.get("page")),
        "may_review": permissions.may(request.user, QualityRight.REVIEW),
        "may_review_triage": may_review(request.user),
        "may_sample": permissions.may(request.user, QualityRight.SAMPLE),
    }
    return render(request, "coaching/quality.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def review_start(request: AuthenticatedRequest, number: str) -> HttpResponse:
    """Begin a review of one case, by the only scorecard or by the one that is chosen."""
    permissions.require(request.user, QualityRight.REVIEW)
    case = get_object_or_404(Case.objects.visible_to(request.user), number=number)
    today = local_day(timezone.now())
    form = ScorecardChoiceForm(request.POST or None, today=today)
    if request.method == "POST" and form.is_valid():
        try:
            review = services.start_review(
                case_id=case.pk,
                scorecard_id=form.cleaned_data["scorecard"].pk,
                actor=request.user,
                now=timezone.now(),
                sample=_sample(request, case),
            )
        except UserFacingError as error:
            form.add_error(None, str(error))
        else:
            return redirect(review)
    context = {"form": form, "case": case, "open_to": selectors.scorecards_in_force(today).exists()}
    return render(request, "coaching/review_start.html", context, status=_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
def review(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """The form beside its case while the review is open, and the result afterwards."""
    found = _find(request, pk)
    if found.state == ReviewState.FINISHED or found.reviewer_id != request.user.pk:
        return _result(request, found)
    case = get_object_or_404(page_cases(request.user), pk=found.case_id)
    answers = selectors.answers_of(found)
    form = ReviewForm(request.POST or None, answers=answers, summary=found.summary)
    if request.method == "POST" and form.is_valid() and _kept(request, found, form):
        return redirect(found)
    context: dict[str, Any] = {
        "review": found,
        "form": form,
        "case": case,
        "timeline": timeline(case, user=request.user),
        "older_url": f"{case.get_absolute_url()}timeline/",
        "can": {},
        "answered": sum(bool(answer.rating) for answer in answers),
        "asked": found.appeal_of and selectors.appeal_of(found.appeal_of),
    }
    return render(request, "coaching/review.html", context, status=_status(form))


def _kept(request: AuthenticatedRequest, found: Review, form: ReviewForm) -> bool:
    """Save or finish, whichever button was pressed; what is missing goes onto the form."""
    given = {
        "review_id": found.pk,
        "judgements": form.judgements(),
        "summary": form.cleaned_data["summary"],
        "actor": request.user,
        "now": timezone.now(),
    }
    try:
        if request.POST.get("then") == "save":
            services.save_answers(**given)
            messages.success(request, "Saved. Nobody but you sees it until you finish.")
        else:
            finishing.finish_review(**given)
            messages.success(request, _done(found))
    except finishing.UnansweredError as error:
        form.add_problems(error)
        return False
    except UserFacingError as error:
        form.add_error(None, str(error))
        return False
    return True


def _done(found: Review) -> str:
    if found.calibration_id:
        return "Your scores are in. You can compare once the other reviewer has finished."
    return f"The review is finished. {found.subject} is told."


@require_POST
def ask_again(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    found = _find(request, pk)
    form = AskAgainForm(request.POST)
    if form.is_valid():
        try:
            appeals.ask_again(review_id=found.pk, **form.cleaned_data, actor=request.user, now=timezone.now())
        except UserFacingError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Somebody who did not make the first review will look again. You are told then.")
            return redirect(found)
    elif not permissions.may_ask_again(request.user, found):
        appeals.ask_again(review_id=found.pk, reason="", actor=request.user, now=timezone.now())
    return _result(request, found, form=form, status=422)


@require_POST
def take_appeal(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    permissions.require(request.user, QualityRight.REVIEW)
    appeal = get_object_or_404(Appeal.objects.visible_to(request.user), pk=pk)
    try:
        second = appeals.take_appeal(appeal_id=appeal.pk, actor=request.user, now=timezone.now())
    except UserFacingError as error:
        messages.error(request, str(error))
        return redirect("coaching:quality")
    return redirect(second)


def _find(request: AuthenticatedRequest, pk: int) -> Review:
    permissions.require(request.user, QualityRight.SEE)
    reviews = Review.objects.visible_to(request.user).with_people()
    return get_object_or_404(reviews.select_related("appeal_of", "calibration", "subject__team"), pk=pk)


def _sample(request: AuthenticatedRequest, case: Case) -> Sample | None:
    """Return the sample that the review is made for, if the case was drawn in it for this person."""
    given = request.POST.get("sample", "")
    if not given.isdecimal() or len(given) > 18:
        return None
    return Sample.objects.visible_to(request.user).held_by(request.user).filter(pk=given, drawn__case=case).first()


def _result(
    request: AuthenticatedRequest, found: Review, *, form: AskAgainForm | None = None, status: int = 200
) -> HttpResponse:
    appeal = selectors.appeal_of(found)
    context = {
        "review": found,
        "answers": selectors.answers_of(found),
        "appeal": appeal,
        "second": Review.objects.visible_to(request.user).filter(decides_appeal=appeal).first() if appeal else None,
        "next": selectors.what_next(found, request.user),
        "sees_case": Case.objects.visible_to(request.user).filter(pk=found.case_id).exists(),
        "form": form or AskAgainForm(),
    }
    return render(request, "coaching/review_result.html", context, status=status)


def _status(form: RedressForm) -> int:
    return 422 if form.is_bound else 200
