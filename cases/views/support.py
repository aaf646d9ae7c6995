"""What support the customer needs: seen by those who deal with them, and each look is written down."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from cases import permissions
from cases.forms.support import SupportForm
from cases.permissions import CaseAction
from cases.services.reads import note_read
from cases.services.support import in_short, record_support
from cases.views.facts import render_form
from cases.views.page import find_case
from core.http import AuthenticatedRequest


@require_http_methods(["GET", "POST"])
def support(request: AuthenticatedRequest, number: str) -> HttpResponse:
    case = find_case(request, number)
    permissions.require_permitted(request.user, CaseAction.SEE_CONTACT_DETAILS, case)
    now, customer = timezone.now(), case.customer
    needs = list(customer.support_needs.all())
    note = "" if customer.support_need == in_short(needs) else customer.support_need
    initial = {"needs": [need.pk for need in needs], "note": note}
    form = SupportForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        record_support(case, actor=request.user, now=now, **form.cleaned_data)
        messages.success(request, "What helps the customer is saved, for all their cases.")
        return redirect(case)
    note_read(case, actor=request.user, now=now, what="support needs", via="case page")
    intro = [
        "Record what helps, not why. Only those who deal with the customer read it; on other pages stands that they need "
        "extra support, and no more.",
        "It holds for every case of this customer. It can rule out a way to reach them, and who signs off may follow from it.",
    ]
    return render_form(request, case, form, title="Support needs", act="Save support needs", intro=intro)
