"""A case changes its kind and keeps everything it has."""

from datetime import datetime
from typing import Final

from django.db import transaction

from accounts.models import User
from cases import permissions, signals
from cases.choices import CaseStatus, EventAction, WaitingOn
from cases.models import Case, TriageDecision
from cases.permissions import CaseAction
from cases.selectors.closing import promise_obstacles
from cases.services.checklist import create_checklist
from cases.services.facts import lock_case
from cases.services.history import record_event
from core.dates import local_day
from core.errors import UserFacingError
from policies.choices import CaseKind
from policies.selectors import clause_named, triage_tree

ON_ITS_WAY: Final = frozenset(
    {CaseStatus.AWAITING_SIGN_OFF, CaseStatus.APPROVED, CaseStatus.WITH_CUSTOMER, CaseStatus.CONFIRMED}
)


@transaction.atomic
def reclassify(case: Case, *, kind: str, reason: str, actor: User, now: datetime) -> Case:
    """Make the case another kind. All that was written stays, and the checklist gains the steps of the new kind.

    A complaint or an incident begins at its first step; a service request is recorded and closed. The app of the new
    kind answers `kind_changed` in the same transaction and opens its part.
    """
    locked = lock_case(case)
    permissions.require(actor, CaseAction.RECLASSIFY, locked)
    before = CaseKind(locked.kind)
    _check(locked, before, CaseKind(kind))
    locked.kind = kind
    locked.version += 1
    if kind == CaseKind.SERVICE_REQUEST:
        locked.status, locked.closed_at = CaseStatus.CLOSED, now
    else:
        locked.status, locked.closed_at = CaseStatus.LOGGED, None
    locked.waiting_on = WaitingOn.NOBODY
    locked.save(update_fields=["kind", "version", "status", "closed_at", "waiting_on", "updated_at"])
    TriageDecision.objects.create(
        case=locked,
        kind=kind,
        outcome=kind,
        reason=reason,
        was_overridden=True,
        clause=clause_named(triage_tree(day=local_day(now)).clause_for(kind)),
        decided_by=actor,
        decided_at=now,
    )
    record_event(
        locked, actor=actor, action=EventAction.RECLASSIFIED, now=now, changes={"kind": (before, kind)}, note=reason
    )
    create_checklist(locked, now=now, actor=actor)
    signals.kind_changed.send(sender=Case, case=locked, old=before, new=CaseKind(kind), actor=actor, now=now)
    return locked


def _check(case: Case, before: CaseKind, kind: CaseKind) -> None:
    """Refuse what would lose a decision on its way, or a promise. A routine request is closed, and may turn out otherwise."""
    if kind == before:
        raise UserFacingError(f"The case is {_a(before)} already.")
    if not case.is_open and before != CaseKind.SERVICE_REQUEST:
        raise UserFacingError("The case is closed. Reopen it to change its type.")
    if case.status in ON_ITS_WAY:
        raise UserFacingError("A decision is with the approver or the customer. Take it back first, or see it through.")
    if kind == CaseKind.SERVICE_REQUEST and (obstacles := promise_obstacles(case)):
        raise UserFacingError(f"A service request is closed at once. {obstacles[0][0]}")


def _a(kind: CaseKind) -> str:
    words = kind.label.lower()
    return f"an {words}" if words[0] in "aeiou" else f"a {words}"
