from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from cases.models import Case
from core.http import AuthenticatedRequest
from incidents import permissions
from incidents.forms.work import LinkCasesForm, UnlinkForm
from incidents.models import LinkRun
from incidents.permissions import Right
from incidents.selectors.figures import figures_of
from incidents.selectors.listing import caused_cases
from incidents.services import linking
from incidents.views.frame import answer, done, find_incident, row_page

CASES_PER_PAGE = 50
RUNS_SHOWN = 5


@require_http_methods(["GET", "HEAD", "POST"])
def affected(request: AuthenticatedRequest, number: str) -> HttpResponse:
    """The cases that the incident caused; and a form to link more."""
    case = find_incident(request, number)
    if request.method == "POST":
        permissions.require(request.user, Right.LINK, case)
    form = LinkCasesForm(request.POST or None, reader=request.user)
    fresh: list[int] = []

    def link() -> None:
        ids = form.cleaned_data["references"]
        fresh.append(linking.link_cases(case_id=case.pk, caused=ids, actor=request.user, now=timezone.now()))

    if done(request, form, link):
        messages.success(request, _linked(fresh[0], given=len(form.cleaned_data["references"])))
        return redirect("incidents:affected", case.reference)
    rows = Paginator(caused_cases(case, user=request.user), CASES_PER_PAGE)
    return answer(
        request,
        case,
        "affected",
        form,
        page=rows.get_page(request.GET.get("page")),
        figures=figures_of(case),
        linked=max(figures_of(case).caused, rows.count),
        runs=LinkRun.objects.visible_to(request.user).filter(case=case)[:RUNS_SHOWN],
        may_tell_all=case.is_open and permissions.permits(request.user, Right.TELL_ALL, case),
        may_link=permissions.permits(request.user, Right.LINK, case),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def unlink(request: AuthenticatedRequest, number: str, pk: int) -> HttpResponse:
    case = find_incident(request, number)
    other: Case = get_object_or_404(caused_cases(case, user=request.user), pk=pk)
    form = UnlinkForm(request.POST or None)
    return row_page(
        request,
        case,
        form,
        lambda: linking.unlink_case(
            case_id=case.pk,
            caused_id=other.pk,
            reason=form.cleaned_data["reason"],
            actor=request.user,
            now=timezone.now(),
        ),
        right=Right.LINK,
        section="affected",
        title=f"Unlink {other}",
        button="Unlink case",
        message=f"{other} is no longer linked.",
    )


def _linked(fresh: int, *, given: int) -> str:
    words = "1 case is linked." if fresh == 1 else f"{fresh} cases are linked."
    known = given - fresh
    return f"{words} {known} {'was' if known == 1 else 'were'} linked before." if known else words
