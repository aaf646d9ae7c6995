from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from core.errors import UserFacingError
from core.http import AuthenticatedRequest
from incidents import permissions
from incidents.forms.work import DropForm, OutcomeForm, RecoveryForm
from incidents.models import RecoveryAction
from incidents.permissions import Right
from incidents.selectors.figures import figures_of
from incidents.services import recovery as services
from incidents.views.frame import answer, done, find_incident, row_page


@require_http_methods(["GET", "HEAD", "POST"])
def recovery(request: AuthenticatedRequest, number: str) -> HttpResponse:
    """What is done for the customers who were let down; and a form to plan more."""
    case = find_incident(request, number)
    if request.method == "POST":
        permissions.require(request.user, Right.RECOVER, case)
    form = RecoveryForm(request.POST or None)

    def propose() -> RecoveryAction:
        return services.propose_recovery(
            case_id=case.pk, proposal=form.proposal(), actor=request.user, now=timezone.now()
        )

    if done(request, form, propose):
        messages.success(request, "The action is in the plan.")
        return redirect("incidents:recovery", case.reference)
    rows = RecoveryAction.objects.visible_to(request.user).filter(case=case)
    may = permissions.permits(request.user, Right.RECOVER, case)
    return answer(
        request,
        case,
        "recovery",
        form,
        rows=rows.select_related("proposed_by", "agreed_by"),
        cost=figures_of(case).cost,
        may_settle=may,
        may_add=may and case.is_open,
        may_agree=permissions.permits(request.user, Right.AGREE_RECOVERY, case),
    )


@require_POST
def agree(request: AuthenticatedRequest, number: str, pk: int) -> HttpResponse:
    case = find_incident(request, number)
    row = get_object_or_404(RecoveryAction.objects.visible_to(request.user), case=case, pk=pk)
    try:
        services.agree_recovery(action_id=row.pk, actor=request.user, now=timezone.now())
    except UserFacingError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"Agreed: {row.text}")
    return redirect("incidents:recovery", case.reference)


@require_http_methods(["GET", "HEAD", "POST"])
def finish(request: AuthenticatedRequest, number: str, pk: int) -> HttpResponse:
    case = find_incident(request, number)
    row = get_object_or_404(RecoveryAction.objects.visible_to(request.user), case=case, pk=pk)
    form = OutcomeForm(request.POST or None)
    return row_page(
        request,
        case,
        form,
        lambda: services.finish_recovery(
            action_id=row.pk, outcome=form.cleaned_data["outcome"], actor=request.user, now=timezone.now()
        ),
        right=Right.RECOVER,
        section="recovery",
        title=f"Done: {row.text}",
        button="Record as done",
        message=f"Done: {row.text}",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def drop(request: AuthenticatedRequest, number: str, pk: int) -> HttpResponse:
    case = find_incident(request, number)
    row = get_object_or_404(RecoveryAction.objects.visible_to(request.user), case=case, pk=pk)
    form = DropForm(request.POST or None)
    return row_page(
        request,
        case,
        form,
        lambda: services.drop_recovery(
            action_id=row.pk, reason=form.cleaned_data["reason"], actor=request.user, now=timezone.now()
        ),
        right=Right.RECOVER,
        section="recovery",
        title=f"Drop: {row.text}",
        button="Drop action",
        message=f"Dropped: {row.text}",
    )
