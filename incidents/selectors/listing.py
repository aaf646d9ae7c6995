"""Lists of incidents and of the cases that they caused."""

from datetime import datetime
from typing import Final

from django.db.models import QuerySet

from accounts.models import User
from cases.choices import LinkKind
from cases.models import Case, CaseLink
from incidents.models import Incident
from incidents.selectors.figures import with_figures
from policies.choices import CaseKind

VIEWS: Final = {"open": "Open", "late": "Update late", "major": "Major", "closed": "Closed"}


def incidents_for(user: User, *, view: str, now: datetime) -> QuerySet[Incident]:
    """Return the incidents behind one view of the list, the most urgent first, the last closed first."""
    rows = Incident.objects.visible_to(user).filter(case__kind=CaseKind.INCIDENT)
    order = ["-is_major", "case__priority", "case__received_at", "pk"]
    match view:
        case "late":
            rows = rows.update_late(now=now)
        case "major":
            rows = rows.open().filter(is_major=True)
        case "closed":
            rows, order = rows.filter(case__closed_at__isnull=False), ["-case__closed_at", "-pk"]
        case _:
            rows = rows.open()
    return with_figures(rows.select_related("case__owner", "case__team", "case__major_incident__lead")).order_by(*order)


def caused_cases(case: Case, *, user: User) -> QuerySet[Case]:
    """Return the cases that the incident caused and that `user` may know of."""
    links = CaseLink.objects.filter(target=case, kind=LinkKind.CAUSED_BY)
    return Case.objects.visible_to(user).filter(pk__in=links.values("source_id")).with_people().order_by("-pk")
