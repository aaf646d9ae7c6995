from django.core.paginator import Paginator
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from core import dates
from core.csv_files import csv_response
from core.http import AuthenticatedRequest
from reporting import permissions
from reporting.choices import HarmState
from reporting.forms.recommendations import HarmForm
from reporting.models import Recommendation
from reporting.permissions import ReportingAction, may
from reporting.selectors.harm import cases_with_the_same_cause, with_what_was_done
from reporting.services import recommendations as services
from reporting.views.dashboards import CASES_PER_PAGE

COLUMNS = ("Case", "Received", "Stage", "Summary", "What was done", "Note", "By", "When")


def affected(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """List everybody with the same cause, whether they complained or not, and what was done for them."""
    return _render(request, _find(request, pk))


def affected_csv(request: AuthenticatedRequest, pk: int) -> StreamingHttpResponse:
    found = _find(request, pk)
    permissions.require(request.user, ReportingAction.WRITE_RECOMMENDATIONS)
    cases = cases_with_the_same_cause(found, request.user).order_by("-received_at", "-pk")
    rows = (
        (
            str(one.case),
            dates.local_day(one.case.received_at).isoformat(),
            one.case.get_status_display(),
            one.case.summary,
            one.settled.get_state_display() if one.settled else "",
            one.settled.note if one.settled else "",
            str(one.settled.decided_by) if one.settled else "",
            dates.local_day(one.settled.decided_at).isoformat() if one.settled else "",
        )
        for one in with_what_was_done(found, cases)
    )
    return csv_response(f"{found.reference}-affected", COLUMNS, rows)


@require_POST
def settle(request: AuthenticatedRequest, pk: int, case_id: int) -> HttpResponse:
    found, form = _find(request, pk), HarmForm(request.POST)
    permissions.require(request.user, ReportingAction.WRITE_RECOMMENDATIONS)
    case = get_object_or_404(cases_with_the_same_cause(found, request.user), pk=case_id)
    if not form.is_valid():
        return _render(request, found, status=422, failed=form)
    services.settle_harm(
        recommendation_id=found.pk,
        case=case,
        state=HarmState(form.cleaned_data["state"]),
        note=form.cleaned_data["note"],
        actor=request.user,
        now=timezone.now(),
    )
    return redirect("reporting:recommendation_affected", found.pk)


def _find(request: AuthenticatedRequest, pk: int) -> Recommendation:
    permissions.require(request.user, ReportingAction.SEE_RECOMMENDATIONS)
    return get_object_or_404(Recommendation.objects.visible_to(request.user), pk=pk)


def _render(
    request: AuthenticatedRequest, found: Recommendation, *, status: int = 200, failed: HarmForm | None = None
) -> HttpResponse:
    cases = cases_with_the_same_cause(found, request.user).order_by("-received_at", "-pk")
    page = Paginator(cases.select_related("customer"), CASES_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "recommendation": found,
        "page": page,
        "rows": with_what_was_done(found, page.object_list),
        "states": HarmState.choices,
        "failed": failed,
        "may_settle": may(request.user, ReportingAction.WRITE_RECOMMENDATIONS),
    }
    return render(request, "reporting/recommendation_affected.html", context, status=status)
