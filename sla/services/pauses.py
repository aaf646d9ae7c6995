"""A pause has a reason, the request that was sent, and an end. It never hides a deadline that was missed."""

from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from cases.choices import Direction
from cases.models import Case, Contact
from cases.permissions import CaseAction, can
from cases.services.history import record_event
from core.errors import UserFacingError
from sla.choices import ASKED_OF_THE_CUSTOMER, ClockAction, ClockEventKind, ClockState, PauseReason
from sla.models import Clock
from sla.services.ledger import append, keep_next_due, lock_case, open_clocks, project

LONGEST_PAUSE = timedelta(days=42)


class PauseRefusedError(UserFacingError):
    """The clocks cannot be paused or resumed as asked."""


@transaction.atomic
def pause_clocks(
    case: Case,
    *,
    reason: PauseReason,
    note: str,
    expires_at: datetime,
    actor: User,
    now: datetime,
    contact: Contact | None = None,
) -> list[Clock]:
    """Pause the handling clocks that are running and not late, until `expires_at` at the latest.

    Customer clocks go on: what the customer was told does not change because we are waiting.
    """
    if not can(actor, CaseAction.PAUSE, case):
        raise PermissionDenied(f"Your role may not {CaseAction.PAUSE}. A team leader can.")
    if not now < expires_at <= now + LONGEST_PAUSE:
        raise PauseRefusedError(f"The pause must end after now and within {LONGEST_PAUSE.days} days.")
    _check_request(case, reason, contact)
    lock_case(case)
    clocks = [
        clock
        for clock in open_clocks(case)
        if clock.state == ClockState.RUNNING and not clock.terms.is_customer_clock and clock.due_at >= now
    ]
    if not clocks:
        raise PauseRefusedError("No clock of this case can be paused: customer clocks and late clocks go on running.")
    for clock in clocks:
        append(
            clock,
            ClockEventKind.PAUSED,
            at=now,
            actor=actor,
            now=now,
            reason=reason,
            note=note,
            expires_at=expires_at,
            contact=contact,
        )
        clock.pause_expires_at = expires_at
    project(clocks, now=now)
    keep_next_due(case)
    changes = {"pause_expires_at": ("", expires_at.isoformat())}
    record_event(case, actor=actor, action=ClockAction.PAUSED, now=now, changes=changes, note=note, subject=reason)
    return clocks


def _check_request(case: Case, reason: PauseReason, contact: Contact | None) -> None:
    if contact is None and reason in ASKED_OF_THE_CUSTOMER:
        raise PauseRefusedError(
            "Select the message that asked the customer. If none was sent yet, write to them first."
        )
    if contact and (contact.case_id != case.pk or contact.direction != Direction.OUT):
        raise PauseRefusedError("Select a message to the customer of this case.")


@transaction.atomic
def resume_clocks(case: Case, *, actor: User, now: datetime) -> list[Clock]:
    """Let the paused clocks run on; their deadlines move by what the pause cost."""
    lock_case(case)
    return _resume(case, [clock for clock in open_clocks(case) if clock.state == ClockState.PAUSED], actor, now, now)


def resume_expired_pauses(*, actor: User, now: datetime, limit: int = 500) -> int:
    """Resume each pause at the moment at which it expired, one case after another."""
    case_ids = list(Clock.objects.to_resume(now=now).values_list("case_id", flat=True)[:limit])
    for case_id in dict.fromkeys(case_ids):
        _resume_expired(case_id, actor=actor, now=now)
    return len(case_ids)


@transaction.atomic
def _resume_expired(case_id: int, *, actor: User, now: datetime) -> None:
    case = Case.objects.select_for_update(of=("self",)).get(pk=case_id)
    for clock in case.clocks.to_resume(now=now).with_policy():
        _resume(case, [clock], actor, clock.pause_expires_at or now, now)


def _resume(case: Case, clocks: list[Clock], actor: User, at: datetime, now: datetime) -> list[Clock]:
    for clock in clocks:
        append(clock, ClockEventKind.RESUMED, at=at, actor=actor, now=now)
    project(clocks, now=now)
    keep_next_due(case)
    if clocks:
        record_event(case, actor=actor, action=ClockAction.RESUMED, now=now)
    return clocks
