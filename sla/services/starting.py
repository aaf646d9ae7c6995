"""Clocks that do not start with the case, and targets whose meeting only a person can see."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from cases.models import Case
from cases.permissions import CaseAction, permits, require
from cases.services.history import record_event
from core.errors import UserFacingError
from sla.choices import RECORDED_BY_HAND, ClockAction, SatisfiedBy, StartEvent
from sla.models import Clock
from sla.selectors.planning import load_rulebook
from sla.selectors.starting import offered_allowances
from sla.services.clocks import satisfy_clocks, start_planned, start_waiting
from sla.services.ledger import keep_next_due, lock_case


class StartRefusedError(UserFacingError):
    """The clock cannot be started as asked."""


@transaction.atomic
def start_target(case: Case, *, target_id: int, starts_at: datetime, reason: str, actor: User, now: datetime) -> Clock:
    """Start a clock that waits for a colleague, counting from `starts_at`; the past needs a reason and a leader.

    The moment of receipt is in the file already, so counting from it asks for neither.
    """
    require(actor, CaseAction.INVESTIGATE, case)
    lock_case(case)
    allowance = next((each for each in offered_allowances(case) if each.target_id == target_id), None)
    if allowance is None:
        raise StartRefusedError("This clock runs already, or no rule in force gives it to this case.")
    if starts_at > now:
        raise StartRefusedError("A clock cannot start in the future. Enter a moment up to now.")
    if starts_at not in {now, case.received_at}:
        _check_earlier_start(case, reason, actor)
    clocks = start_planned(case, [load_rulebook().plan_one(allowance, starts_at)], actor=actor, now=now)
    keep_next_due(case)
    changes = {f"{allowance.target.code}.started_at": ("", starts_at.isoformat())}
    record_event(
        case,
        actor=actor,
        action=ClockAction.STARTED,
        now=now,
        changes=changes,
        note=reason,
        subject=f"clock:{clocks[0].pk}",
    )
    return clocks[0]


def _check_earlier_start(case: Case, reason: str, actor: User) -> None:
    if not permits(actor, CaseAction.PAUSE, case):
        raise PermissionDenied("Your role may not start a clock from an earlier moment. A team leader can.")
    if not reason.strip():
        raise StartRefusedError("Say how you know that it began earlier.")


@transaction.atomic
def enter_stage(case: Case, *, stage: str, actor: User, now: datetime) -> list[Clock]:
    """Start the clocks of a stage that the case has entered: one of its statuses, or the second stage."""
    return start_waiting(case, StartEvent.STAGE_ENTERED, actor=actor, at=now, stage=stage)


@transaction.atomic
def start_after_acknowledgement(case: Case, *, actor: User, at: datetime) -> list[Clock]:
    """Start what counts from the first acknowledgement that the customer was sent."""
    return start_waiting(case, StartEvent.ACKNOWLEDGED, actor=actor, at=at)


@transaction.atomic
def record_met(clock: Clock, *, at: datetime, note: str, actor: User, now: datetime) -> Clock:
    """Write down what nobody can see from here: that we reported it, or that the customer referred it."""
    case = clock.case
    require(actor, CaseAction.INVESTIGATE, case)
    if clock.target.satisfied_by not in RECORDED_BY_HAND:
        raise StartRefusedError(f"“{clock.target}” is met by what is sent to the customer, and not by hand.")
    if not clock.started_at <= at <= now:
        raise StartRefusedError("Enter a moment after the clock started and up to now.")
    if not clock.is_open:
        raise StartRefusedError(f"“{clock.target}” has ended already.")
    satisfy_clocks(case, satisfied_by=SatisfiedBy(clock.target.satisfied_by), at=at, actor=actor)
    changes = {f"{clock.target.code}.satisfied_at": ("", at.isoformat())}
    record_event(
        case,
        actor=actor,
        action=ClockAction.RECORDED,
        now=now,
        changes=changes,
        note=note,
        subject=f"clock:{clock.pk}",
    )
    clock.refresh_from_db()
    return clock
