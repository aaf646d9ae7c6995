"""The case pack: one page to print, and the whole file as PDF and ZIP, made in the background."""

from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from cases import permissions
from cases.choices import PackState
from cases.models import Case, CasePack
from cases.permissions import CaseAction
from cases.selectors.pack import pack_context
from cases.services.history import break_in_history
from cases.services.packs import ask_for_pack
from cases.services.reads import note_read
from cases.tasks import make_packs
from cases.views.files import as_download
from cases.views.page import find_case
from core.http import AuthenticatedRequest
from core.queue import enqueue

SHOWN = 4


@require_safe
def case_pack(request: AuthenticatedRequest, number: str) -> HttpResponse:
    """The whole file as one page to print: checklist, correspondence, people, cause, evidence, sign-off, history."""
    case = find_case(request, number)
    permissions.require_permitted(request.user, CaseAction.PRINT_PACK, case)
    note_read(case, actor=request.user, now=timezone.now(), what="case pack", via="case page")
    context = pack_context(case, request.user, timezone.now())
    problem = break_in_history(case)
    return render(request, "cases/pack.html", context | {"problem": problem, "packs": _packs(request, case)})


def _packs(request: AuthenticatedRequest, case: Case) -> list[CasePack]:
    packs = CasePack.objects.visible_to(request.user).filter(case=case, asked_by=request.user)
    return list(packs.order_by("-asked_at", "-pk")[:SHOWN])


@require_POST
def ask(request: AuthenticatedRequest, number: str) -> HttpResponse:
    case = find_case(request, number)
    ask_for_pack(case, actor=request.user, now=timezone.now(), is_redacted="redacted" in request.POST)
    enqueue(make_packs)
    return redirect(f"{case.get_absolute_url()}pack/#packs")


@require_safe
def progress(request: AuthenticatedRequest, number: str) -> HttpResponse:
    """How far the packs are; the page asks again while one is being made."""
    case = find_case(request, number)
    permissions.require_permitted(request.user, CaseAction.PRINT_PACK, case)
    if not request.htmx:
        return redirect(f"{case.get_absolute_url()}pack/#packs")
    return render(request, "cases/_packs.html", {"case": case, "packs": _packs(request, case)})


@require_safe
def download(request: AuthenticatedRequest, number: str, pk: int, form: str) -> FileResponse:
    case = find_case(request, number)
    permissions.require_permitted(request.user, CaseAction.PRINT_PACK, case)
    ready = CasePack.objects.visible_to(request.user).filter(state=PackState.READY, asked_by=request.user)
    pack = get_object_or_404(ready, pk=pk, case=case)
    file, kind = (pack.pdf, "application/pdf") if form == "pdf" else (pack.archive, "application/zip")
    name = f"case-pack-{case.reference}{'-redacted' if pack.is_redacted else ''}.{form}"
    response = as_download(str(file.name), name=name, content_type=kind)
    note_read(case, actor=request.user, now=timezone.now(), what="case pack", via=f"{form} {pack.pk}")
    return response
