"""What the data protection lead looks after: who looked at what, who did what, and that no history was changed."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cases import permissions
from cases.forms.access_log import AccessLogForm
from cases.models import HistoryCheckpoint, PersonalDataRead
from cases.permissions import CaseAction
from cases.selectors.access_log import KINDS, overseen_cases, reads, unusual
from cases.selectors.history import metadata
from cases.services.checkpoints import checkpoint_lines
from cases.services.history import break_in_history
from cases.services.reads import note_read
from core.http import AuthenticatedRequest

READS_PER_PAGE = 50


@require_safe
def access_log(request: AuthenticatedRequest) -> HttpResponse:
    """Show who looked; looking at the log is written down as well."""
    permissions.require_role(request.user, CaseAction.SEE_READS)
    now = timezone.now()
    form = AccessLogForm(request.GET or None, user=request.user)
    wanted = form.wanted()
    page = Paginator(reads(request.user, wanted), READS_PER_PAGE).get_page(request.GET.get("page"))
    rows = [(read, KINDS.get(read.what, read.what.capitalize())) for read in page]
    note_read(None, actor=request.user, now=now, what="access log", via=f"page {page.number}")
    context = {
        "form": form,
        "page": page,
        "rows": rows,
        "is_narrowed": bool(request.GET),
        "unusual": unusual(request.user, now=now),
        "checkpoint": HistoryCheckpoint.objects.visible_to(request.user).first(),
    }
    return render(request, "cases/access_log.html", context, status=422 if form.errors else 200)


@require_safe
def case_oversight(request: AuthenticatedRequest, number: str) -> HttpResponse:
    """Show who did what to one case and who looked at it, without a word of what was written."""
    permissions.require_role(request.user, CaseAction.SEE_METADATA)
    case = get_object_or_404(overseen_cases(request.user), number=number)
    looked = PersonalDataRead.objects.visible_to(request.user).filter(case=case).select_related("reader__team")
    note_read(case, actor=request.user, now=timezone.now(), what="access log", via="who did what")
    context = {
        "case": case,
        "events": metadata(case),
        "reads": [(read, KINDS.get(read.what, read.what.capitalize())) for read in looked[:200]],
        "problem": break_in_history(case),
    }
    return render(request, "cases/case_oversight.html", context)


@require_safe
def checkpoints(request: AuthenticatedRequest) -> HttpResponse:
    """Hand out the checkpoints as a file, to be kept where nobody who can write to the database can write."""
    permissions.require_role(request.user, CaseAction.SEE_METADATA)
    response = HttpResponse(
        "".join(f"{line}\n" for line in checkpoint_lines()), content_type="text/plain; charset=utf-8"
    )
    response["Content-Disposition"] = 'attachment; filename="history-checkpoints.txt"'
    return response
