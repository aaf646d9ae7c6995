"""When each step of an incident is possible: one table, no database, no person, no clock."""

from dataclasses import dataclass

from cases.choices import CaseStatus
from core.errors import TransitionNotAllowedError
from incidents.choices import IncidentAction


@dataclass(frozen=True)
class Transition:
    sources: frozenset[CaseStatus]
    target: CaseStatus


TRANSITIONS: dict[IncidentAction, Transition] = {
    IncidentAction.ASSESS: Transition(frozenset({CaseStatus.LOGGED, CaseStatus.REOPENED}), CaseStatus.ASSESSED),
    IncidentAction.START: Transition(frozenset({CaseStatus.ASSESSED, CaseStatus.REOPENED}), CaseStatus.IN_PROGRESS),
    IncidentAction.WAIT: Transition(frozenset({CaseStatus.IN_PROGRESS}), CaseStatus.WAITING),
    IncidentAction.RESUME: Transition(frozenset({CaseStatus.WAITING}), CaseStatus.IN_PROGRESS),
    IncidentAction.RESOLVE: Transition(frozenset({CaseStatus.IN_PROGRESS, CaseStatus.WAITING}), CaseStatus.RESOLVED),
    IncidentAction.FOLLOW_UP: Transition(frozenset({CaseStatus.RESOLVED}), CaseStatus.FOLLOW_UP),
    IncidentAction.CLOSE: Transition(frozenset({CaseStatus.RESOLVED, CaseStatus.FOLLOW_UP}), CaseStatus.CLOSED),
    IncidentAction.REOPEN: Transition(
        frozenset({CaseStatus.RESOLVED, CaseStatus.FOLLOW_UP, CaseStatus.CLOSED}), CaseStatus.REOPENED
    ),
}


def next_status(status: CaseStatus, action: IncidentAction) -> CaseStatus:
    """Return the status that `action` leads to, or refuse."""
    transition = TRANSITIONS[action]
    if status not in transition.sources:
        raise TransitionNotAllowedError(
            f"“{action.label}” is not possible while the incident is {status.label.lower()}."
        )
    return transition.target


def possible(status: CaseStatus) -> list[IncidentAction]:
    """Return the steps that can follow, in the order in which an incident lives."""
    return [action for action, transition in TRANSITIONS.items() if status in transition.sources]
