from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from core.http import AuthenticatedRequest
from incidents import permissions
from incidents.permissions import Right
from incidents.selectors.listing import VIEWS, incidents_for

INCIDENTS_PER_PAGE = 50


@require_safe
def incident_list(request: AuthenticatedRequest) -> HttpResponse:
    """List incidents; ?view= chooses which, from a fixed list."""
    permissions.require_role(request.user, Right.SEE)
    now = timezone.now()
    asked = request.GET.get("view", "")
    view = asked if asked in VIEWS else "open"
    rows = incidents_for(request.user, view=view, now=now)
    context = {
        "page": Paginator(rows, INCIDENTS_PER_PAGE).get_page(request.GET.get("page")),
        "view": view,
        "views": VIEWS.items(),
        "title": f"{VIEWS[view]} incidents" if view != "late" else "Incidents with a late update",
        "now": now,
    }
    return render(request, "incidents/incident_list.html", context)
