"""The work queue: the address says everything, so that Back, a bookmark and a saved view give the same list."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from cases.models import Case
from cases.permissions import CaseAction, may
from core.csv_files import csv_response
from core.errors import UserFacingError
from core.htmx import render_page_or_fragment
from core.http import AuthenticatedRequest
from desk.forms.queue import FilterForm
from desk.forms.saved_views import SavedViewForm
from desk.models import SavedView, Search
from desk.selectors.queue.filters import Filters, matching
from desk.selectors.queue.orders import ORDERS
from desk.selectors.queue.page import SIZES, QueuePage, capped_count, queue_page
from desk.selectors.queue.system_views import BY_KEY, VIEWS, default_view
from desk.services import exports, saved_views, searches

KEPT_SECONDS = 60
MOST_VIEWS = 12
MORE = (
    "waiting",
    "kind",
    "team",
    "channel",
    "category",
    "journey",
    "due_from",
    "due_to",
    "opened_from",
    "opened_to",
    "repeat",
    "support",
)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The queue that an address asks for, and the address again with nothing unknown in it."""

    filters: Filters
    form: FilterForm
    search: Search | None
    size: int
    query: list[tuple[str, str]]

    def url(self, *, without: tuple[str, str] | None = None, only_view: bool = False, **changed: str) -> str:
        """Return the address of the same list with something changed; always its first page."""
        kept = self.query[:1] if only_view else self.query
        pairs = [pair for pair in kept if pair != without and pair[0] not in changed]
        return f"{reverse('desk:queue')}?{urlencode([*pairs, *changed.items()])}"


def _asked(request: AuthenticatedRequest, query: QueryDict) -> Asked:
    form = FilterForm(query, user=request.user)
    chosen = form.chosen()
    view = BY_KEY.get(query.get("view", "")) or BY_KEY[default_view(request.user)]
    sort = query.get("sort", "")
    sort = sort if sort in ORDERS else view.sort
    size = {str(each): each for each in SIZES}.get(query.get("size", ""), SIZES[1])
    search = _search(request, query.get("q", ""))
    known: list[tuple[str, str]] = [("view", view.key)]
    known += [(name, each) for name in chosen for each in query.getlist(name) if each]
    known += [("sort", sort)] if sort != view.sort else []
    known += [("size", str(size))] if size != SIZES[1] else []
    known += [("q", str(search.pk))] if search else []
    filters = Filters(view=view, sort=sort, words=search.words if search else "", chosen=chosen)
    return Asked(filters=filters, form=form, search=search, size=size, query=known)


def _search(request: AuthenticatedRequest, text: str) -> Search | None:
    try:
        key = UUID(text)
    except ValueError:
        return None
    return Search.objects.visible_to(request.user).filter(pk=key).first()


def _require_cases(request: AuthenticatedRequest) -> None:
    if not may(request.user, CaseAction.NOTE):
        raise PermissionDenied("Agents, team leaders and managers work on cases. Your role does not see them.")


@require_GET
def queue(request: AuthenticatedRequest) -> HttpResponse:
    _require_cases(request)
    now = timezone.now()
    asked = _asked(request, request.GET)
    found = matching(Case.objects.visible_to(request.user), asked.filters, user=request.user, now=now)
    order = ORDERS[asked.filters.sort]
    page = queue_page(found, order=order, asked=request.GET.dict(), size=asked.size, now=now)
    _remember_list(request, asked, page.number)
    context = {
        "asked": asked,
        "view": asked.filters.view,
        "page": page,
        "order": order,
        "form": asked.form,
        "views": VIEWS,
        "counts": cache.get(_counts_key(request)),
        "saved_views": SavedView.objects.visible_to(request.user)[:MOST_VIEWS],
        "chips": _chips(asked),
        "clear_url": asked.url(only_view=True),
        "more_is_open": any(name in asked.filters.chosen for name in MORE),
        "default_sort": asked.filters.view.sort,
        "sizes": [(size, asked.url(size=str(size))) for size in SIZES],
        "pages": _page_links(asked, page),
        "may_bulk": may(request.user, CaseAction.BULK),
        "may_export": may(request.user, CaseAction.EXPORT),
        "may_log": may(request.user, CaseAction.LOG),
        "query": urlencode(asked.query),
    }
    return render_page_or_fragment(request, page="desk/queue.html", fragment="desk/_queue.html", context=context)


def _remember_list(request: AuthenticatedRequest, asked: Asked, number: int) -> None:
    """Let the case page lead back to exactly this list."""
    here = {"url": request.get_full_path(), "label": asked.filters.view.title}
    if request.session.get("case_list") != here:
        request.session["case_list"] = here


def _chips(asked: Asked) -> list[tuple[str, str]]:
    """Return each filter in force in words, with the address that leaves it out."""
    chips = []
    for name, text in asked.query:
        if name in asked.filters.chosen:
            value = asked.filters.chosen[name]
            words = asked.form.in_words(name, text if isinstance(value, list) else value)
            chips.append((words, asked.url(without=(name, text))))
    if asked.search:
        chips.append((f"Words: {asked.search.words}", asked.url(without=("q", str(asked.search.pk)))))
    return chips


def _page_links(asked: Asked, page: QueuePage) -> dict[str, Any]:
    if page.is_capped:
        return {
            "previous": asked.url(before=page.before) if page.before else "",
            "next": asked.url(after=page.after) if page.after else "",
            "numbers": [],
        }
    last, here = page.last_number, page.number
    near = sorted({1, last, *range(max(1, here - 2), min(last, here + 2) + 1)})
    return {
        "previous": asked.url(page=str(here - 1)) if here > 1 else "",
        "next": asked.url(page=str(here + 1)) if here < last else "",
        "numbers": [(number, asked.url(page=str(number)), number == here) for number in near] if last > 1 else [],
    }


@require_POST
def narrow(request: AuthenticatedRequest) -> HttpResponse:
    """Turn the filter form into an address. Words are kept on the server, so that no name stands in it."""
    _require_cases(request)
    typed = request.POST.copy()
    words = typed.get("words", "").strip()
    typed["q"] = str(searches.remember_search(words=words, actor=request.user, now=timezone.now()).pk) if words else ""
    return redirect(_asked(request, typed).url())


@require_GET
def counts(request: AuthenticatedRequest) -> HttpResponse:
    """Return the view bar with its counts; asked for after the list has come, and kept for a minute."""
    _require_cases(request)
    found = cache.get(_counts_key(request))
    if found is None:
        now, mine = timezone.now(), Case.objects.visible_to(request.user)
        found = {view.key: capped_count(view.narrow(mine, request.user, now)) for view in VIEWS[:-2]}
        cache.set(_counts_key(request), found, KEPT_SECONDS)
    asked = _asked(request, request.GET)
    context = {
        "view": asked.filters.view,
        "views": VIEWS,
        "saved_views": SavedView.objects.visible_to(request.user)[:MOST_VIEWS],
        "counts": found,
    }
    return render(request, "desk/_views.html", context)


def _counts_key(request: AuthenticatedRequest) -> str:
    return f"desk:counts:{request.user.pk}"


@require_POST
def export(request: AuthenticatedRequest) -> StreamingHttpResponse:
    """Send the list as CSV. Who took which list is written down."""
    query = QueryDict(request.POST.get("query", "")[:2000])
    now = timezone.now()
    asked = _asked(request, query)
    found = matching(Case.objects.visible_to(request.user), asked.filters, user=request.user, now=now)
    rows = exports.export_rows(found, actor=request.user, now=now, view=asked.filters.view.title)
    return csv_response(f"cases-{timezone.localdate(now).isoformat()}", exports.COLUMNS, rows)


@require_POST
def save_view(request: AuthenticatedRequest) -> HttpResponse:
    _require_cases(request)
    asked = _asked(request, QueryDict(request.POST.get("query", "")[:2000]))
    form = SavedViewForm(request.POST)
    if form.is_valid():
        try:
            view = saved_views.save_view(
                name=form.cleaned_data["name"],
                query=urlencode([pair for pair in asked.query if pair[0] != "q"]),
                is_shared=form.cleaned_data["is_shared"],
                actor=request.user,
            )
        except UserFacingError as error:
            messages.error(request, str(error))
            return redirect(asked.url())
        messages.success(request, f"View “{view.name}” is saved.")
        return redirect(view)
    messages.error(request, str(next(iter(form.errors.values()))[0]))
    return redirect(asked.url())


def view_list(request: AuthenticatedRequest) -> HttpResponse:
    _require_cases(request)
    views = SavedView.objects.visible_to(request.user).select_related("owner", "team")
    return render(request, "desk/saved_views.html", {"saved_views": views})


@require_POST
def delete_view(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    view = get_object_or_404(SavedView.objects.visible_to(request.user), pk=pk)
    saved_views.delete_view(view_id=view.pk, actor=request.user)
    messages.success(request, f"View “{view.name}” is deleted.")
    return redirect("desk:saved_views")
