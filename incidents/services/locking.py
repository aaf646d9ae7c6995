"""Every change to an incident begins here: lock, right kind, right version, right person."""

from accounts.models import User
from cases.models import Case
from core.errors import StaleVersionError, UserFacingError
from incidents import permissions
from incidents.models import Incident
from incidents.permissions import Right
from policies.choices import CaseKind


class NotAnIncidentError(UserFacingError):
    """The case was reclassified while somebody had its incident page open."""


def lock_incident(case_id: int, *, actor: User, right: Right, version: int | None = None) -> tuple[Case, Incident]:
    """Return the locked case and its incident, or refuse. `version` is the one that the person was looking at."""
    case = Case.objects.select_for_update(of=("self",)).get(pk=case_id)
    permissions.require(actor, right, case)
    if case.kind != CaseKind.INCIDENT:
        raise NotAnIncidentError(f"{case} is no longer an incident. Open it again to see what it is now.")
    if version is not None and case.version != version:
        raise StaleVersionError(f"Somebody changed {case} after you opened it. Check what is new, then try again.")
    return case, Incident.objects.get(case=case)
