"""Asking somebody with a part in the case for what they know, with a date; and what they answered."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from cases import permissions, signals
from cases.choices import ContributionState, EventAction
from cases.models import Case, Contribution, Stakeholder
from cases.permissions import CaseAction, permits
from cases.services.chasing import remind_of
from cases.services.history import record_event
from core.errors import UserFacingError


@transaction.atomic
def ask_for_contribution(
    person: Stakeholder,
    *,
    actor: User,
    now: datetime,
    question: str,
    due_at: datetime,
    colleague: User | None = None,
) -> Contribution:
    """Ask; a colleague gets a line in their inbox and a page that shows the question and nothing else of the case."""
    case = person.case
    permissions.require(actor, CaseAction.INVESTIGATE, case)
    if due_at <= now:
        raise UserFacingError("The day by which they should answer must be in the future.")
    asked = Contribution.objects.create(
        case=case,
        stakeholder=person,
        colleague=colleague,
        question=question,
        asked_by=actor,
        asked_at=now,
        due_at=due_at,
    )
    _record(asked, EventAction.CONTRIBUTION_ASKED, actor=actor, now=now)
    remind_of(asked, now=now)
    signals.contribution_asked.send(sender=Case, case=case, contribution=asked, actor=actor, now=now)
    return asked


@transaction.atomic
def answer_contribution(asked: Contribution, *, actor: User, now: datetime, answer: str) -> Contribution:
    """Write down the answer: the colleague who was asked, or whoever investigates and was told by other means."""
    locked = _locked(asked)
    if locked.colleague_id != actor.pk and not permits(actor, CaseAction.INVESTIGATE, locked.case):
        raise PermissionDenied(
            "This was asked of somebody else. The owner of the case or a team leader can note their answer."
        )
    if locked.colleague_id != actor.pk:
        permissions.require(actor, CaseAction.INVESTIGATE, locked.case)
    locked.state, locked.answer = ContributionState.ANSWERED, answer
    locked.answered_by, locked.answered_at = actor, now
    locked.save(update_fields=["state", "answer", "answered_by", "answered_at", "updated_at"])
    _record(locked, EventAction.CONTRIBUTION_ANSWERED, actor=actor, now=now)
    signals.contribution_settled.send(sender=Case, case=locked.case, contribution=locked, actor=actor, now=now)
    return locked


@transaction.atomic
def drop_contribution(asked: Contribution, *, actor: User, now: datetime, reason: str) -> Contribution:
    """Say that the answer is no longer needed, and why."""
    locked = _locked(asked)
    permissions.require(actor, CaseAction.INVESTIGATE, locked.case)
    locked.state = ContributionState.DROPPED
    locked.save(update_fields=["state", "updated_at"])
    _record(locked, EventAction.CONTRIBUTION_DROPPED, actor=actor, now=now, note=reason)
    signals.contribution_settled.send(sender=Case, case=locked.case, contribution=locked, actor=actor, now=now)
    return locked


def _locked(asked: Contribution) -> Contribution:
    rows = Contribution.objects.select_for_update(of=("self",)).select_related("case", "stakeholder", "asked_by")
    locked = rows.get(pk=asked.pk)
    if locked.state != ContributionState.ASKED:
        raise UserFacingError(f"This is settled already: {locked.get_state_display().lower()}.")
    return locked


def _record(asked: Contribution, action: EventAction, *, actor: User, now: datetime, note: str = "") -> None:
    record_event(
        asked.case,
        actor=actor,
        action=action,
        now=now,
        changes={"person": ("", str(asked.stakeholder))},
        note=note,
        subject=f"contribution:{asked.pk}",
    )
