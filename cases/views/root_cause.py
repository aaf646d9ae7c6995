"""Why it happened: three forms on one page, each saved by itself."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from cases import permissions
from cases.choices import CauseVerdict
from cases.forms.evidence import CauseForm, RootCauseForm, VerdictForm, WhysForm
from cases.models import Case, Evidence, RootCauseAnalysis
from cases.permissions import CaseAction
from cases.selectors import fishbone
from cases.services import root_cause as services
from cases.views.page import find_case, render_section
from core.errors import UserFacingError
from core.http import AuthenticatedRequest
from core.sharing import Posted, SharedForm, save_shared

FormT = TypeVar("FormT", bound=SharedForm)


@require_safe
def root_cause(request: AuthenticatedRequest, number: str) -> HttpResponse:
    return _render(request, find_case(request, number))


@require_POST
def save_whys(request: AuthenticatedRequest, number: str) -> HttpResponse:
    case = _case_to_investigate(request, number)

    def save(form: WhysForm) -> None:
        version, problem = form.cleaned_data["version"], form.cleaned_data["problem"]
        services.save_whys(
            case, actor=request.user, now=timezone.now(), version=version, problem=problem, answers=form.answers()
        )

    return _save(request, case, WhysForm, prefix="whys", save=save, done="The five whys are saved.")


@require_POST
def add_cause(request: AuthenticatedRequest, number: str) -> HttpResponse:
    case = _case_to_investigate(request, number)
    form = CauseForm(request.POST, prefix="cause")
    if form.is_valid():
        services.add_cause(case, actor=request.user, now=timezone.now(), **form.cleaned_data)
        return redirect(f"{case.get_absolute_url()}root-cause/#fishbone")
    return _render(request, case, status=422, cause_form=form, form=form)


@require_POST
def decide_cause(request: AuthenticatedRequest, number: str, pk: int) -> HttpResponse:
    case = _case_to_investigate(request, number)
    analysis = get_object_or_404(RootCauseAnalysis.objects.visible_to(request.user), case=case)
    cause = get_object_or_404(analysis.causes.all(), pk=pk)
    form = VerdictForm(request.POST)
    if form.is_valid():
        services.decide_cause(cause, actor=request.user, now=timezone.now(), **form.cleaned_data)
    return redirect(f"{case.get_absolute_url()}root-cause/#fishbone")


@require_POST
def save_root_cause(request: AuthenticatedRequest, number: str) -> HttpResponse:
    case = _case_to_investigate(request, number)

    def save(form: RootCauseForm) -> None:
        version = form.cleaned_data["version"]
        services.save_root_cause(case, actor=request.user, now=timezone.now(), version=version, **form.found())

    return _save(request, case, RootCauseForm, prefix="root", save=save, done="The root cause is recorded.")


def _save(
    request: AuthenticatedRequest,
    case: Case,
    form_class: type[FormT],
    *,
    prefix: str,
    save: Callable[[FormT], object],
    done: str,
) -> HttpResponse:
    """Save one of the forms, merged with what somebody else saved meanwhile."""

    def make(data: Posted) -> FormT:
        return form_class(data, prefix=prefix, **_about(request, case))

    def fresh() -> FormT:
        return form_class(prefix=prefix, **_about(request, find_case(request, case.number)))

    try:
        outcome = save_shared(request.POST, make_form=make, fresh_form=fresh, save=save)
    except UserFacingError as error:
        form = make(request.POST)
        form.add_error(None, str(error))
        return _render(request, case, status=422, form=form, **{f"{prefix}_form": form})
    if outcome.is_saved:
        messages.success(request, outcome.done(done))
        return redirect("cases:root_cause", case.reference)
    context = {f"{prefix}_form": outcome.form, f"{prefix}_conflicts": outcome.conflicts}
    status = 409 if outcome.conflicts else 422
    return _render(request, case, status=status, form=outcome.form, conflict_sentence=outcome.sentence, **context)


def _case_to_investigate(request: AuthenticatedRequest, number: str) -> Case:
    case = find_case(request, number)
    permissions.require_permitted(request.user, CaseAction.INVESTIGATE, case)
    return case


def _analysis(case: Case) -> RootCauseAnalysis | None:
    return getattr(case, "root_cause_analysis", None)


def _about(request: AuthenticatedRequest, case: Case) -> dict[str, Any]:
    evidence = Evidence.objects.visible_to(request.user).filter(case=case, removed_at=None)
    return {"analysis": _analysis(case), "evidence": evidence}


def _render(request: AuthenticatedRequest, case: Case, *, status: int = 200, **answer: Any) -> HttpResponse:
    about, analysis = _about(request, case), _analysis(case)
    causes = list(analysis.causes.all()) if analysis else []
    context: dict[str, Any] = {
        "analysis": analysis,
        "whys_form": WhysForm(prefix="whys", **about),
        "cause_form": CauseForm(prefix="cause"),
        "root_form": RootCauseForm(prefix="root", **about),
        "branches": fishbone.branches(causes),
        "has_causes": bool(causes),
        "verdicts": CauseVerdict.choices,
        **answer,
    }
    return render_section(request, case, "root_cause", "cases/root_cause.html", status=status, **context)
