from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from core.http import AuthenticatedRequest
from incidents import permissions
from incidents.forms.work import AnswerForm, HandOffForm, ReceiptForm
from incidents.models import HandOff
from incidents.permissions import Right
from incidents.services import handoffs
from incidents.views.frame import answer, done, find_incident, row_page


@require_http_methods(["GET", "HEAD", "POST"])
def hand_offs(request: AuthenticatedRequest, number: str) -> HttpResponse:
    """Who has the work, who has confirmed it, what came back; and a form to pass on more."""
    case = find_incident(request, number)
    if request.method == "POST":
        permissions.require(request.user, Right.HAND_OFF, case)
    form = HandOffForm(request.POST or None)

    def ask() -> HandOff:
        return handoffs.hand_off(case_id=case.pk, request=form.request(), actor=request.user, now=timezone.now())

    if done(request, form, ask):
        messages.success(request, "Handed off. Record the receipt as soon as you have it.")
        return redirect("incidents:hand_offs", case.reference)
    rows = HandOff.objects.visible_to(request.user).filter(case=case).select_related("handed_by")
    may = permissions.permits(request.user, Right.HAND_OFF, case)
    return answer(request, case, "hand_offs", form, rows=rows, may_settle=may, may_add=may and case.is_open)


@require_http_methods(["GET", "HEAD", "POST"])
def receipt(request: AuthenticatedRequest, number: str, pk: int) -> HttpResponse:
    case = find_incident(request, number)
    row = get_object_or_404(HandOff.objects.visible_to(request.user), case=case, pk=pk)
    form = ReceiptForm(request.POST or None)
    return row_page(
        request,
        case,
        form,
        lambda: handoffs.confirm_receipt(
            hand_off_id=row.pk, receipt=form.cleaned_data["receipt"], actor=request.user, now=timezone.now()
        ),
        right=Right.HAND_OFF,
        section="hand_offs",
        title=f"Receipt by {row.resolver}",
        button="Record receipt",
        message=f"Receipt by {row.resolver} is recorded.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def response(request: AuthenticatedRequest, number: str, pk: int) -> HttpResponse:
    case = find_incident(request, number)
    row = get_object_or_404(HandOff.objects.visible_to(request.user), case=case, pk=pk)
    form = AnswerForm(request.POST or None)
    return row_page(
        request,
        case,
        form,
        lambda: handoffs.record_answer(
            hand_off_id=row.pk, answer=form.cleaned_data["answer"], actor=request.user, now=timezone.now()
        ),
        right=Right.HAND_OFF,
        section="hand_offs",
        title=f"Answer of {row.resolver}",
        button="Record answer",
        message=f"The answer of {row.resolver} is recorded.",
    )
