"""Who stands in for whom at sign-off: the list, a new one, and the end of one."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from complaints import permissions
from complaints.errors import DelegationRefusedError
from complaints.forms.delegation import DelegationForm
from complaints.models import Delegation
from complaints.services.delegating import delegate, end_delegation
from core.http import AuthenticatedRequest

SHOWN = 50


@require_http_methods(["GET", "POST"])
def delegations(request: AuthenticatedRequest) -> HttpResponse:
    permissions.require_decider(request.user)
    now = timezone.now()
    form = DelegationForm(request.POST if request.method == "POST" else None, user=request.user)
    if form.is_valid():
        try:
            made = delegate(form.stand_in(), actor=request.user, now=now)
        except DelegationRefusedError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, f"{made.receiver} stands in for {made.giver}.")
            return redirect("complaints:delegations")
    rows = Delegation.objects.visible_to(request.user).select_related("giver", "receiver")
    today = timezone.localdate(now)
    context = {
        "form": form,
        "current": rows.standing(today)[:SHOWN],
        "past": rows.past(today)[:SHOWN],
        "today": today,
    }
    return render(request, "complaints/delegations.html", context, status=422 if form.is_bound else 200)


@require_POST
def end(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    permissions.require_decider(request.user)
    found = get_object_or_404(Delegation.objects.visible_to(request.user), pk=pk)
    ended = end_delegation(delegation_id=found.pk, actor=request.user, now=timezone.now())
    messages.success(request, f"{ended.receiver} no longer stands in for {ended.giver}.")
    return redirect("complaints:delegations")
