"""Log a case: one page, one form, one panel that says what will happen."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from cases.choices import Channel
from cases.models import Case, CaseDraft, Customer
from cases.permissions import CaseAction, may
from core.errors import StaleVersionError, UserFacingError
from core.http import AuthenticatedRequest
from desk.forms.log_case import LogCaseForm, answers_of, form_data, initial_from
from desk.selectors.card_numbers import has_card_number
from desk.selectors.customers import find_customers
from desk.selectors.panel import panel
from desk.services import drafts, intake
from desk.services.drafts import Typed


def log_case(request: AuthenticatedRequest) -> HttpResponse:
    """Open a draft under its own number. The one page that writes when it is opened: the number is read out at once."""
    draft = drafts.open_draft(actor=request.user, now=timezone.now(), answers=_prefilled(request))
    return redirect("desk:log_draft", number=draft.number)


def _prefilled(request: AuthenticatedRequest) -> Typed:
    """Return what the telephone system already knows: who calls, or from which number."""
    customer, phone = request.GET.get("customer", ""), request.GET.get("phone", "").replace("\x00", "")[:30]
    known = Customer.objects.visible_to(request.user)
    if customer.isdecimal() and len(customer) < 19 and known.filter(pk=customer).exists():
        return {"customer": [customer]}
    if not phone:
        return {}
    found = find_customers(phone, user=request.user)[:2]
    return {"customer": [str(found[0].pk)]} if len(found) == 1 else {"customer_text": [phone]}


def log_draft(request: AuthenticatedRequest, number: str) -> HttpResponse:
    draft = get_object_or_404(CaseDraft.objects.visible_to(request.user).select_related("logged_as"), number=number)
    _require_logger(request)
    if draft.logged_as:
        return _to_case(request, draft.logged_as)
    if draft.discarded_at:
        messages.info(request, f"Draft {draft.number} was discarded. Restore it to go on.")
        return redirect("desk:drafts")
    if request.method == "POST":
        return _log(request, draft)
    form = LogCaseForm(user=request.user, now=timezone.now(), initial=initial_from(draft.answers))
    return _page(request, draft, form)


def _require_logger(request: AuthenticatedRequest) -> None:
    if not may(request.user, CaseAction.LOG):
        raise PermissionDenied("Agents, team leaders and managers log cases. Ask one of them to log it.")


def _log(request: AuthenticatedRequest, draft: CaseDraft) -> HttpResponse:
    now = timezone.now()
    form = LogCaseForm(request.POST, user=request.user, now=now)
    try:
        if form.is_valid():
            case = intake.log_case(draft_id=draft.pk, answers=answers_of(form), actor=request.user, now=now)
            messages.success(request, f"Case logged. Reference {case.reference}.")
            return redirect("desk:log_case") if request.POST.get("then") == "another" else _to_case(request, case)
        _keep(request, draft, _typed(request))
    except intake.AlreadyLoggedError as error:
        return _to_case(request, error.case)
    except UserFacingError as error:
        form.add_error(None, str(error))
    return _page(request, draft, form, status=422)


def _typed(request: AuthenticatedRequest) -> Typed:
    return {name: [str(value) for value in values] for name, values in request.POST.lists()}


def _keep(request: AuthenticatedRequest, draft: CaseDraft, typed: Typed, version: int | None = None) -> CaseDraft:
    return drafts.save_draft(draft_id=draft.pk, version=version, typed=typed, actor=request.user, now=timezone.now())


def _to_case(request: AuthenticatedRequest, case: Case) -> HttpResponse:
    """Go to the case, or home where it went to a team whose cases the person does not see."""
    if Case.objects.visible_to(request.user).filter(pk=case.pk).exists():
        return redirect(case)
    return redirect("desk:my_day")


def _page(request: AuthenticatedRequest, draft: CaseDraft, form: LogCaseForm, status: int = 200) -> HttpResponse:
    context = {"draft": draft, "form": form, **_customer_block(request, form), **_beside(request, draft, form)}
    return render(request, "desk/log_case.html", context | _open_folds(form), status=status)


def _beside(request: AuthenticatedRequest, draft: CaseDraft, form: LogCaseForm) -> dict[str, Any]:
    """Return the panel: it judges the answers so far, whether or not the page shows the errors yet."""
    judged = form
    if not form.is_bound:
        judged = LogCaseForm(form_data(draft.answers), user=request.user, now=timezone.now(), tree=form.tree)
    judged.is_valid()
    return {
        "will": panel(answers_of(judged), draft=draft, user=request.user, now=timezone.now()),
        "dismissed": form["dismissed"].value(),
        "has_card_number": has_card_number(str(form["story"].value() or "")),
        "keeps_card_number": form["keeps_card_number"].value(),
    }


def _open_folds(form: LogCaseForm) -> dict[str, Any]:
    """Say which folded parts hold an answer or an error, and so must not be folded."""
    return {
        "channel": dict(Channel.choices).get(form["channel"].value(), Channel.PHONE.label),
        "detail_is_open": any(form[name].value() or form[name].errors for name in DETAIL if name in form.fields),
        "change_is_open": any(form[name].value() or form[name].errors for name in CHANGE),
    }


DETAIL = (
    "referred_by",
    "contact_preference",
    "already_tried",
    "category",
    "product",
    "journey_stage",
    "received_on",
    "received_reason",
)
CHANGE = ("kind", "kind_reason", "priority", "priority_reason")


def _customer_block(request: AuthenticatedRequest, form: LogCaseForm) -> dict[str, Any]:
    """Return which of the three faces the customer question shows: found, new, or still looking."""
    if form["is_new_customer"].value() in ("1", "on", "True", True):
        return {"customer_state": "new"}
    chosen = str(form["customer"].value() or "")
    known = Customer.objects.visible_to(request.user)
    picked = known.filter(pk=chosen).first() if chosen.isdecimal() and len(chosen) < 19 else None
    if picked:
        return {"customer_state": "picked", "picked": picked}
    words = str(form["customer_text"].value() or "")
    return {"customer_state": "search", "words": words, "customers": find_customers(words, user=request.user)}


@require_POST
def save(request: AuthenticatedRequest, number: str) -> HttpResponse:
    """Keep the whole form as it stands (the autosave contract: version and time, or 409)."""
    draft = get_object_or_404(CaseDraft.objects.visible_to(request.user), number=number)
    version = request.POST.get("draft_version", "")
    try:
        known = int(version) if version.isdecimal() and len(version) < 10 else None
        draft = _keep(request, draft, _typed(request), known)
    except StaleVersionError as error:
        return JsonResponse({"error": str(error), "version": draft.version}, status=409)
    except UserFacingError as error:
        return JsonResponse({"error": str(error)}, status=422)
    return JsonResponse({"version": draft.version, "saved_at": draft.saved_at})


@require_POST
def preview(request: AuthenticatedRequest, number: str) -> HttpResponse:
    draft = get_object_or_404(CaseDraft.objects.visible_to(request.user), number=number)
    form = LogCaseForm(request.POST, user=request.user, now=timezone.now())
    return render(request, "desk/_preview.html", {"draft": draft, "form": form, **_beside(request, draft, form)})


@require_POST
def update(request: AuthenticatedRequest, number: str) -> HttpResponse:
    """Answer a button inside the form: choose, add or change the customer, look again, or leave.

    A script gets the customer block alone; without one the draft is kept and the page comes again.
    """
    draft = get_object_or_404(CaseDraft.objects.visible_to(request.user), number=number)
    typed = drafts.with_customer(_typed(request), pick=request.POST.get("pick", ""))
    typed = drafts.with_dismissed(typed)
    if request.htmx:
        form = LogCaseForm(user=request.user, now=timezone.now(), initial=initial_from(drafts.kept(typed)))
        return render(request, "desk/_customer.html", {"draft": draft, "form": form, **_customer_block(request, form)})
    try:
        _keep(request, draft, typed)
    except UserFacingError as error:
        messages.error(request, str(error))
    if request.POST.get("then") == "leave":
        messages.success(request, f"Draft {draft.number} is saved. You find it under Drafts.")
        return redirect("desk:my_day")
    return redirect(
        f"{reverse('desk:log_draft', args=[draft.number])}#{ANCHORS.get(request.POST.get('then', ''), 'who')}"
    )


ANCHORS = {"card": "id_story", "look": "will"}


@require_POST
def customer_options(request: AuthenticatedRequest) -> HttpResponse:
    """Offer customers for what was typed. A POST, so that no name stands in an address or a log."""
    _require_logger(request)
    words = request.POST.get("q", "")[:120].strip()
    return render(
        request, "desk/_customer_options.html", {"customers": find_customers(words, user=request.user), "words": words}
    )


@require_POST
def add_to_case(request: AuthenticatedRequest, number: str) -> HttpResponse:
    """Turn the call into one more contact on the case it is about."""
    draft = get_object_or_404(CaseDraft.objects.visible_to(request.user), number=number)
    form = LogCaseForm(request.POST, user=request.user, now=timezone.now())
    form.is_valid()
    answers = answers_of(form)
    target = get_object_or_404(Case.objects.visible_to(request.user), number=request.POST.get("same_as", "")[:16])
    try:
        case = intake.add_to_case(
            draft_id=draft.pk,
            number=target.number,
            story=answers.story,
            channel=answers.channel,
            actor=request.user,
            now=timezone.now(),
        )
    except UserFacingError as error:
        form.add_error(None, str(error))
        return _page(request, draft, form, status=422)
    messages.success(request, f"This call was added to {case.reference}.")
    return redirect(case)
