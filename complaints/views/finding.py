"""How every view of a complaint finds its case, and how it answers."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from cases.models import Case
from cases.selectors import page_cases
from cases.views.page import render_section
from core.forms import RedressForm
from core.http import AuthenticatedRequest
from policies.choices import CaseKind


def find_complaint(request: AuthenticatedRequest, number: str) -> Case:
    """Return the complaint that the address names, or answer 404 if for this person there is none."""
    complaints = page_cases(request.user).filter(kind=CaseKind.COMPLAINT, complaint__isnull=False)
    return get_object_or_404(complaints, number=number)


def render_form(
    request: AuthenticatedRequest, case: Case, form: RedressForm, *, title: str, act: str, **context: Any
) -> HttpResponse:
    """Answer with one form inside the frame of its case; a form that came back with problems answers 422."""
    section = context.pop("section", "resolution")
    status = context.pop("status", 422 if form.is_bound else 200)
    context = {"form": form, "title": title, "act": act, "back_url": case.get_absolute_url()} | context
    return render_section(request, case, section, "cases/form.html", status=status, **context)
