from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from cases.models import Case
from coaching.models import CoachingSession
from core.dates import day
from core.errors import UserFacingError
from core.forms import RedressForm
from core.http import AuthenticatedRequest
from reporting import permissions
from reporting.charts.control import ControlDrawing, draw_control_chart
from reporting.choices import RecommendationAction as Action
from reporting.forms.recommendations import (
    CaseEvidenceForm,
    CheckForm,
    DecisionForm,
    EntryForm,
    RecommendationForm,
    StartForm,
)
from reporting.measures.control_charts import c_chart, run_chart
from reporting.models import Recommendation, RecommendationTheme
from reporting.permissions import DECISIONS, ReportingAction, may
from reporting.selectors.checks import Check, check_of, measure_name
from reporting.selectors.recommendations import available_actions, board, missing_for_submission
from reporting.services import recommendations as services


def recommendation_board(request: AuthenticatedRequest) -> HttpResponse:
    """Show plan, do, check and act, as columns or as a table."""
    permissions.require(request.user, ReportingAction.SEE_RECOMMENDATIONS)
    columns = board(Recommendation.objects.visible_to(request.user))
    context = {
        "columns": columns,
        "as_table": request.GET.get("as") == "table",
        "total": sum(len(column.cards) for column in columns),
        "may_write": may(request.user, ReportingAction.WRITE_RECOMMENDATIONS),
    }
    return render(request, "reporting/recommendation_board.html", context)


@require_http_methods(["GET", "POST"])
def start(request: AuthenticatedRequest) -> HttpResponse:
    permissions.require(request.user, ReportingAction.WRITE_RECOMMENDATIONS)
    form = StartForm(request.POST or None, user=request.user, initial=_first_answers(request))
    if request.method == "POST" and form.is_valid():
        made = services.start_recommendation(**form.cleaned_data, actor=request.user, now=timezone.now())
        return redirect("reporting:recommendation_edit", made.pk)
    return render(request, "reporting/recommendation_start.html", {"form": form}, status=_status(form))


def _first_answers(request: AuthenticatedRequest) -> dict[str, Any]:
    """Return where it starts: from a theme, or from what a leader's own coaching note says of the process."""
    theme, note = request.GET.get("theme", ""), request.GET.get("coaching", "")
    mine = CoachingSession.objects.visible_to(request.user).by(request.user)
    found = mine.filter(pk=note).first() if note.isdecimal() and len(note) < 19 else None
    return {"theme": theme if theme.isdecimal() else None, "problem": found.process_issue if found else ""}


def recommendation(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    return _render(request, _find(request, pk))


@require_http_methods(["GET", "POST"])
def edit(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Write the document. Saving keeps a draft, whatever is still missing."""
    found = _find(request, pk)
    permissions.require_step(request.user, Action.EDIT, found)
    form = RecommendationForm(request.POST or None, user=request.user, initial=_initial(found))
    if request.method == "POST" and form.is_valid():
        try:
            services.save_recommendation(
                recommendation_id=found.pk,
                version=form.cleaned_data["version"],
                values=form.values(),
                actor=request.user,
                now=timezone.now(),
            )
        except UserFacingError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"{found.reference} is saved.")
            return redirect(found)
    context = {"form": form, "recommendation": found}
    return render(request, "reporting/recommendation_edit.html", context, status=_status(form))


@require_POST
def add_case(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    def act(found: Recommendation, given: dict[str, Any]) -> None:
        services.add_case(
            recommendation_id=found.pk, number=given["reference"], shows=given["shows"], actor=request.user
        )

    return _step(request, pk, Action.EDIT, "case_form", CaseEvidenceForm(request.POST), act)


@require_POST
def remove_case(request: AuthenticatedRequest, pk: int, case_id: int) -> HttpResponse:
    found = _find(request, pk)
    services.remove_case(recommendation_id=found.pk, case_id=case_id, actor=request.user)
    return redirect(found)


@require_POST
def submit(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    def act(found: Recommendation, given: dict[str, Any]) -> None:
        services.submit(recommendation_id=found.pk, actor=request.user, now=timezone.now())

    return _step(request, pk, Action.SUBMIT, "submit_form", RedressForm(request.POST), act)


@require_POST
def decide(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    def act(found: Recommendation, given: dict[str, Any]) -> None:
        services.decide(
            recommendation_id=found.pk,
            action=Action(given["action"]),
            reason=given["reason"],
            actor=request.user,
            now=timezone.now(),
        )

    return _step(
        request, pk, Action.ACCEPT, "decision_form", DecisionForm(request.POST, actions=sorted(DECISIONS)), act
    )


@require_POST
def start_check(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    def act(found: Recommendation, given: dict[str, Any]) -> None:
        services.start_check(recommendation_id=found.pk, **given, actor=request.user, now=timezone.now())

    return _step(request, pk, Action.CHECK, "check_form", CheckForm(request.POST), act)


@require_POST
def add_entry(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    def act(found: Recommendation, given: dict[str, Any]) -> None:
        services.add_entry(recommendation_id=found.pk, **given, actor=request.user, now=timezone.now())

    return _step(request, pk, Action.LOG, "entry_form", EntryForm(request.POST), act)


def _step(
    request: AuthenticatedRequest,
    pk: int,
    step: Action,
    name: str,
    form: RedressForm,
    act: Callable[[Recommendation, dict[str, Any]], None],
) -> HttpResponse:
    """Take one step on a recommendation; a refusal comes back on the page, with what was typed."""
    found = _find(request, pk)
    permissions.require_step(request.user, step, found)
    if form.is_valid():
        try:
            act(found, form.cleaned_data)
        except UserFacingError as error:
            form.add_error(None, str(error))
        else:
            return redirect(found)
    return _render(request, found, status=422, **{name: form})


def _find(request: AuthenticatedRequest, pk: int) -> Recommendation:
    permissions.require(request.user, ReportingAction.SEE_RECOMMENDATIONS)
    visible = Recommendation.objects.visible_to(request.user)
    return get_object_or_404(
        visible.select_related("author", "owner", "decided_by", "clause__version__document", "published__document"),
        pk=pk,
    )


def _initial(found: Recommendation) -> dict[str, Any]:
    return {name: getattr(found, name) for name in RecommendationForm.base_fields}


def _status(form: RedressForm) -> int:
    return 422 if form.is_bound and form.errors else 200


def _render(
    request: AuthenticatedRequest, found: Recommendation, *, status: int = 200, **forms: RedressForm
) -> HttpResponse:
    now, user = timezone.now(), request.user
    actions = available_actions(user, found)
    check = check_of(found, now=now)
    decisions = [action for action in actions if action in DECISIONS]
    context = {
        "recommendation": found,
        "actions": actions,
        "missing": missing_for_submission(found) if Action.SUBMIT in actions else [],
        "themes": [_frozen(item) for item in found.theme_evidence.select_related("theme")],
        "evidence": found.case_evidence.filter(case__in=Case.objects.visible_to(user)).select_related("case"),
        "entries": found.entries.select_related("author"),
        "measure": measure_name(found),
        "check": check,
        "check_chart": _check_chart(check) if check else None,
        "check_says": f"{measure_name(found)}, by week, before and after the change.",
        "check_table": _check_table(check) if check else None,
        "case_form": CaseEvidenceForm(),
        "submit_form": RedressForm(),
        "decision_form": DecisionForm(actions=decisions) if decisions else None,
        "check_form": CheckForm() if Action.CHECK in actions else None,
        "entry_form": EntryForm() if Action.LOG in actions else None,
    }
    return render(request, "reporting/recommendation.html", context | forms, status=status)


def _check_chart(check: Check) -> ControlDrawing:
    labels = [f"{monday.day} {monday:%b}" for monday, *_ in check.weeks]
    chart = run_chart([value for *_, value in check.weeks])
    return draw_control_chart(chart, labels, width=1240, changed_at=(check.changed_at, "Change took effect"))


def _check_table(check: Check) -> dict[str, Any]:
    """Return the weeks as a table: what stands in the chart, and which weeks are not compared and why."""
    rows = [(day(monday), f"{value:,.1f}", check.left_out.get(monday, "")) for monday, *_, value in check.weeks]
    return {"columns": ("Week from", check.measure, "Not compared, because"), "rows": rows}


def _frozen(item: RecommendationTheme) -> dict[str, Any]:
    """Return the theme's weeks as they were when they became evidence, drawn and as a table."""
    weeks = [(date.fromisoformat(monday), count) for monday, count in item.weeks]
    labels = [f"{monday.day} {monday:%b}" for monday, _ in weeks]
    drawing = draw_control_chart(c_chart([count for _, count in weeks]), labels)
    table = {"columns": ("Week from", "Cases"), "rows": [(day(monday), count) for monday, count in weeks]}
    says = f"{item.case_count:,} cases in {len(weeks)} weeks, as counted on {day(item.frozen_at)}. It does not change."
    return {"item": item, "id": f"frozen-{item.pk}", "says": says, "drawing": drawing, "table": table}
