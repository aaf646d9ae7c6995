"""Coaching notes: the two lists, writing one, and one note between two people."""

from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from cases.models import Case
from cases.views.page import find_case
from coaching.choices.sessions import SessionAction as Action
from coaching.forms.sessions import NoteForm, StartForm
from coaching.models import CoachingSession
from coaching.permissions import sessions as permissions
from coaching.permissions.sessions import Right
from coaching.querysets.sessions import SessionQuerySet
from coaching.selectors.sessions import (
    FIELDS,
    cases_looked_at,
    checks_of,
    colleagues_of,
    notes_about,
    notes_by,
    with_last_note,
)
from coaching.services import sessions as services
from core.dates import local_day
from core.errors import StaleVersionError, UserFacingError
from core.http import AuthenticatedRequest

NOTES_PER_PAGE: Final = 30


@require_safe
def session_list(request: AuthenticatedRequest) -> HttpResponse:
    """The notes about me, and the notes that I wrote."""
    user = request.user
    about, may_write = notes_about(user), permissions.may(user, Right.WRITE)
    if not permissions.may(user, Right.SEE_OWN) and not about.exists():
        raise Http404
    finished = request.GET.get("show") == "finished"
    rows = {"about": about, "by": notes_by(user) if may_write else about.none()}
    lists = {name: _page(request, notes.finished() if finished else notes.unfinished()) for name, notes in rows.items()}
    context = {
        **lists,
        "finished": finished,
        "may_write": may_write,
        "colleagues": with_last_note(colleagues_of(user), leader=user) if may_write else [],
    }
    return render(request, "coaching/session_list.html", context)


def _page(request: AuthenticatedRequest, notes: SessionQuerySet) -> Page[CoachingSession]:
    return Paginator(notes.order_by("-held_on", "-pk"), NOTES_PER_PAGE).get_page(request.GET.get("page"))


@require_http_methods(["GET", "HEAD", "POST"])
def start(request: AuthenticatedRequest) -> HttpResponse:
    """Choose whom the note is for; the rest is written on the next page, which saves itself."""
    permissions.require(request.user, Right.WRITE)
    form = StartForm(request.POST or None, leader=request.user, initial=_first_answers(request))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            session = services.start_session(
                colleague=data["colleague"],
                held_on=data["held_on"],
                case_ids=data["cases"],
                actor=request.user,
                now=timezone.now(),
            )
        except UserFacingError as error:
            form.add_error(None, str(error))
        else:
            return redirect("coaching:write", session.pk)
    status = 422 if form.is_bound else 200
    return render(request, "coaching/session_start.html", {"form": form}, status=status)


def _first_answers(request: AuthenticatedRequest) -> dict[str, Any]:
    colleague, number = request.GET.get("colleague", ""), request.GET.get("case", "").partition("-")[2][:16]
    case = Case.objects.visible_to(request.user).filter(number=number).first()
    return {
        "held_on": local_day(timezone.now()),
        "colleague": colleague if colleague.isdecimal() else None,
        "cases": case.reference if case else "",
    }


@require_safe
def about_case(request: AuthenticatedRequest, number: str) -> HttpResponse:
    """Start a note from a case, for the colleague who owns it."""
    case = find_case(request, number)
    permissions.require(request.user, Right.WRITE)
    if case.owner is None:
        messages.info(request, f"Nobody owns {case.reference} yet, so there is nobody to write a coaching note to.")
        return redirect(case)
    permissions.require_leading(request.user, case.owner)
    start_page = redirect("coaching:start")
    start_page["Location"] += f"?colleague={case.owner_id}&case={case.reference}"
    return start_page


@require_http_methods(["GET", "HEAD", "POST"])
def write(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """The leader's own words; a draft saves itself while it is typed, a shared note only when asked."""
    session = find_session(request, pk)
    permissions.require_step(request.user, Action.EDIT, session)
    form = NoteForm(
        request.POST or None,
        leader=request.user,
        colleague=session.colleague,
        initial=_initial(session, request.user),
    )
    if request.method == "POST" and form.is_valid():
        try:
            _save(request, session, form)
        except UserFacingError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _saved(session))
            return redirect(session)
    return render(
        request,
        "coaching/session_write.html",
        {"session": session, "form": form, "checks": checks_of(session)},
        status=422 if form.is_bound else 200,
    )


@require_POST
def autosave(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Keep what can be read of a draft (the autosave contract: version and time, or 409)."""
    session = find_session(request, pk)
    permissions.require_step(request.user, Action.EDIT, session)
    if session.shared_at:
        return JsonResponse({"error": "A shared note is saved when you ask for it."}, status=422)
    form = NoteForm(request.POST, leader=request.user, colleague=session.colleague)
    form.is_valid()
    if "draft_version" in form.errors:
        return JsonResponse({"error": "This page is too old to save. Load it again."}, status=422)
    try:
        session = _save(request, session, form)
    except StaleVersionError as error:
        return JsonResponse({"error": str(error), "version": session.version}, status=409)
    except UserFacingError as error:
        return JsonResponse({"error": str(error)}, status=422)
    return JsonResponse({"version": session.version, "saved_at": session.updated_at})


def _save(request: AuthenticatedRequest, session: CoachingSession, form: NoteForm) -> CoachingSession:
    return services.save_session(
        session_id=session.pk,
        version=form.cleaned_data["draft_version"],
        values=form.values(),
        case_ids=form.case_ids(),
        review_ids=form.review_ids(),
        actor=request.user,
        now=timezone.now(),
    )


def _saved(session: CoachingSession) -> str:
    if session.shared_at:
        return f"The note is saved. {session.colleague} is told that it changed."
    return f"The draft is saved. {session.colleague} sees it when you share it."


def _initial(session: CoachingSession, reader: User) -> dict[str, Any]:
    references = ", ".join(case.reference for case in cases_looked_at(session, reader=reader))
    words = {name: getattr(session, name) for name in FIELDS}
    reviews = session.reviews.all()
    return words | {"cases": references, "reviews": reviews, "draft_version": session.version}


def find_session(request: AuthenticatedRequest, pk: int) -> CoachingSession:
    """Return the note, or answer 404: for everybody but the two there is none."""
    return get_object_or_404(CoachingSession.objects.visible_to(request.user).with_people(), pk=pk)
