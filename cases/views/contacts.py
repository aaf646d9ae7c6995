"""What happened, and notes among colleagues. Writing to the customer is a place of its own: `cases.views.writing`."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from cases import permissions
from cases.forms.contacts import LogContactForm, SavedEmailForm, TellForm
from cases.models import Case, Contact
from cases.permissions import CaseAction
from cases.services import contacts
from cases.services.saved_emails import read_in_email
from cases.views.page import find_case, note_context, render_section, timeline_context
from core.errors import UserFacingError
from core.forms import RedressForm
from core.http import AuthenticatedRequest


@require_http_methods(["GET", "POST"])
def log_contact(request: AuthenticatedRequest, number: str) -> HttpResponse:
    case = find_case(request, number)
    permissions.require_permitted(request.user, CaseAction.NOTE, case)
    may_write = permissions.permits(request.user, CaseAction.WRITE, case)
    form = LogContactForm(request.POST or None, may_write=may_write)
    if request.method == "POST" and form.is_valid():
        try:
            contacts.log_contact(case, actor=request.user, now=timezone.now(), **form.values())
        except UserFacingError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "The contact is in the timeline.")
            return redirect("cases:timeline", case.reference)
    return _render(request, case, form, title="Log a call or message", act="Log contact", intro=[])


@require_http_methods(["GET", "POST"])
def read_email(request: AuthenticatedRequest, number: str) -> HttpResponse:
    """Take a message from a saved e-mail into the timeline, and its files into the evidence."""
    case = find_case(request, number)
    permissions.require_permitted(request.user, CaseAction.INVESTIGATE, case)
    form = SavedEmailForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        try:
            read = read_in_email(case, actor=request.user, now=timezone.now(), **form.cleaned_data)
        except UserFacingError as error:
            form.add_error("upload", str(error))
        else:
            messages.success(request, " ".join(["The email is in the timeline.", *read.refused]))
            return redirect(f"{case.get_absolute_url()}timeline/#contact-{read.contact.pk}")
    intro = ["It is written down as a message from outside. Whoever it says it is from, that is not checked."]
    return _render(request, case, form, title="Read in a saved email", act="Read in email", intro=intro)


@require_POST
def add_note(request: AuthenticatedRequest, number: str) -> HttpResponse:
    case = get_object_or_404(Case.objects.visible_to(request.user), number=number)
    permissions.require_permitted(request.user, CaseAction.NOTE, case)
    form = TellForm(request.POST, case=case, reader=request.user)
    if form.is_valid():
        try:
            note = contacts.add_note(
                case, actor=request.user, now=timezone.now(), replaces_draft=True, **form.cleaned_data
            )
        except UserFacingError as error:
            form.add_error("tell", str(error))
        else:
            return redirect(f"{case.get_absolute_url()}timeline/#note-{note.pk}")
    case = find_case(request, number)
    context = timeline_context(request, case)
    return render_section(
        request,
        case,
        "timeline",
        "cases/timeline.html",
        status=422,
        form=form,
        **(context | note_context(request, case, form)),
    )


@require_POST
def mark_read(request: AuthenticatedRequest, number: str, pk: int) -> HttpResponse:
    contact = get_object_or_404(Contact.objects.visible_to(request.user), pk=pk, case__number=number)
    contacts.mark_read(contact, actor=request.user, now=timezone.now())
    return redirect(f"{contact.case.get_absolute_url()}timeline/#contact-{contact.pk}")


def _render(
    request: AuthenticatedRequest,
    case: Case,
    form: RedressForm,
    *,
    title: str,
    act: str,
    intro: list[str],
) -> HttpResponse:
    return render_section(
        request,
        case,
        "timeline",
        "cases/form.html",
        status=422 if form.is_bound else 200,
        form=form,
        title=title,
        act=act,
        intro=intro,
        back_url=f"{case.get_absolute_url()}timeline/",
    )
