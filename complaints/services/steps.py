"""How every step of a complaint is taken: found and locked, checked, written once, recorded."""

import logging
from datetime import datetime

from django.db.models import F

from accounts.models import User
from cases.choices import CLOSED_STATUSES, CaseStatus
from cases.models import Case
from cases.services.history import Changes, record_event
from complaints import lifecycle, permissions
from complaints.choices import ComplaintAction
from complaints.errors import NotReadyError
from complaints.selectors.gates import missing_for
from core.errors import StaleVersionError
from sla.services import enter_stage, reopen_clocks, stop_clocks

logger = logging.getLogger(__name__)


def locked_case(case_id: int) -> Case:
    return Case.objects.select_for_update(of=("self",)).select_related("complaint", "customer", "owner").get(pk=case_id)


def require(case: Case, action: ComplaintAction, *, actor: User, now: datetime) -> None:
    """Refuse unless the person may, the status allows it, and nothing is missing."""
    permissions.require(actor, action, case)
    lifecycle.next_status(CaseStatus(case.status), action)
    if missing := missing_for(action, case, now=now):
        raise NotReadyError(missing)


def move(
    case: Case, action: ComplaintAction, *, actor: User, now: datetime, note: str = "", changes: Changes | None = None
) -> None:
    """Write the status that `action` leads to, only if nobody moved the case meanwhile, and its line of history."""
    before = CaseStatus(case.status)
    after = lifecycle.next_status(before, action)
    closed_at = now if after in CLOSED_STATUSES else None
    moved = Case.objects.filter(pk=case.pk, status=before).update(
        status=after, closed_at=closed_at, version=F("version") + 1, updated_at=now
    )
    if not moved:
        raise StaleVersionError("Somebody else moved this case while you were reading it. Open it again.")
    case.status, case.closed_at = after, closed_at
    record_event(
        case,
        actor=actor,
        action=f"complaint.{action.lower()}",
        now=now,
        changes={"status": (before.label, after.label), **(changes or {})},
        note=note,
    )
    if after in CLOSED_STATUSES:
        stop_clocks(case, actor=actor, now=now)
    elif after == CaseStatus.REOPENED:
        reopen_clocks(case, actor=actor, now=now)
    enter_stage(case, stage=after, actor=actor, now=now)
    logger.info("complaint_moved case=%s action=%s actor=%s", case.pk, action, actor.pk)
