"""One coaching note: read it, and take the next step on it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from cases.services.reads import note_read
from coaching.choices.sessions import SessionAction as Action
from coaching.choices.sessions import SessionState
from coaching.forms.sessions import HandOnForm, WordsForm
from coaching.models import CoachingSession
from coaching.permissions import sessions as permissions
from coaching.selectors.conversation import conversation
from coaching.selectors.sessions import (
    cases_looked_at,
    checks_of,
    is_due,
    leader_still_sees,
    new_leaders,
    reviews_looked_at,
    steps_for,
)
from coaching.services import answers
from coaching.services import sessions as services
from coaching.views.sessions import find_session
from core.dates import local_day
from core.errors import UserFacingError
from core.forms import RedressForm
from core.http import AuthenticatedRequest

SAID = (Action.ACKNOWLEDGE, Action.RESPOND, Action.DISPUTE, Action.REPLY, Action.RESOLVE, Action.SETTLE)
DONE = {
    Action.ACKNOWLEDGE: "You have read the note. {leader} is told.",
    Action.RESPOND: "Your answer stands beside the note. {leader} is told.",
    Action.DISPUTE: "What you see differently stands beside the note. It stays open until you say that it is settled.",
    Action.REPLY: "Your reply stands beside the note. {colleague} is told.",
    Action.RESOLVE: "The note is finished. {colleague} is told.",
    Action.SETTLE: "The note is finished. {leader} is told.",
}


@require_safe
def session(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    found = find_session(request, pk)
    if found.state != SessionState.DRAFT and request.user.pk != found.colleague_id:
        note_read(None, actor=request.user, now=timezone.now(), what="coaching note", via=f"note {found.pk}")
    return _render(request, found)


@require_POST
def share(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    found = find_session(request, pk)
    permissions.require_step(request.user, Action.SHARE, found)
    try:
        services.share_session(session_id=found.pk, actor=request.user, now=timezone.now())
    except UserFacingError as error:
        return _render(request, found, status=422, problem=str(error))
    messages.success(request, f"{found.colleague} can read the note now, and is told so.")
    return redirect(found)


@require_POST
def discard(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    found = find_session(request, pk)
    permissions.require_step(request.user, Action.DISCARD, found)
    try:
        services.discard_session(session_id=found.pk, actor=request.user)
    except UserFacingError as error:
        return _render(request, found, status=422, problem=str(error))
    messages.success(request, "The draft is gone.")
    return redirect("coaching:list")


@require_POST
def say(request: AuthenticatedRequest, pk: int, step: str) -> HttpResponse:
    """Take one step of the conversation; what was typed comes back with the reason if it is refused."""
    found = find_session(request, pk)
    action = _action(step)
    permissions.require_step(request.user, action, found)
    form = WordsForm(request.POST, step=action)
    if form.is_valid():
        try:
            answers.say(
                session_id=found.pk,
                step=action,
                words=form.cleaned_data["words"],
                actor=request.user,
                now=timezone.now(),
            )
        except UserFacingError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, DONE[action].format(leader=found.leader, colleague=found.colleague))
            return redirect(found)
    return _render(request, found, status=422, forms={action: form})


@require_POST
def hand_on(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    found = find_session(request, pk)
    permissions.require_step(request.user, Action.HAND_ON, found)
    form = HandOnForm(request.POST, leaders=new_leaders(found))
    if form.is_valid():
        leader = form.cleaned_data["leader"]
        try:
            answers.hand_on(session_id=found.pk, leader=leader, actor=request.user, now=timezone.now())
        except UserFacingError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"The note is between you and {leader} now.")
            return redirect(found)
    return _render(request, found, status=422, forms={Action.HAND_ON: form})


def _action(step: str) -> Action:
    name = step.upper().replace("-", "_")
    if name not in {action.value for action in SAID}:
        raise Http404
    return Action(name)


def _render(
    request: AuthenticatedRequest,
    found: CoachingSession,
    *,
    status: int = 200,
    problem: str = "",
    forms: dict[Action, RedressForm] | None = None,
) -> HttpResponse:
    steps, user = steps_for(request.user, found), request.user
    is_leader = user.pk == found.leader_id
    leader_sees = is_leader or leader_still_sees(found)
    context: dict[str, Any] = {
        "session": found,
        "is_leader": is_leader,
        "other": found.colleague if is_leader else found.leader,
        "leader_sees": leader_sees,
        "cases": cases_looked_at(found, reader=user),
        "reviews": reviews_looked_at(found, reader=user),
        "conversation": conversation(found),
        "checks": checks_of(found) if found.state == SessionState.DRAFT else [],
        "is_due": is_due(found, today=local_day(timezone.now())),
        "may_edit": Action.EDIT in steps,
        "may_share": Action.SHARE in steps,
        "may_read": Action.ACKNOWLEDGE in steps,
        "says": _forms(steps, forms or {}),
        "hand_on_form": None if leader_sees else (forms or {}).get(Action.HAND_ON, _hand_on_form(found)),
        "problem": problem,
    }
    return render(request, "coaching/session.html", context, status=status)


def _forms(steps: list[Action], bound: dict[Action, RedressForm]) -> list[dict[str, Any]]:
    """Return the steps that need words, each with its form; the one that came back is open."""
    return [
        {
            "step": action.lower(),
            "label": action.label,
            "form": bound.get(action) or WordsForm(step=action, auto_id=f"id_{action.lower()}_%s"),
            "is_open": action in bound,
        }
        for action in SAID
        if action in steps and action != Action.ACKNOWLEDGE
    ]


def _hand_on_form(found: CoachingSession) -> HandOnForm | None:
    leaders = new_leaders(found)
    return HandOnForm(leaders=leaders) if leaders.exists() else None
