from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from core.errors import UserFacingError
from core.http import AuthenticatedRequest
from reporting.forms.dashboards import KeepForm, SegmentForm
from reporting.models import SavedDashboard
from reporting.querysets import SavedDashboardQuerySet
from reporting.services import reports as services
from reporting.views.asking import asked, check, scope_of


def saved_dashboards(request: AuthenticatedRequest) -> HttpResponse:
    """List what the reader keeps, what is sent to them, and what colleagues share."""
    check(request.user)
    return render(request, "reporting/saved.html", {"saved": _shown(request)})


@require_POST
def keep(request: AuthenticatedRequest, slug: str) -> HttpResponse:
    """Keep the dashboard with the filters of the address under a name."""
    check(request.user)
    form, parameters = KeepForm(request.POST), scope_of(asked(request, SegmentForm)).parameters()
    parameters.pop("as_of", None)
    if form.is_valid():
        try:
            kept = services.keep_dashboard(
                **form.cleaned_data, question=slug, parameters=parameters, actor=request.user
            )
        except UserFacingError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"“{kept.name}” is kept.")
            return redirect("reporting:saved")
    context = {"saved": _shown(request), "failed": form}
    return render(request, "reporting/saved.html", context, status=422)


@require_POST
def forget(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    check(request.user)
    get_object_or_404(SavedDashboard.objects.visible_to(request.user).kept_by(request.user), pk=pk).delete()
    return redirect("reporting:saved")


def _shown(request: AuthenticatedRequest) -> SavedDashboardQuerySet:
    return SavedDashboard.objects.visible_to(request.user).select_related("owner")
