from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from coaching.permissions import sessions as permissions
from coaching.permissions.sessions import Right
from coaching.selectors.counts import coaching_counts
from core.dates import local_day
from core.http import AuthenticatedRequest


@require_safe
def counts(request: AuthenticatedRequest) -> HttpResponse:
    """How much coaching there is, in numbers alone."""
    permissions.require(request.user, Right.COUNT)
    return render(request, "coaching/counts.html", {"counts": coaching_counts(today=local_day(timezone.now()))})
