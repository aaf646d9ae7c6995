"""Service recovery: what is done for the customers who were let down, and who agreed to what it costs.

What costs nothing, or stays within the proposer's own limit, is agreed at once. Beyond that somebody else with a
sufficient limit agrees; the limit is held against everything that the incident costs, not against one row.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Sum

from accounts.models import User
from cases.models import Case
from cases.services.history import record_event
from core.errors import TransitionNotAllowedError
from incidents.choices import IncidentEvent, RecoveryKind, RecoveryState
from incidents.models import RecoveryAction
from incidents.permissions import Right
from incidents.selectors.assessing import day_of
from incidents.services.locking import lock_incident
from policies.selectors import authority_limit


@dataclass(frozen=True, kw_only=True)
class Proposal:
    customer_group: str
    kind: RecoveryKind
    text: str
    cost: Decimal = Decimal(0)
    due_date: date | None = None


@transaction.atomic
def propose_recovery(*, case_id: int, proposal: Proposal, actor: User, now: datetime) -> RecoveryAction:
    """Add an action to the plan. It needs someone else's agreement when the plan goes beyond the actor's limit."""
    case, _ = lock_incident(case_id, actor=actor, right=Right.RECOVER)
    if not case.is_open:
        raise TransitionNotAllowedError("Service recovery cannot be added to a closed incident. Reopen it first.")
    total = _total_cost(case) + proposal.cost
    is_within = not proposal.cost or total <= authority_limit(actor, day=day_of(case))
    row = RecoveryAction.objects.create(
        case=case,
        customer_group=proposal.customer_group,
        kind=proposal.kind,
        text=proposal.text,
        cost=proposal.cost,
        due_date=proposal.due_date,
        state=RecoveryState.AGREED if is_within else RecoveryState.PROPOSED,
        proposed_by=actor,
        proposed_at=now,
        agreed_by=actor if is_within else None,
        agreed_at=now if is_within else None,
    )
    _record(row, IncidentEvent.RECOVERY_PROPOSED, actor=actor, now=now, state=("", row.state), cost=(None, row.cost))
    return row


@transaction.atomic
def agree_recovery(*, action_id: int, actor: User, now: datetime) -> RecoveryAction:
    """Agree to a proposal that somebody else made and that the actor's limit covers."""
    row = _locked(action_id, actor, Right.AGREE_RECOVERY)
    _refuse_unless(row, {RecoveryState.PROPOSED}, "agreed")
    if row.proposed_by_id == actor.pk:
        raise PermissionDenied("You proposed this, so someone else must agree to it.")
    limit, total = authority_limit(actor, day=day_of(row.case)), _total_cost(row.case)
    if total > limit:
        raise PermissionDenied(f"Service recovery would cost £{total}. Your limit is £{limit}. Ask a manager.")
    row.state, row.agreed_by, row.agreed_at = RecoveryState.AGREED, actor, now
    row.save(update_fields=["state", "agreed_by", "agreed_at"])
    _record(
        row, IncidentEvent.RECOVERY_AGREED, actor=actor, now=now, state=(RecoveryState.PROPOSED, row.state), limit=limit
    )
    return row


@transaction.atomic
def finish_recovery(*, action_id: int, outcome: str, actor: User, now: datetime) -> RecoveryAction:
    """Record that an agreed action was done, and how that is known."""
    row = _locked(action_id, actor, Right.RECOVER)
    _refuse_unless(row, {RecoveryState.AGREED}, "done")
    return _settle(row, RecoveryState.DONE, outcome, actor=actor, now=now)


@transaction.atomic
def drop_recovery(*, action_id: int, reason: str, actor: User, now: datetime) -> RecoveryAction:
    """Decide not to do it; its cost counts no longer."""
    row = _locked(action_id, actor, Right.RECOVER)
    _refuse_unless(row, {RecoveryState.PROPOSED, RecoveryState.AGREED}, "dropped")
    return _settle(row, RecoveryState.DROPPED, reason, actor=actor, now=now)


def _total_cost(case: Case) -> Decimal:
    total = RecoveryAction.objects.filter(case=case).counted().aggregate(total=Sum("cost"))["total"]
    return total or Decimal(0)


def _settle(row: RecoveryAction, state: RecoveryState, outcome: str, *, actor: User, now: datetime) -> RecoveryAction:
    before = row.state
    row.state, row.outcome, row.settled_at = state, outcome, now
    row.save(update_fields=["state", "outcome", "settled_at"])
    event = IncidentEvent.RECOVERY_DONE if state == RecoveryState.DONE else IncidentEvent.RECOVERY_DROPPED
    _record(row, event, actor=actor, now=now, state=(before, state))
    return row


def _locked(action_id: int, actor: User, right: Right) -> RecoveryAction:
    lock_incident(RecoveryAction.objects.get(pk=action_id).case_id, actor=actor, right=right)
    return RecoveryAction.objects.select_for_update(of=("self",)).select_related("case").get(pk=action_id)


def _refuse_unless(row: RecoveryAction, states: set[RecoveryState], done: str) -> None:
    if row.state not in states:
        raise TransitionNotAllowedError(f"This action cannot be {done}: it is “{row.get_state_display().lower()}”.")


def _record(row: RecoveryAction, event: IncidentEvent, *, actor: User, now: datetime, **changes: object) -> None:
    pairs = {name: value if isinstance(value, tuple) else (None, value) for name, value in changes.items()}
    case: Case = row.case
    record_event(case, actor=actor, action=event, now=now, changes=pairs, subject=f"recoveryaction:{row.pk}")
