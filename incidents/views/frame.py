"""What the views of an incident share: finding it, and answering inside the frame of its case."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from cases.models import Case
from cases.views.facts import render_form
from cases.views.page import find_case, render_section
from core.errors import UserFacingError
from core.forms import RedressForm
from core.http import AuthenticatedRequest
from incidents import permissions
from incidents.permissions import Right
from policies.choices import CaseKind


def find_incident(request: AuthenticatedRequest, number: str) -> Case:
    """Return the incident that the address names; 404 if this person may not know of it, or it is no incident."""
    case = find_case(request, number)
    if case.kind != CaseKind.INCIDENT:
        raise Http404
    return case


def done(request: AuthenticatedRequest, form: RedressForm, act: Callable[[], Any]) -> bool:
    """Return whether the form was complete and the service did it; a refusal goes onto the form."""
    if request.method != "POST" or not form.is_valid():
        return False
    try:
        act()
    except UserFacingError as error:
        form.add_error(None, str(error))
        return False
    return True


def answer(request: AuthenticatedRequest, case: Case, section: str, form: RedressForm, **context: Any) -> HttpResponse:
    """Show a section with its form; one that came back with problems answers 422."""
    status = 422 if form.is_bound else 200
    return render_section(request, case, section, f"incidents/{section}.html", status=status, form=form, **context)


def row_page(
    request: AuthenticatedRequest,
    case: Case,
    form: RedressForm,
    act: Callable[[], Any],
    *,
    right: Right,
    section: str,
    title: str,
    button: str,
    message: str,
) -> HttpResponse:
    """One form about one row of a section: checked, done, and back to the section."""
    permissions.require(request.user, right, case)
    if done(request, form, act):
        messages.success(request, message)
        return redirect(f"incidents:{section}", case.reference)
    return render_form(request, case, form, title=title, act=button, section=section, back_url=back_to(section, case))


def back_to(section: str, case: Case) -> str:
    return reverse(f"incidents:{section}", args=[case.reference])
