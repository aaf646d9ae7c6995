"""Writing to the customer: kept as it is typed, checked as it will be refused, and called off within half a minute."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cases import permissions
from cases.choices import Composer, ContactPurpose, Direction
from cases.errors import NewsArrivedError
from cases.forms.contacts import WriteForm
from cases.models import Attachment, Case, Contact, MessageDraft
from cases.permissions import CaseAction
from cases.selectors.letter_check import check_letter
from cases.selectors.merging import merge_values
from cases.selectors.news import seen_now
from cases.services import contacts, letters, message_drafts, posting
from cases.views.files import as_download
from cases.views.page import find_case, render_section
from core.dates import clock_time
from core.errors import NotReadyError, StaleVersionError, UserFacingError
from core.http import AuthenticatedRequest
from policies.letters import merge_with_gaps
from policies.models import LetterTemplate

MANY = frozenset({"attachments"})


@require_http_methods(["GET", "POST"])
def write(request: AuthenticatedRequest, number: str) -> HttpResponse:
    case = find_case(request, number)
    permissions.require_permitted(request.user, CaseAction.WRITE, case)
    if request.method != "POST":
        return _page(request, case, _fresh_form(request, case))
    if request.POST.get("then") == "template":
        return _page(request, case, _with_template(request, case))
    if request.POST.get("then") == "check":
        return _page(request, case, WriteForm(initial=_typed_values(request.POST), case=case))
    return _try_to_send(request, case)


def _try_to_send(request: AuthenticatedRequest, case: Case) -> HttpResponse:
    form = WriteForm(request.POST, case=case)
    if form.is_valid():
        try:
            return _send(request, case, form)
        except NewsArrivedError as error:
            return _overtaken(request, case, error)
        except NotReadyError as error:
            for sentence in error.missing:
                form.add_error(None, sentence)
        except UserFacingError as error:
            form.add_error(None, str(error))
    return _page(request, case, form, status=422)


def _send(request: AuthenticatedRequest, case: Case, form: WriteForm) -> HttpResponse:
    now = timezone.now()
    if form.is_letter:
        contact = letters.send_letter(case, actor=request.user, now=now, **form.values())
        words = "The letter is made and stands in the timeline. Open it, print it and post it today."
    else:
        contact = contacts.write_to_customer(case, actor=request.user, now=now, **form.values())
        words = f"The email to {case.customer.name} leaves at {clock_time(contact.left_at)}. Until then you can call it off."
    message_drafts.drop_message_draft(case, composer=Composer.CUSTOMER, actor=request.user)
    messages.success(request, words)
    return redirect(f"{case.get_absolute_url()}timeline/#contact-{contact.pk}")


def _overtaken(request: AuthenticatedRequest, case: Case, error: NewsArrivedError) -> HttpResponse:
    """Show what arrived; from now on the writer has seen it."""
    data = request.POST.copy()
    data["seen"] = str(seen_now(case))
    return _page(request, case, WriteForm(initial=_typed_values(data), case=case), status=409, news=error.news)


def _fresh_form(request: AuthenticatedRequest, case: Case) -> WriteForm:
    """Return what was kept of this writer's message, or the template of the purpose that the page was opened for."""
    if draft := _draft(request, case):
        typed = QueryDict(mutable=True)
        for name, values in draft.answers.items():
            typed.setlist(name, values)
        return WriteForm(initial={"seen": str(seen_now(case))} | _typed_values(typed), case=case)
    purpose = request.GET.get("purpose", "")
    purpose = purpose if purpose in ContactPurpose.values else ContactPurpose.GENERAL
    initial = {"purpose": purpose, "seen": str(seen_now(case))}
    templates = LetterTemplate.objects.visible_to(request.user).active()
    if purpose != ContactPurpose.GENERAL and (template := templates.filter(purpose=purpose).first()):
        initial |= _from_template(request, case, template)
    return WriteForm(initial=initial, case=case)


def _with_template(request: AuthenticatedRequest, case: Case) -> WriteForm:
    """Put the words of the chosen template above what was typed already."""
    typed, chosen = _typed_values(request.POST), request.POST.get("template", "")
    rows = LetterTemplate.objects.visible_to(request.user).active()
    template = rows.filter(pk=chosen).first() if chosen.isdecimal() and len(chosen) < 19 else None
    if template:
        words = _from_template(request, case, template)
        words["body"] = f"{words['body']}\n\n{typed.get('body', '')}".strip()
        typed |= words | {"purpose": template.purpose}
    return WriteForm(initial=typed, case=case)


def _from_template(request: AuthenticatedRequest, case: Case, template: LetterTemplate) -> dict[str, str]:
    values = merge_values(case, request.user, now=timezone.now())
    return {
        "subject": merge_with_gaps(template.subject, values)[:160],
        "body": merge_with_gaps(template.body, values),
    }


def _typed_values(typed: QueryDict) -> dict[str, Any]:
    return {name: typed.getlist(name) if name in MANY else typed[name] for name in typed}


def _draft(request: AuthenticatedRequest, case: Case) -> MessageDraft | None:
    drafts = MessageDraft.objects.visible_to(request.user).filter(case=case, composer=Composer.CUSTOMER)
    return drafts.exclude(version=0).first()


def _page(
    request: AuthenticatedRequest, case: Case, form: WriteForm, status: int = 200, **context: Any
) -> HttpResponse:
    draft = _draft(request, case)
    last = Contact.objects.visible_to(request.user).filter(case=case, direction=Direction.IN).first()
    return render_section(
        request,
        case,
        "timeline",
        "cases/write.html",
        status=status,
        form=form,
        check=_check(case, form),
        draft=draft,
        last_told=last,
        **context,
    )


def _check(case: Case, form: WriteForm) -> Any:
    if form.is_bound:
        form.is_valid()
    return check_letter(case, form.message(), now=timezone.now())


@require_POST
def check(request: AuthenticatedRequest, number: str) -> HttpResponse:
    """Say what is wrong with the message as it stands."""
    case = find_case(request, number)
    permissions.require_permitted(request.user, CaseAction.WRITE, case)
    form = WriteForm(request.POST, case=case)
    return render(request, "cases/_letter_check.html", {"case": case, "check": _check(case, form)})


@require_POST
def save_draft(request: AuthenticatedRequest, number: str, composer: Composer) -> HttpResponse:
    """Keep the whole form as it stands (the autosave contract: version and time, or 409)."""
    case = find_case(request, number)
    version = request.POST.get("draft_version", "")
    try:
        draft = message_drafts.save_message_draft(
            case,
            composer=composer,
            version=int(version) if version.isdecimal() and len(version) < 10 else None,
            typed={name: request.POST.getlist(name) for name in request.POST},
            actor=request.user,
            now=timezone.now(),
        )
    except StaleVersionError as error:
        mine = MessageDraft.objects.visible_to(request.user).get(case=case, composer=composer)
        return JsonResponse({"error": str(error), "version": mine.version}, status=409)
    except UserFacingError as error:
        return JsonResponse({"error": str(error)}, status=422)
    return JsonResponse({"version": draft.version, "saved_at": draft.saved_at})


@require_POST
def drop_draft(request: AuthenticatedRequest, number: str) -> HttpResponse:
    case = find_case(request, number)
    message_drafts.drop_message_draft(case, composer=Composer.CUSTOMER, actor=request.user)
    messages.success(request, "The draft is thrown away.")
    return redirect("cases:timeline", case.reference)


@require_POST
def preview_letter(request: AuthenticatedRequest, number: str) -> HttpResponse:
    """Return the letter as it would be printed; nothing is kept."""
    case = find_case(request, number)
    permissions.require_permitted(request.user, CaseAction.WRITE, case)
    form, now = WriteForm(request.POST, case=case), timezone.now()
    typed = {name: str(form[name].value() or "") for name in ("subject", "body", "address")}
    try:
        pages = letters.letter_pages(case, author=request.user, now=now, **typed)
    except UserFacingError as error:
        form.add_error(None, str(error))
        return _page(request, case, form, status=422)
    response = HttpResponse(pages, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="Preview {case.reference}.pdf"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_POST
def call_off(request: AuthenticatedRequest, number: str, pk: int) -> HttpResponse:
    """Stop a message that has not left, and put its words back where they were written."""
    case = find_case(request, number)
    contact = get_object_or_404(Contact.objects.visible_to(request.user), pk=pk, case=case)
    try:
        posting.call_off(contact, actor=request.user, now=timezone.now())
    except UserFacingError as error:
        messages.error(request, str(error))
        return redirect(f"{case.get_absolute_url()}timeline/#contact-{contact.pk}")
    if contact.purpose == ContactPurpose.DECISION:
        messages.success(request, "The decision is called off. The customer did not get it.")
        return redirect(case)
    message_drafts.draft_from(contact, actor=request.user, now=timezone.now())
    messages.success(request, "The email is called off. Your words are here again.")
    return redirect("cases:write", case.reference)


@require_safe
def attachment(request: AuthenticatedRequest, number: str, pk: int) -> FileResponse:
    found = get_object_or_404(Attachment.objects.visible_to(request.user), pk=pk, contact__case__number=number)
    return as_download(str(found.file.name), name=found.file_name, content_type=found.file_type)
