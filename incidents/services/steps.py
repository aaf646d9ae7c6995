"""The steps of an incident's life. Each locks, checks, writes and records in one transaction."""

import logging
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from cases.choices import CaseStatus, WaitingOn
from cases.models import Case
from cases.services.history import changed_fields, record_event
from core.errors import UserFacingError
from incidents import lifecycle, permissions
from incidents.choices import EVENTS_OF_STEPS, IncidentAction, IncidentEvent
from incidents.models import Incident
from incidents.permissions import Right
from incidents.selectors.assessing import priority_of
from incidents.selectors.steps import closing_obstacles
from incidents.services.locking import lock_incident
from incidents.services.major import expect_review
from sla.choices import SatisfiedBy
from sla.services import enter_stage, reopen_clocks, reprioritise_clocks, satisfy_clocks, stop_clocks

logger = logging.getLogger(__name__)


class NotReadyToCloseError(UserFacingError):
    """Something that was promised or proposed is still open."""


@dataclass(frozen=True, kw_only=True)
class Turn:
    """Who moves which incident, when, and on which version of it."""

    case_id: int
    actor: User
    now: datetime
    version: int | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Assessment:
    """What is known once somebody has looked: the extent, and how much and how soon it matters."""

    affected: str
    impact: int
    urgency: int
    affected_count: int | None = None
    started_at: datetime | None = None
    workaround: str = ""


@dataclass(kw_only=True)
class _Values:
    """What a step changes besides the status, on the case and on the incident."""

    case: dict[str, Any] = field(default_factory=dict)
    incident: dict[str, Any] = field(default_factory=dict)


@transaction.atomic(savepoint=False)
def open_incident(case: Case, *, actor: User, now: datetime, affected: str = "") -> Incident:
    """Give a case its incident. A case that was one before keeps what is known; who may log is the caller's question."""
    known = {"affected": affected or case.summary, "started_at": case.received_at}
    if case.is_in_the_making:
        incident, is_new = Incident.objects.create(case=case, **known), True
    else:
        incident, is_new = Incident.objects.get_or_create(case=case, defaults=known)
    if is_new:
        record_event(case, actor=actor, action=IncidentEvent.OPENED, now=now)
    return incident


@transaction.atomic
def assess(turn: Turn, *, assessment: Assessment) -> Case:
    """Write down how far the incident reaches; impact and urgency give the priority."""
    case, incident = lock_incident(turn.case_id, actor=turn.actor, right=Right.WORK, version=turn.version)
    priority, reason = priority_of(case, impact=assessment.impact, urgency=assessment.urgency)
    values = _Values(
        case={
            "impact": assessment.impact,
            "urgency": assessment.urgency,
            "priority": priority,
            "priority_reason": reason,
        },
        incident={
            "affected": assessment.affected,
            "affected_count": assessment.affected_count,
            "started_at": assessment.started_at,
            "workaround": assessment.workaround,
        },
    )
    _move(case, incident, IncidentAction.ASSESS, turn, values)
    reprioritise_clocks(case, actor=turn.actor, now=turn.now)
    return case


@transaction.atomic
def start(turn: Turn) -> Case:
    case, incident = lock_incident(turn.case_id, actor=turn.actor, right=Right.WORK, version=turn.version)
    values = _Values(case={} if case.owner_id else {"owner_id": turn.actor.pk})
    return _move(case, incident, IncidentAction.START, turn, values)


@transaction.atomic
def wait(turn: Turn, *, waiting_on: WaitingOn) -> Case:
    """Stop until somebody else has moved; `turn.note` says why."""
    case, incident = lock_incident(turn.case_id, actor=turn.actor, right=Right.WORK, version=turn.version)
    values = _Values(case={"waiting_on": waiting_on}, incident={"waiting_reason": turn.note})
    return _move(case, incident, IncidentAction.WAIT, turn, values)


@transaction.atomic
def resume(turn: Turn) -> Case:
    case, incident = lock_incident(turn.case_id, actor=turn.actor, right=Right.WORK, version=turn.version)
    values = _Values(case={"waiting_on": WaitingOn.NOBODY}, incident={"waiting_reason": ""})
    return _move(case, incident, IncidentAction.RESUME, turn, values)


@transaction.atomic
def resolve(turn: Turn, *, resolution: str) -> Case:
    """The service works again: say what was done. Nobody is told by this; that is an update."""
    case, incident = lock_incident(turn.case_id, actor=turn.actor, right=Right.WORK, version=turn.version)
    values = _Values(
        case={"waiting_on": WaitingOn.NOBODY},
        incident={"resolution": resolution, "resolved_at": turn.now, "waiting_reason": ""},
    )
    _move(case, incident, IncidentAction.RESOLVE, turn, values)
    satisfy_clocks(case, satisfied_by=SatisfiedBy.RESOLVED, at=turn.now, actor=turn.actor)
    expect_review(case, actor=turn.actor, now=turn.now)
    return case


@transaction.atomic
def start_follow_up(turn: Turn) -> Case:
    case, incident = lock_incident(turn.case_id, actor=turn.actor, right=Right.WORK, version=turn.version)
    return _move(case, incident, IncidentAction.FOLLOW_UP, turn, _Values())


@transaction.atomic
def close(turn: Turn) -> Case:
    """Close, unless something promised, proposed or handed off is still open."""
    case, incident = lock_incident(turn.case_id, actor=turn.actor, right=Right.CLOSE, version=turn.version)
    permissions.require(turn.actor, permissions.right_to_close(case, is_major=incident.is_major), case)
    lifecycle.next_status(CaseStatus(case.status), IncidentAction.CLOSE)
    if obstacles := closing_obstacles(case, now=turn.now):
        sentences = " ".join(sentence for sentence, _ in obstacles)
        raise NotReadyToCloseError(f"{case} cannot be closed yet. {sentences}")
    values = _Values(case={"closed_at": turn.now}, incident={"next_update_due_at": None})
    _move(case, incident, IncidentAction.CLOSE, turn, values)
    satisfy_clocks(case, satisfied_by=SatisfiedBy.CLOSED, at=turn.now, actor=turn.actor)
    stop_clocks(case, actor=turn.actor, now=turn.now)
    return case


@transaction.atomic
def reopen(turn: Turn) -> Case:
    """Take it up again; what was said to resolve it stays in the history."""
    case, incident = lock_incident(turn.case_id, actor=turn.actor, right=Right.REOPEN, version=turn.version)
    values = _Values(case={"closed_at": None}, incident={"resolved_at": None})
    _move(case, incident, IncidentAction.REOPEN, turn, values)
    reopen_clocks(case, actor=turn.actor, now=turn.now)
    return case


def _move(case: Case, incident: Incident, action: IncidentAction, turn: Turn, values: _Values) -> Case:
    status = lifecycle.next_status(CaseStatus(case.status), action)
    on_case = {**values.case, "status": status, "version": case.version + 1}
    changes = changed_fields(case, on_case) | changed_fields(incident, values.incident)
    _write(case, on_case)
    if values.incident:
        _write(incident, values.incident)
    changes.pop("version")
    event = EVENTS_OF_STEPS[action]
    record_event(case, actor=turn.actor, action=event, now=turn.now, changes=changes, note=turn.note)
    enter_stage(case, stage=status, actor=turn.actor, now=turn.now)
    logger.info("incident_moved case=%s action=%s actor=%s", case.pk, action, turn.actor.pk)
    return case


def _write(row: Case | Incident, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=[*(name.removesuffix("_id") for name in values), "updated_at"])
