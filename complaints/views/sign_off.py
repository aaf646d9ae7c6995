"""The inbox of those who sign off, and the page on which they decide."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.choices import Role
from cases.choices import ApprovalState
from cases.models import Approval, Case
from cases.services.reads import note_opening
from complaints import permissions
from complaints.choices import ComplaintAction, Finding, InboxView, Outcome
from complaints.errors import ContentChangedError, Difference
from complaints.forms.steps import DecisionForm
from complaints.lifecycle import outcome_of
from complaints.selectors.content import Content, content_read, differences, proposal_content, short_hash
from complaints.selectors.inbox import being_investigated, inbox, waiting_count
from complaints.selectors.promised import promises_standing
from complaints.selectors.proposal import precedents, rounds_of, standpoint
from complaints.selectors.working_copy import working_copy_of
from complaints.services.deciding import decide
from complaints.views.finding import find_complaint
from complaints.views.proposal import ready_list
from core.errors import UserFacingError
from core.http import AuthenticatedRequest
from sla.selectors import Badge, badges_of

PAGE_SIZE = 25
DONE = {
    "APPROVE": "You approved the resolution.",
    "RETURN": "You returned the proposal for changes.",
    "REFER": "You referred the proposal up.",
}


@require_safe
def sign_off_inbox(request: AuthenticatedRequest) -> HttpResponse:
    if not permissions.may(request.user, ComplaintAction.SUBMIT):
        raise PermissionDenied(
            "Sign-off is for the people who work on cases. An admin sees what was decided in reports."
        )
    asked, default = request.GET.get("view", ""), _first_view(request)
    view = InboxView(asked) if asked in InboxView.values else default
    rounds = Paginator(inbox(request.user, view, now=timezone.now()), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "view": view,
        "views": [(each.value, each.label) for each in InboxView],
        "page": rounds,
        "rows": _rows(list(rounds)),
        "waiting": waiting_count(request.user),
        "may_stand_in": permissions.may(request.user, ComplaintAction.APPROVE),
        "investigating": 0 if rounds.object_list else being_investigated(request.user),
    }
    return render(request, "complaints/inbox.html", context)


def _first_view(request: AuthenticatedRequest) -> InboxView:
    return InboxView.OTHERS if request.user.role == Role.AGENT else InboxView.MINE


def _rows(rounds: list[Approval]) -> list[tuple[Approval, Outcome, Badge | None]]:
    badges = badges_of([approval.case for approval in rounds], now=timezone.now())
    return [(approval, _outcome(approval), badges.get(approval.case_id)) for approval in rounds]


def _outcome(approval: Approval) -> Outcome:
    return outcome_of([Finding(point.finding) for point in approval.case.points.all() if point.finding])


@require_http_methods(["GET", "POST"])
def sign_off(request: AuthenticatedRequest, number: str) -> HttpResponse:
    case = find_complaint(request, number)
    rounds = rounds_of(case)
    approval = next((each for each in rounds if each.state == ApprovalState.PENDING), None)
    if approval is None and (read := content_read(case, request.POST.get("content_hash", ""))):
        return _gone(request, case, read, rounds)
    if approval is None:
        messages.info(request, f"Nothing on {case} is waiting for sign-off.")
        return redirect("complaints:resolution", case.reference)
    approval.case = case
    if request.method == "POST":
        return _decide(request, case, approval, rounds)
    return _render(request, case, approval, rounds)


def _gone(request: AuthenticatedRequest, case: Case, read: Content, rounds: list[Approval]) -> HttpResponse:
    """Say what became of the proposal that somebody was still reading: nothing was decided."""
    context = {
        "case": case,
        "changed": differences(read, proposal_content(case)),
        "last_round": rounds[0],
    }
    return render(request, "complaints/gone.html", context, status=409)


def _decide(request: AuthenticatedRequest, case: Case, approval: Approval, rounds: list[Approval]) -> HttpResponse:
    now = timezone.now()
    view = standpoint(approval, request.user, rounds=rounds, now=now)
    if not view.may_decide or (request.POST.get("decision") == "APPROVE" and not view.may_approve):
        raise PermissionDenied(f"{view.sentence} {view.others}".strip())
    form = DecisionForm(request.POST, approval=approval, standpoint=view)
    if not form.is_valid():
        return _render(request, case, approval, rounds, form, status=422)
    try:
        decide(approval_id=approval.pk, verdict=form.verdict(), actor=request.user, now=now)
    except ContentChangedError as error:
        return _render(request, case, approval, rounds_of(case), status=409, changed=error.changed)
    except UserFacingError as error:
        form.add_error(None, str(error))
        return _render(request, case, approval, rounds_of(case), form, status=422)
    messages.success(request, DONE[form.cleaned_data["decision"]])
    return redirect("complaints:inbox")


def _render(
    request: AuthenticatedRequest,
    case: Case,
    approval: Approval,
    rounds: list[Approval],
    form: DecisionForm | None = None,
    status: int = 200,
    changed: list[Difference] | None = None,
) -> HttpResponse:
    now = timezone.now()
    view = standpoint(approval, request.user, rounds=rounds, now=now)
    note_opening(case, actor=request.user, now=now, via="sign-off")
    proposal = working_copy_of(case)
    context = {
        "case": case,
        "approval": approval,
        "version": short_hash(approval.content_hash),
        "proposal": proposal,
        **ready_list(case, proposal, now),
        "rounds": rounds,
        "precedents": precedents(case, request.user),
        "promised": promises_standing(case, rounds),
        "standpoint": view,
        "badge": badges_of([case], now=now).get(case.pk),
        "changed": changed or [],
        "form": form or (DecisionForm(approval=approval, standpoint=view) if view.may_decide else None),
    }
    return render(request, "complaints/sign_off.html", context, status=status)
