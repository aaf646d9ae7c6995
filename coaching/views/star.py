"""STAR records: write one of an incident, share it, print it, take it away without the people in it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cases.views.page import find_case
from coaching.choices.star import StarPart, StarState
from coaching.forms.star import FactsForm, PortfolioForm, SendBackForm, ShareForm, StarForm
from coaching.models import StarFact, StarRecord
from coaching.permissions.sessions import Right, may
from coaching.selectors.star import FIELDS, PARTS, may_write_star, parts_of, print_size, without_names
from coaching.services import star as services
from core.dates import moment
from core.errors import StaleVersionError, UserFacingError
from core.forms import RedressForm
from core.http import AuthenticatedRequest
from core.pdf import pdf_from_template


@require_safe
def stars(request: AuthenticatedRequest) -> HttpResponse:
    if not may(request.user, Right.SEE_OWN):
        raise Http404
    seen = StarRecord.objects.visible_to(request.user).with_people()
    context = {"mine": seen.filter(author=request.user), "shared": seen.exclude(author=request.user)}
    return render(request, "coaching/stars.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def star(request: AuthenticatedRequest, number: str) -> HttpResponse:
    """On to my record of this incident; asked by POST, it is opened."""
    case = find_case(request, number)
    if not may_write_star(request.user, case):
        raise Http404
    mine = StarRecord.objects.visible_to(request.user).filter(author=request.user, case=case).first()
    if mine is None and request.method != "POST":
        return render(request, "coaching/star_start.html", {"case": case})
    return redirect("coaching:star_write", (mine or services.open_star(case=case, actor=request.user)).pk)


@require_safe
def record(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    return _render(request, _find(request, pk))


@require_http_methods(["GET", "HEAD", "POST"])
def write(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    found = _own(request, pk)
    words = {name: getattr(found, name) for name in FIELDS}
    initial = words | {"draft_version": found.version, "evidence": found.evidence.all()}
    form = StarForm(request.POST or None, author=request.user, case=found.case, initial=initial)

    if _done(request, form, lambda: _save(request, found, form)):
        messages.success(request, "Your record is saved.")
        return redirect(found)
    context = {
        "record": found,
        "form": form,
        "parts": parts_of(found),
        "facts_form": FactsForm(case=found.case, reader=request.user),
    }
    return render(request, "coaching/star_write.html", context, status=422 if form.is_bound else 200)


@require_POST
def autosave(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Keep the words as they stand (the autosave contract: version and time, or 409)."""
    found = _own(request, pk)
    form = StarForm(request.POST, author=request.user, case=found.case)
    if not form.is_valid():
        return JsonResponse({"error": next(str(texts[0]) for texts in form.errors.values())}, status=422)
    try:
        found = _save(request, found, form)
    except StaleVersionError as error:
        return JsonResponse({"error": str(error), "version": found.version}, status=409)
    except UserFacingError as error:
        return JsonResponse({"error": str(error)}, status=422)
    return JsonResponse({"version": found.version, "saved_at": found.updated_at})


def _save(request: AuthenticatedRequest, found: StarRecord, form: StarForm) -> StarRecord:
    data = form.cleaned_data
    return services.save_star(record_id=found.pk, version=data["draft_version"], values=data, actor=request.user)


@require_POST
def facts(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    found = _own(request, pk)
    form = FactsForm(request.POST, case=found.case, reader=request.user)

    def add() -> None:
        data = form.cleaned_data
        services.add_facts(record_id=found.pk, part=StarPart(data["part"]), anchors=data["anchors"], actor=request.user)

    if not _done(request, form, add):
        messages.error(request, next(str(texts[0]) for texts in form.errors.values()))
    return redirect("coaching:star_write", found.pk)


@require_POST
def drop_fact(request: AuthenticatedRequest, pk: int, fact_id: int) -> HttpResponse:
    found = _own(request, pk)
    services.drop_fact(record_id=found.pk, fact_id=fact_id, actor=request.user)
    return redirect("coaching:star_write", found.pk)


@require_POST
def share(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    found = _own(request, pk)
    form = ShareForm(request.POST, author=request.user)

    def act() -> None:
        coach = form.cleaned_data["coach"]
        services.share_star(record_id=found.pk, coach=coach, actor=request.user, now=timezone.now())

    if _done(request, form, act):
        messages.success(request, "Your coach can read the record now.")
        return redirect(found)
    return _render(request, found, status=422, share_form=form)


@require_POST
def agree(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    found = _find(request, pk)
    try:
        services.agree_star(record_id=found.pk, actor=request.user, now=timezone.now())
    except UserFacingError as error:
        messages.error(request, str(error))
    return redirect(found)


@require_POST
def send_back(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    found = _find(request, pk)
    if found.coach_id != request.user.pk:
        raise PermissionDenied(f"Only {found.coach or 'a coach'} can send this record back.")
    form = SendBackForm(request.POST)

    def act() -> None:
        comment = form.cleaned_data["comment"]
        services.send_star_back(record_id=found.pk, comment=comment, actor=request.user, now=timezone.now())

    if _done(request, form, act):
        messages.success(request, f"{found.author} has the record back with your comment.")
        return redirect("coaching:stars")
    return _render(request, found, status=422, send_back_form=form)


@require_safe
def pdf(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    found = _find(request, pk)
    words = {part: getattr(found, part) for part in (*PARTS, "outcome_measure")}
    return _page(request, found, words, name=f"star-{found.case.reference}", is_named=True)


@require_http_methods(["GET", "HEAD", "POST"])
def portfolio(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Read the record without the people in it, put it right, and take it away as a page; nothing is kept."""
    found = _find(request, pk)
    if found.author_id != request.user.pk:
        raise PermissionDenied(f"{found.author} alone takes this record away.")
    form = PortfolioForm(request.POST or None, initial=without_names(found))
    if request.method == "POST" and form.is_valid():
        return _page(request, found, form.cleaned_data, name="star-portfolio", is_named=False)
    context = {"record": found, "form": form}
    return render(request, "coaching/star_portfolio.html", context, status=422 if form.is_bound else 200)


def _page(
    request: AuthenticatedRequest, found: StarRecord, words: dict[str, Any], *, name: str, is_named: bool
) -> HttpResponse:
    parts = parts_of(found)
    texts = [words[part.key] for part in parts]
    listed = [_in_a_line(part.facts) if is_named else "" for part in parts]
    context = {
        "title": f"STAR record: {found.case.reference}" if is_named else "STAR record",
        "mark": "Confidential" if is_named else "Names taken out",
        "record": found,
        "parts": [(part.label, words[part.key], facts) for part, facts in zip(parts, listed, strict=True)],
        "outcome_measure": words["outcome_measure"],
        "is_named": is_named,
        "size": print_size([*texts, *listed]),
    }
    try:
        pages = pdf_from_template("pdf/star.html", context)
    except UserFacingError as error:
        messages.error(request, str(error))
        return redirect(found)
    answer = HttpResponse(pages, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    return answer


def _in_a_line(chosen: list[StarFact]) -> str:
    return "; ".join(f"{moment(fact.happened_at)}: {fact.text}" for fact in chosen)


def _find(request: AuthenticatedRequest, pk: int) -> StarRecord:
    return get_object_or_404(StarRecord.objects.visible_to(request.user).with_people(), pk=pk)


def _own(request: AuthenticatedRequest, pk: int) -> StarRecord:
    found = _find(request, pk)
    if found.author_id != request.user.pk:
        raise PermissionDenied(f"{found.author} alone writes this record.")
    return found


def _done(request: AuthenticatedRequest, form: RedressForm, act: Callable[[], Any]) -> bool:
    if request.method != "POST" or not form.is_valid():
        return False
    try:
        act()
    except UserFacingError as error:
        form.add_error(None, str(error))
        return False
    return True


def _render(
    request: AuthenticatedRequest, found: StarRecord, *, status: int = 200, **bound: RedressForm
) -> HttpResponse:
    is_author = found.author_id == request.user.pk
    may_answer = found.coach_id == request.user.pk and found.state == StarState.SHARED
    forms: dict[str, RedressForm] = {}
    if is_author and found.state == StarState.DRAFT:
        forms = {"share_form": ShareForm(author=request.user, initial={"coach": found.coach})}
    elif may_answer:
        forms = {"send_back_form": SendBackForm()}
    context = {
        "record": found,
        "parts": parts_of(found),
        "is_author": is_author,
        "may_edit": is_author and found.state != StarState.AGREED,
        "may_agree": may_answer,
        "evidence": found.evidence.all() if is_author else [],
        **forms,
        **bound,
    }
    return render(request, "coaching/star_record.html", context, status=status)
