"""Interest on money held back: asked for, shown line by line, then added to the redress."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from cases.models import Case
from cases.views.page import render_section
from complaints import permissions
from complaints.choices import ComplaintAction
from complaints.forms.interest import InterestForm
from complaints.selectors.interest import account_of, account_to_keep
from complaints.services.interest import add_interest
from complaints.views.finding import find_complaint
from core.errors import UserFacingError
from core.http import AuthenticatedRequest


@require_http_methods(["GET", "POST"])
def interest(request: AuthenticatedRequest, number: str) -> HttpResponse:
    """A GET with answers shows the account; a POST with the same answers adds it to the resolution."""
    case = find_complaint(request, number)
    permissions.require(request.user, ComplaintAction.PROPOSE, case)
    answers = request.POST if request.method == "POST" else request.GET
    form = InterestForm(answers or None, case=case)
    if request.method == "POST" and not answers:
        form = InterestForm({}, case=case)
    if not form.is_valid():
        return _render(request, case, form)
    try:
        if request.method == "GET":
            return _render(request, case, form, account_to_keep(form.claim(), account_of(form.claim())))
        item = add_interest(case_id=case.pk, claim=form.claim(), actor=request.user, now=timezone.now())
    except UserFacingError as error:
        form.add_error(None, str(error))
        return _render(request, case, form)
    messages.success(request, f"£{item.amount:,.2f} of interest is part of the redress.")
    return redirect(f"{reverse('complaints:resolution', args=[case.reference])}#redress")


def _render(
    request: AuthenticatedRequest, case: Case, form: InterestForm, account: dict[str, Any] | None = None
) -> HttpResponse:
    return render_section(
        request,
        case,
        "resolution",
        "complaints/interest.html",
        status=422 if form.errors else 200,
        form=form,
        account=account,
        back_url=f"{reverse('complaints:resolution', args=[case.reference])}#redress",
    )
