"""What every page of figures reads from its address: which weeks, whose cases, and up to which day."""

from datetime import date
from typing import TypeVar

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.models import User
from core.http import AuthenticatedRequest
from reporting.forms.dashboards import ScopeForm, SegmentForm
from reporting.permissions import ReportingAction, may
from reporting.selectors.scope import USUAL_WEEKS, Scope

FormT = TypeVar("FormT", bound=SegmentForm)


def check(user: User) -> None:
    if not may(user, ReportingAction.SEE_DASHBOARDS):
        raise PermissionDenied("Dashboards show cases, and your role does not work on cases. A manager can.")


def today() -> date:
    return timezone.localdate(timezone=timezone.get_default_timezone())


def asked(request: AuthenticatedRequest, form: type[FormT]) -> FormT:
    return form(request.GET, user=request.user, today=today())


def scope_of(form: ScopeForm, *, owner: int | None = None) -> Scope:
    """Return what was asked for; a value that makes no sense falls back to the usual one, and the form says so."""
    form.is_valid()
    given = form.cleaned_data
    team, product = given.get("team"), given.get("product")
    return Scope(
        today=today(),
        weeks=given.get("weeks") or USUAL_WEEKS,
        team=team.pk if team else None,
        kind=given.get("kind") or "",
        support=given.get("support") or "",
        channel=given.get("channel") or "",
        product=product.pk if product else None,
        as_of=given.get("as_of"),
        owner=owner,
    )


def owner_asked(request: AuthenticatedRequest) -> int | None:
    """Return the reader where the address says that only their own cases are meant; never anybody else."""
    return request.user.pk if request.GET.get("mine") == "yes" else None


def is_for_outside(request: AuthenticatedRequest) -> bool:
    """Return whether a file is meant for people outside the team, so that small numbers are not shown."""
    return request.GET.get("for") == "outside"
