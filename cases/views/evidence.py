"""The evidence register: what is in it, adding, handing out, removing."""

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from cases import permissions
from cases.case_page import evidence_use_of
from cases.forms.evidence import EvidenceForm
from cases.forms.facts import ReasonForm
from cases.models import Evidence
from cases.permissions import CaseAction
from cases.selectors.evidence import register_of
from cases.services import evidence as services
from cases.services.reads import note_read
from cases.views.facts import render_form
from cases.views.files import as_download
from cases.views.page import find_case, render_section
from core.errors import UserFacingError
from core.http import AuthenticatedRequest


@require_safe
def register(request: AuthenticatedRequest, number: str) -> HttpResponse:
    case = find_case(request, number)
    use = evidence_use_of(case)
    return render_section(
        request,
        case,
        "evidence",
        "cases/evidence.html",
        entries=register_of(case, request.user),
        bearing_url=use.url_name if use else "",
    )


@require_http_methods(["GET", "POST"])
def add_evidence(request: AuthenticatedRequest, number: str) -> HttpResponse:
    case = find_case(request, number)
    permissions.require_permitted(request.user, CaseAction.INVESTIGATE, case)
    form = EvidenceForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        try:
            services.add_evidence(case, actor=request.user, now=timezone.now(), **form.cleaned_data)
        except UserFacingError as error:
            form.add_error("upload", str(error))
        else:
            messages.success(request, "The evidence is in the register.")
            return redirect("cases:evidence", case.reference)
    back_url = f"{case.get_absolute_url()}evidence/"
    return render_form(
        request, case, form, section="evidence", back_url=back_url, title="Add evidence", act="Add evidence"
    )


@require_safe
def download(request: AuthenticatedRequest, number: str, pk: int) -> FileResponse:
    pieces = Evidence.objects.visible_to(request.user).filter(removed_at=None).exclude(file="").select_related("case")
    piece = get_object_or_404(pieces, pk=pk, case__number=number)
    response = as_download(str(piece.file.name), name=piece.file_name, content_type=piece.file_type)
    note_read(piece.case, actor=request.user, now=timezone.now(), what="evidence", via=f"file {piece.pk}")
    return response


@require_http_methods(["GET", "POST"])
def remove_evidence(request: AuthenticatedRequest, number: str, pk: int) -> HttpResponse:
    case = find_case(request, number)
    permissions.require_permitted(request.user, CaseAction.INVESTIGATE, case)
    pieces = Evidence.objects.visible_to(request.user).filter(removed_at=None)
    piece = get_object_or_404(pieces, pk=pk, case=case)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        services.remove_evidence(piece, actor=request.user, now=timezone.now(), **form.cleaned_data)
        messages.success(request, f"{piece.title} is removed. The history keeps the reason.")
        return redirect("cases:evidence", case.reference)
    context = {
        "title": f"Remove evidence: {piece.title}",
        "effects": ["Nobody can open it from the case any more.", "Its entry and your reason stay in the register."],
        "act": "Remove evidence",
        "back_url": f"{case.get_absolute_url()}evidence/",
        "form": form,
    }
    return render(request, "confirm.html", context, status=422 if form.is_bound else 200)
