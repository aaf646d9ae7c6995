"""Which steps an incident can take now, who may take them, and what still stands in the way."""

from datetime import datetime
from typing import Final

from django.urls import reverse

from accounts.models import User
from cases.choices import CaseStatus
from cases.models import Case
from cases.selectors import closing_obstacles as obstacles_of_every_case
from cases.selectors.closing import Obstacle
from incidents import lifecycle, permissions
from incidents.choices import IncidentAction
from incidents.models import Incident
from incidents.permissions import Right
from incidents.selectors.figures import figures_of
from incidents.selectors.major import major_of
from sla.selectors.breaches import breach_obstacles

RIGHTS: Final[dict[IncidentAction, Right]] = dict.fromkeys(IncidentAction, Right.WORK) | {
    IncidentAction.REOPEN: Right.REOPEN
}


def available_steps(*, user: User, case: Case) -> list[IncidentAction]:
    """Return the steps that are possible now and that `user` may take."""
    incident = figures_of(case).incident
    steps = lifecycle.possible(CaseStatus(case.status))
    return [step for step in steps if permissions.permits(user, right_for(step, case, incident), case)]


def is_offered(step: IncidentAction, user: User, case: Case) -> bool:
    return step in available_steps(user=user, case=case)


def right_for(step: IncidentAction, case: Case, incident: Incident) -> Right:
    if step == IncidentAction.CLOSE:
        return permissions.right_to_close(case, is_major=incident.is_major)
    return RIGHTS[step]


def closing_obstacles(case: Case, *, now: datetime) -> list[Obstacle]:
    """Return what must be finished before the incident can be closed: sentences, and where to do each."""
    figures, found = figures_of(case), [*obstacles_of_every_case(case), *breach_obstacles(case, now=now)]
    if count := figures.hand_offs_unanswered:
        found.append((f"{_count(count, 'hand-off')} without an answer.", _url("hand_offs", case)))
    if count := figures.recovery_open:
        found.append((f"{_count(count, 'service recovery action')} not done or dropped.", _url("recovery", case)))
    if (major := major_of(case)) and not major.reviewed_at:
        found.append(("The review of the major incident is not recorded.", _url("major", case)))
    if not figures.told_since_resolved:
        found.append(("Customers have not been told that it is resolved.", _url("updates", case)))
    return found


def _url(section: str, case: Case) -> str:
    return reverse(f"incidents:{section}", args=[case.reference])


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
