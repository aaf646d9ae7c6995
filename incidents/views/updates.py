"""Updates: customers and stakeholders are written to on pages of their own."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from core.http import AuthenticatedRequest
from incidents import permissions
from incidents.choices import Audience
from incidents.forms.work import UpdateForm
from incidents.models import IncidentUpdate, Listener
from incidents.permissions import Right
from incidents.services.updates import post_update
from incidents.views.frame import answer, done, find_incident


@dataclass(frozen=True)
class Composer:
    label: str
    hint: str
    act: str
    done: str


COMPOSERS = {
    Audience.CUSTOMERS: Composer(
        "What do you tell customers?",
        "What is wrong, what we are doing, what they can do. No names of colleagues or other customers.",
        "Record update for customers",
        "The update for customers is recorded.",
    ),
    Audience.STAKEHOLDERS: Composer(
        "What do you tell colleagues and partners?",
        "Customers cannot see this. Cause, progress, help needed.",
        "Record update for stakeholders",
        "The update for stakeholders is recorded.",
    ),
}


@require_http_methods(["GET", "HEAD", "POST"])
def updates(request: AuthenticatedRequest, number: str, audience: Audience) -> HttpResponse:
    case = find_incident(request, number)
    may_tell = permissions.permits(request.user, Right.TELL, case)
    if request.method == "POST":
        permissions.require(request.user, Right.TELL, case)
    composer = COMPOSERS[audience]
    form = UpdateForm(request.POST or None, label=composer.label, hint=composer.hint)

    def post() -> IncidentUpdate:
        return post_update(
            case_id=case.pk,
            audience=audience,
            text=form.cleaned_data["text"],
            next_update_at=form.next_update_at(),
            submission=form.cleaned_data["submission"],
            actor=request.user,
            now=timezone.now(),
        )

    if done(request, form, post):
        messages.success(request, composer.done)
        return redirect(request.path)
    sent = IncidentUpdate.objects.visible_to(request.user).filter(case=case).select_related("author", "mailing")
    return answer(
        request,
        case,
        "updates",
        form,
        may_tell=may_tell,
        audience=audience,
        composer=composer,
        updates=sent,
        listeners=0
        if audience == Audience.CUSTOMERS
        else Listener.objects.visible_to(request.user).filter(case=case).count(),
    )
