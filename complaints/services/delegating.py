"""Standing in: somebody signs off with a colleague's authority, from one day to another."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Role, SettingsArea
from accounts.models import Notification, User
from accounts.services.changes import record_settings_change
from complaints import permissions
from complaints.errors import DelegationRefusedError
from complaints.models import Delegation
from complaints.selectors.authority import DECIDING_ROLES
from core.dates import day

LONGEST: Final = timedelta(days=92)


@dataclass(frozen=True, kw_only=True)
class StandIn:
    """Who stands in for whom, on which days, and why."""

    giver: User
    receiver: User
    first_day: date
    last_day: date
    reason: str


@transaction.atomic
def delegate(stand_in: StandIn, *, actor: User, now: datetime) -> Delegation:
    """Let somebody stand in. Everybody for themselves; a manager also for a colleague who is away."""
    permissions.require_decider(actor)
    if actor != stand_in.giver and actor.role != Role.MANAGER:
        raise PermissionDenied("Only a manager names somebody to stand in for a colleague.")
    _check(stand_in, today=timezone.localdate(now))
    delegation = Delegation.objects.create(**vars(stand_in))
    changes = {"stands in": ("", f"{stand_in.receiver}, {day(stand_in.first_day)} to {day(stand_in.last_day)}")}
    _record(delegation, "added", actor=actor, now=now, changes=changes)
    if stand_in.receiver != actor:
        _tell(delegation, now=now)
    return delegation


def _check(stand_in: StandIn, *, today: date) -> None:
    giver, receiver = stand_in.giver, stand_in.receiver
    if giver.role not in DECIDING_ROLES or not giver.is_active:
        raise DelegationRefusedError("giver", f"{giver} signs nothing off, so nobody can stand in for them.")
    if receiver.role not in DECIDING_ROLES or not receiver.is_active:
        raise DelegationRefusedError("receiver", "Only a team leader or a manager can stand in.")
    if giver == receiver:
        raise DelegationRefusedError("receiver", "Nobody stands in for themselves. Choose somebody else.")
    if stand_in.first_day < today:
        raise DelegationRefusedError("first_day", "The first day must be today or later.")
    if stand_in.last_day < stand_in.first_day:
        raise DelegationRefusedError("last_day", "The last day must not be before the first.")
    if stand_in.last_day - stand_in.first_day > LONGEST:
        raise DelegationRefusedError(
            "last_day", "Standing in ends after three months at the latest. Add it again then."
        )
    others = Delegation.objects.filter(giver=giver, receiver=receiver, ended_at=None)
    if others.filter(first_day__lte=stand_in.last_day, last_day__gte=stand_in.first_day).exists():
        raise DelegationRefusedError("receiver", f"{receiver} stands in for {giver} on some of these days already.")


@transaction.atomic
def end_delegation(*, delegation_id: int, actor: User, now: datetime) -> Delegation:
    """Let it hold no longer; what was signed off under it stays."""
    permissions.require_decider(actor)
    found = Delegation.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=delegation_id)
    if found.ended_at is None:
        found.ended_at = now
        found.save(update_fields=["ended_at", "updated_at"])
        _record(found, "ended", actor=actor, now=now)
    return found


def _record(
    delegation: Delegation,
    what: str,
    *,
    actor: User,
    now: datetime,
    changes: dict[str, tuple[str, str]] | None = None,
) -> None:
    record_settings_change(
        delegation.giver, area=SettingsArea.PEOPLE, what=f"stand-in {what}", actor=actor, now=now, changes=changes
    )


def _tell(delegation: Delegation, *, now: datetime) -> None:
    span = f"from {day(delegation.first_day)} to {day(delegation.last_day)}"
    Notification.objects.create(
        recipient=delegation.receiver,
        kind="complaint.stand_in",
        text=f"You stand in for {delegation.giver} {span}",
        reason=delegation.reason,
        url=reverse("complaints:delegations"),
        dedupe_key=f"stand-in:{delegation.pk}",
        created_at=now,
    )
