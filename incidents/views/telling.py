"""Tell everybody whom an incident affected: write, look at what each customer would get, send once."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.models import User
from cases.models import Case
from cases.views.page import render_section
from core.errors import NotReadyError, UserFacingError
from core.http import AuthenticatedRequest
from core.queue import enqueue
from incidents import permissions
from incidents.choices import Telling
from incidents.forms.telling import LeaveOutForm, TellForm
from incidents.models import Mailing, MailingRow
from incidents.permissions import Right
from incidents.selectors.figures import figures_of
from incidents.selectors.telling import case_for_each_customer, sample_for, standing_of
from incidents.services import mailings
from incidents.tasks import tell_customers
from incidents.views.frame import find_incident
from policies.choices import LetterPurpose
from policies.letters import merge_with_gaps
from policies.models import LetterTemplate

ROWS_PER_PAGE: Final = 50
EARLIER_SHOWN: Final = 5


@require_http_methods(["GET", "HEAD", "POST"])
def tell(request: AuthenticatedRequest, number: str) -> HttpResponse:
    """Write the message; every customer is checked before it can be sent."""
    case = find_incident(request, number)
    permissions.require(request.user, Right.TELL_ALL, case)
    templates = LetterTemplate.objects.visible_to(request.user).active().filter(purpose=LetterPurpose.INCIDENT_UPDATE)
    form = TellForm(request.POST or None, initial=_words_of(templates, request.GET.get("template", "")))
    if request.method == "POST" and form.is_valid():
        try:
            mailing = mailings.write_mailing(
                case_id=case.pk,
                message=form.message(),
                submission=form.cleaned_data["submission"],
                actor=request.user,
                now=timezone.now(),
            )
        except NotReadyError as error:
            for sentence in error.missing:
                form.add_error("text", sentence)
        except UserFacingError as error:
            form.add_error(None, str(error))
        else:
            enqueue(tell_customers)
            return redirect("incidents:mailing", case.reference, mailing.pk)
    customers = len(case_for_each_customer(case, user=request.user))
    context = {
        "form": form,
        "templates": templates,
        "customers": customers,
        "unseen": max(figures_of(case).caused - customers, 0),
        "earlier": Mailing.objects.visible_to(request.user).filter(case=case)[:EARLIER_SHOWN],
    }
    status = 422 if form.errors else 200
    return render_section(request, case, "affected", "incidents/tell.html", status=status, **context)


def _words_of(templates: Any, chosen: str) -> dict[str, str]:
    template = templates.filter(pk=chosen).first() if chosen.isdecimal() and len(chosen) < 19 else None
    return {"subject": template.subject, "text": template.body} if template else {}


@require_http_methods(["GET", "HEAD", "POST"])
def mailing(request: AuthenticatedRequest, number: str, pk: int) -> HttpResponse:
    """What each customer would get and who cannot be reached; check again, leave out, send."""
    case = find_incident(request, number)
    permissions.require(request.user, Right.TELL_ALL, case)
    found: Mailing = get_object_or_404(Mailing.objects.visible_to(request.user), case=case, pk=pk)
    form = LeaveOutForm(request.POST if request.POST.get("then") == "leave_out" else None, mailing=found)
    if request.method == "POST":
        if asked := _asked(request, found, form):
            act, words = asked
            try:
                act()
                messages.success(request, words)
                enqueue(tell_customers)
                return redirect("incidents:mailing", case.reference, found.pk)
            except UserFacingError as error:
                form.add_error(None, str(error)) if form.is_bound else messages.error(request, str(error))
        return _mailing_page(request, case, found, form, status=422)
    return _mailing_page(request, case, found, form)


def _asked(request: AuthenticatedRequest, found: Mailing, form: LeaveOutForm) -> tuple[Callable[[], Any], str] | None:
    """Return what to do and what to say of it; nothing where it was not understood."""
    who: dict[str, Any] = {"mailing_id": found.pk, "actor": request.user, "now": timezone.now()}
    match request.POST.get("then"):
        case "check":
            return partial(mailings.check_again, **who), "Every customer is checked again."
        case "send":
            return partial(mailings.send_mailing, **who), "The message is on its way."
        case "leave_out" if form.is_valid():
            rows = [row.pk for row in form.cleaned_data["rows"]]
            left = f"{len(rows)} customer{' is' if len(rows) == 1 else 's are'} left out. Reach them another way."
            return partial(mailings.leave_out, rows=rows, **who), left
    return None


def _mailing_page(
    request: AuthenticatedRequest, case: Case, found: Mailing, form: LeaveOutForm, status: int = 200
) -> HttpResponse:
    found.refresh_from_db()
    asked = request.GET.get("show", "")
    standing = standing_of(found, user=request.user)
    counts = dict(standing)
    fallback = Telling.PROBLEM if Telling.PROBLEM in counts else ""
    show = asked if asked in Telling.values else fallback
    rows = MailingRow.objects.visible_to(request.user).filter(mailing=found)
    rows = (rows.filter(state=show) if show else rows).select_related("customer", "case", "left_out_by")
    context = {
        "mailing": found,
        "standing": standing,
        "show": show,
        "ready": counts.get(Telling.READY, 0),
        "in_the_way": counts.get(Telling.PROBLEM, 0),
        "page": Paginator(rows.order_by("pk"), ROWS_PER_PAGE).get_page(request.GET.get("page")),
        "form": form,
        **_sample(found, case, request.user),
    }
    if request.htmx and not request.htmx.boosted and request.method == "GET":
        return render(request, "incidents/_mailing.html", context | {"case": case})
    return render_section(request, case, "affected", "incidents/mailing.html", status=status, **context)


def _sample(found: Mailing, case: Case, reader: User) -> dict[str, Any]:
    sample = sample_for(found, user=reader, incident=figures_of(case).incident)
    if sample is None:
        return {"sample_for": None, "subject": found.subject, "body": found.body}
    customer, values = sample
    return {
        "sample_for": customer,
        "subject": merge_with_gaps(found.subject, values),
        "body": merge_with_gaps(found.body, values),
    }
