"""The promise ledger: what we told the customer we would do, by when, and what became of it."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from cases import permissions, signals
from cases.choices import EventAction, PromiseState
from cases.models import Case, Contact, Evidence, Promise
from cases.permissions import CaseAction
from cases.services.history import record_event
from core.errors import UserFacingError


@transaction.atomic
def make_promise(
    case: Case,
    *,
    actor: User,
    now: datetime,
    kind: str,
    text: str,
    due_at: datetime,
    owner: User | None = None,
    repeats_days: int | None = None,
    contact: Contact | None = None,
) -> Promise:
    """Write down what the customer was promised. Without `owner` it is the case's owner who must keep it."""
    permissions.require(actor, CaseAction.NOTE, case)
    if due_at <= now:
        raise UserFacingError("The date and time of the promise must be in the future.")
    return _make(
        case,
        actor=actor,
        now=now,
        kind=kind,
        text=text,
        due_at=due_at,
        owner=owner or case.owner or actor,
        repeats_days=repeats_days,
        contact=contact,
    )


def _make(case: Case, *, actor: User, now: datetime, text: str, **values: Any) -> Promise:
    promise = Promise.objects.create(case=case, text=text, made_by=actor, made_at=now, **values)
    record_event(
        case,
        actor=actor,
        action=EventAction.PROMISE_MADE,
        now=now,
        changes={"promise": ("", text)},
        subject=f"promise:{promise.pk}",
    )
    signals.promise_made.send(sender=Case, case=case, promise=promise, actor=actor, now=now)
    return promise


@transaction.atomic
def keep_promise(
    promise: Promise, *, actor: User, now: datetime, outcome: str, evidence: Evidence | None = None
) -> Promise:
    """Close a promise with the proof that it was kept; one that repeats makes its next one."""
    if evidence and (evidence.case_id != promise.case_id or evidence.removed_at):
        raise UserFacingError("The proof must be in the evidence of this case.")
    kept = _settle(promise, PromiseState.KEPT, actor=actor, now=now, outcome=outcome, evidence=evidence)
    if kept.repeats_days and kept.case.is_open:
        _make(
            kept.case,
            actor=actor,
            now=now,
            kind=kept.kind,
            text=kept.text,
            due_at=_next_time(kept.due_at, kept.repeats_days, now),
            owner=kept.owner,
            repeats_days=kept.repeats_days,
        )
    return kept


def _next_time(due_at: datetime, days: int, now: datetime) -> datetime:
    """Return the same time of day after `days`, or after as many rounds as it takes to lie ahead."""
    local = timezone.localtime(due_at)
    while (local := _same_time(local, days)) <= now:
        pass
    return local


def _same_time(local: datetime, days: int) -> datetime:
    naive = local.replace(tzinfo=None) + timedelta(days=days)
    return timezone.make_aware(naive, local.tzinfo)


@transaction.atomic
def hand_to_after_care(promise: Promise, *, actor: User, now: datetime, owner: User, reason: str) -> Promise:
    """Let a promise outlive its case: it stays open with a named owner, and the case can be closed without it."""
    locked = Promise.objects.select_for_update(of=("self",)).select_related("case").get(pk=promise.pk)
    permissions.require(actor, CaseAction.NOTE, locked.case)
    if locked.state != PromiseState.OPEN:
        raise UserFacingError(f"This promise is settled already: {locked.get_state_display().lower()}.")
    if not Case.objects.visible_to(owner).filter(pk=locked.case_id).exists():
        raise UserFacingError(
            f"{owner} cannot see this case, so they could not keep the promise. Choose somebody else."
        )
    locked.in_after_care, locked.owner = True, owner
    locked.save(update_fields=["in_after_care", "owner", "updated_at"])
    record_event(
        locked.case,
        actor=actor,
        action=EventAction.PROMISE_HANDED_OVER,
        now=now,
        changes={"promise": ("", f"{locked.text}, kept by {owner}")},
        note=reason,
        subject=f"promise:{locked.pk}",
    )
    return locked


def release_promise(promise: Promise, *, actor: User, now: datetime, outcome: str) -> Promise:
    """Close a promise that need not be kept any more, with the reason."""
    return _settle(promise, PromiseState.RELEASED, actor=actor, now=now, outcome=outcome)


@transaction.atomic
def _settle(
    promise: Promise,
    state: PromiseState,
    *,
    actor: User,
    now: datetime,
    outcome: str,
    evidence: Evidence | None = None,
) -> Promise:
    locked = Promise.objects.select_for_update(of=("self",)).select_related("case", "owner").get(pk=promise.pk)
    permissions.require(actor, CaseAction.NOTE, locked.case)
    if locked.state != PromiseState.OPEN:
        raise UserFacingError(f"This promise is settled already: {locked.get_state_display().lower()}.")
    locked.state, locked.outcome, locked.settled_by, locked.settled_at = state, outcome, actor, now
    locked.evidence = evidence
    locked.save(update_fields=["state", "outcome", "evidence", "settled_by", "settled_at", "updated_at"])
    action = EventAction.PROMISE_KEPT if state == PromiseState.KEPT else EventAction.PROMISE_RELEASED
    record_event(
        locked.case,
        actor=actor,
        action=action,
        now=now,
        changes={"promise": ("", locked.text)},
        note=outcome,
        subject=f"promise:{locked.pk}",
    )
    signals.promise_settled.send(sender=Case, case=locked.case, promise=locked, actor=actor, now=now)
    return locked
