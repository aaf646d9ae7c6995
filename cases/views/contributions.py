"""Asking for a contribution, and the page on which it is given: the question, and nothing else of the case."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from cases import permissions
from cases.choices import ContributionState
from cases.forms.contributions import DROPPED, AnswerForm, AskForm
from cases.models import Case, Contribution, Stakeholder
from cases.permissions import CaseAction
from cases.services import contributions as services
from cases.views.facts import render_form
from cases.views.page import find_case
from core.errors import UserFacingError
from core.http import AuthenticatedRequest


@require_http_methods(["GET", "POST"])
def ask(request: AuthenticatedRequest, number: str, pk: int) -> HttpResponse:
    case = find_case(request, number)
    permissions.require_permitted(request.user, CaseAction.INVESTIGATE, case)
    person = get_object_or_404(Stakeholder.objects.visible_to(request.user), pk=pk, case=case)
    form = AskForm(request.POST or None, person=person, reader=request.user)
    if form.is_valid():
        try:
            services.ask_for_contribution(person, actor=request.user, now=timezone.now(), **form.values())
        except UserFacingError as error:
            form.add_error("due_date", str(error))
        else:
            messages.success(request, f"{person} is asked. It is chased by itself once a day after it was due.")
            return redirect("cases:people", case.reference)
    back_url = f"{case.get_absolute_url()}people/"
    intro = ["A colleague gets the question in their inbox, and sees nothing else of the case."]
    title = f"Ask {person}"
    return render_form(
        request, case, form, section="people", back_url=back_url, title=title, act="Ask for contribution", intro=intro
    )


@require_http_methods(["GET", "POST"])
def contribution(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Answer what was asked; whoever investigates may note an answer that came another way, or let it go."""
    rows = Contribution.objects.visible_to(request.user).select_related("case", "stakeholder", "asked_by")
    asked = get_object_or_404(rows, pk=pk)
    if request.method == "POST" and asked.colleague_id != request.user.pk:
        permissions.require(request.user, CaseAction.INVESTIGATE, asked.case)
    sees_case = Case.objects.visible_to(request.user).filter(pk=asked.case_id).exists()
    investigates = sees_case and permissions.permits(request.user, CaseAction.INVESTIGATE, asked.case)
    form = AnswerForm(request.POST or None, investigates=investigates)
    if form.is_valid():
        try:
            _settle(request, asked, form)
        except UserFacingError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Your answer is with the person who asked.")
            return redirect(f"{asked.case.get_absolute_url()}people/" if sees_case else "desk:my_day")
    context = {
        "asked": asked,
        "form": form,
        "sees_case": sees_case,
        "is_open": asked.state == ContributionState.ASKED,
        "now": timezone.now(),
    }
    return render(request, "cases/contribution.html", context, status=422 if form.is_bound else 200)


def _settle(request: AuthenticatedRequest, asked: Contribution, form: AnswerForm) -> None:
    words, now = form.cleaned_data["answer"], timezone.now()
    if form.cleaned_data.get("state") == DROPPED:
        services.drop_contribution(asked, actor=request.user, now=now, reason=words)
    else:
        services.answer_contribution(asked, actor=request.user, now=now, answer=words)
