"""Praise from a case, to the colleague and, if they agree, to the team."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cases.views.facts import render_form
from cases.views.page import find_case
from coaching.choices.growth import TeamAnswer
from coaching.forms.growth import PraiseForm
from coaching.models import Recognition
from coaching.permissions import growth as permissions
from coaching.permissions.growth import Right
from coaching.selectors.growth import praise_by, praise_for, praise_in_team, seen_cases, who_can_be_praised
from coaching.services import growth as services
from core.errors import UserFacingError
from core.http import AuthenticatedRequest

SHOWN = 30


@require_safe
def recognition(request: AuthenticatedRequest) -> HttpResponse:
    user = request.user
    if not permissions.may(user, Right.SEE):
        raise Http404
    lists: dict[str, Any] = {
        "mine": list(praise_for(user)[:SHOWN]),
        "team": list(praise_in_team(user)[:SHOWN]),
        "given": list(praise_by(user)[:SHOWN]),
    }
    seen = seen_cases([row for rows in lists.values() for row in rows], reader=user)
    return render(request, "coaching/recognition.html", lists | {"seen": seen})


@require_http_methods(["GET", "HEAD", "POST"])
def praise(request: AuthenticatedRequest, number: str) -> HttpResponse:
    case = find_case(request, number)
    permissions.require(request.user, Right.PRAISE)
    people = who_can_be_praised(case, giver=request.user)
    form = PraiseForm(request.POST or None, people=people, initial={"colleague": case.owner_id})
    if request.method == "POST" and form.is_valid():
        try:
            row = services.praise(case=case, **form.cleaned_data, actor=request.user, now=timezone.now())
        except UserFacingError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"{row.colleague} is told. They decide whether the team can read it.")
            return redirect(case)
    return render_form(request, case, form, title="Praise a colleague", act="Send praise")


@require_POST
def answer(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Let the team read it, or keep it; nobody but the praised colleague answers."""
    row = get_object_or_404(Recognition.objects.visible_to(request.user).filter(colleague=request.user), pk=pk)
    given = request.POST.get("answer", "")
    if given not in {TeamAnswer.AGREED, TeamAnswer.KEPT}:
        messages.error(request, "Select whether your team can read it.")
        return redirect("coaching:recognition")
    services.answer_praise(recognition_id=row.pk, answer=TeamAnswer(given), actor=request.user, now=timezone.now())
    words = "Your team can read it now." if given == TeamAnswer.AGREED else "It stays between the two of you."
    messages.success(request, words)
    return redirect("coaching:recognition")
