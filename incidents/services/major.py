"""A major incident: declared with a reason, led by named people, stood down, and reviewed before it is closed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from accounts.models import User
from cases.models import Case
from cases.services.history import record_event
from core.dates import moment
from core.errors import TransitionNotAllowedError, UserFacingError
from incidents import permissions
from incidents.choices import IncidentEvent
from incidents.models import MajorIncident, MajorNote, ReviewAction
from incidents.permissions import Right
from incidents.services.locking import lock_incident
from sla.choices import MAJOR_REVIEW, SatisfiedBy
from sla.services import enter_stage, satisfy_clocks


@dataclass(frozen=True, kw_only=True)
class Roles:
    """Who leads the work, and who answers for what is said."""

    lead: User
    communications: User


@dataclass(frozen=True, kw_only=True)
class Findings:
    """What the review came to."""

    findings: str
    went_well: str = ""
    went_badly: str = ""


@transaction.atomic
def declare_major(*, case_id: int, reason: str, roles: Roles, actor: User, now: datetime) -> MajorIncident:
    """Declare an incident major. One that was stood down can be declared again; its history keeps the first time."""
    case, incident = lock_incident(case_id, actor=actor, right=Right.DECLARE)
    if not case.is_open:
        raise TransitionNotAllowedError("A closed incident cannot be declared major. Reopen it first.")
    known = MajorIncident.objects.filter(case=case).first()
    if known and not known.stood_down_at:
        raise TransitionNotAllowedError(f"{case} was declared major already, {moment(known.declared_at)}.")
    _require_sight(case, [roles.lead, roles.communications])
    values = {"reason": reason, "lead": roles.lead, "communications": roles.communications}
    fresh = {"stood_down_at": None, "stood_down_by": None, "stand_down_note": "", "reviewed_at": None}
    major, _ = MajorIncident.objects.update_or_create(
        case=case, defaults=values | fresh | {"declared_by": actor, "declared_at": now}
    )
    incident.is_major = True
    incident.save(update_fields=["is_major", "updated_at"])
    changes = {"lead": ("", str(roles.lead)), "communications": ("", str(roles.communications))}
    record_event(case, actor=actor, action=IncidentEvent.DECLARED_MAJOR, now=now, changes=changes, note=reason)
    return major


@transaction.atomic
def assign_roles(*, case_id: int, roles: Roles, actor: User, now: datetime) -> MajorIncident:
    case, _ = lock_incident(case_id, actor=actor, right=Right.LEAD)
    major = _major(case)
    _require_sight(case, [roles.lead, roles.communications])
    changes = {
        "lead": (str(major.lead), str(roles.lead)),
        "communications": (str(major.communications), str(roles.communications)),
    }
    major.lead, major.communications = roles.lead, roles.communications
    major.save(update_fields=["lead", "communications", "updated_at"])
    record_event(case, actor=actor, action=IncidentEvent.ROLES_CHANGED, now=now, changes=changes)
    return major


@transaction.atomic
def note_in_timeline(*, case_id: int, happened_at: datetime, text: str, actor: User, now: datetime) -> MajorNote:
    """Write down what happened or was decided, at its own time; nobody can know what is still to come."""
    case, _ = lock_incident(case_id, actor=actor, right=Right.WORK)
    _major(case)
    if happened_at > now:
        raise UserFacingError("The timeline holds what has happened. Enter a time up to now.")
    row = MajorNote.objects.create(case=case, happened_at=happened_at, text=text, author=actor, made_at=now)
    record_event(case, actor=actor, action=IncidentEvent.NOTED, now=now, subject=f"majornote:{row.pk}")
    return row


@transaction.atomic
def stand_down(*, case_id: int, note: str, actor: User, now: datetime) -> MajorIncident:
    """End the major procedure; from now on the review is due."""
    case, _ = lock_incident(case_id, actor=actor, right=Right.LEAD)
    major = _major(case)
    if major.stood_down_at:
        raise TransitionNotAllowedError(f"{case} was stood down already, {moment(major.stood_down_at)}.")
    major.stood_down_at, major.stood_down_by, major.stand_down_note = now, actor, note
    major.save(update_fields=["stood_down_at", "stood_down_by", "stand_down_note", "updated_at"])
    record_event(case, actor=actor, action=IncidentEvent.STOOD_DOWN, now=now, note=note)
    expect_review(case, actor=actor, now=now)
    return major


def expect_review(case: Case, *, actor: User, now: datetime) -> None:
    """Start the clock of the review of a major incident that was stood down or resolved, once."""
    if MajorIncident.objects.filter(case=case, reviewed_at=None).exists():
        enter_stage(case, stage=MAJOR_REVIEW, actor=actor, now=now)


@transaction.atomic
def record_review(*, case_id: int, review: Findings, actor: User, now: datetime) -> MajorIncident:
    """Write down what was learned. A later word replaces an earlier one, and the history keeps that there was one."""
    case, incident = lock_incident(case_id, actor=actor, right=Right.LEAD)
    major = _major(case)
    if not (major.stood_down_at or incident.resolved_at):
        raise TransitionNotAllowedError("Stand the incident down first. It is reviewed when it is over.")
    major.findings, major.went_well, major.went_badly = review.findings, review.went_well, review.went_badly
    major.reviewed_at, major.reviewed_by = now, actor
    major.save(update_fields=["findings", "went_well", "went_badly", "reviewed_at", "reviewed_by", "updated_at"])
    record_event(case, actor=actor, action=IncidentEvent.REVIEWED, now=now)
    satisfy_clocks(case, satisfied_by=SatisfiedBy.REVIEWED, at=now, actor=actor)
    return major


@transaction.atomic
def add_review_action(
    *, case_id: int, text: str, owner: User, due_date: date, actor: User, now: datetime
) -> ReviewAction:
    case, _ = lock_incident(case_id, actor=actor, right=Right.LEAD)
    _major(case)
    _require_sight(case, [owner])
    row = ReviewAction.objects.create(case=case, text=text, owner=owner, due_date=due_date, made_by=actor, made_at=now)
    changes = {"owner": ("", str(owner)), "due": ("", due_date.isoformat())}
    record_event(
        case,
        actor=actor,
        action=IncidentEvent.REVIEW_ACTION_ADDED,
        now=now,
        changes=changes,
        note=text,
        subject=f"reviewaction:{row.pk}",
    )
    return row


@transaction.atomic
def finish_review_action(*, action_id: int, outcome: str, actor: User, now: datetime) -> ReviewAction:
    """Record that an action of the review was done; its owner may, and whoever leads incidents."""
    row = ReviewAction.objects.select_for_update(of=("self",)).select_related("case").get(pk=action_id)
    if row.owner_id != actor.pk:
        permissions.require(actor, Right.LEAD, row.case)
    if row.done_at:
        raise TransitionNotAllowedError("This action is done already.")
    row.done_at, row.outcome = now, outcome
    row.save(update_fields=["done_at", "outcome"])
    subject = f"reviewaction:{row.pk}"
    record_event(row.case, actor=actor, action=IncidentEvent.REVIEW_ACTION_DONE, now=now, note=outcome, subject=subject)
    return row


def _major(case: Case) -> MajorIncident:
    major = MajorIncident.objects.select_related("lead", "communications").filter(case=case).first()
    if major is None:
        raise TransitionNotAllowedError(f"{case} was not declared a major incident.")
    return major


def _require_sight(case: Case, people: Iterable[User]) -> None:
    for person in people:
        if not Case.objects.visible_to(person).filter(pk=case.pk).exists():
            raise UserFacingError(f"{person} cannot see this incident. Choose somebody else.")
