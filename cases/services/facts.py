"""What is known of the case: its summary, what it is about, how urgent it is."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from accounts.models import User
from cases import permissions, signals
from cases.choices import EventAction
from cases.models import Case
from cases.permissions import CaseAction
from cases.selectors.history import latest_change
from cases.services.history import changed_fields, record_event
from cases.services.indexing import index_case
from core.errors import StaleVersionError
from policies.choices import Priority

FACTS: Final = frozenset(
    {"summary", "category", "product", "journey_stage", "desired_outcome", "desired_outcome_detail", "waiting_on"}
)


@transaction.atomic
def change_facts(case: Case, *, actor: User, now: datetime, values: Mapping[str, Any], version: int) -> Case:
    """Change facts of the case, unless somebody changed it after `version` was read."""
    if unknown := set(values) - FACTS:
        raise ValueError(f"Not a fact that can be changed: {', '.join(sorted(unknown))}.")
    locked = lock_case(case)
    permissions.require(actor, CaseAction.CHANGE_FACTS, locked)
    if locked.version != version:
        raise StaleVersionError(latest_change(locked))
    changes = changed_fields(locked, values)
    if changes:
        _write(locked, {name: after for name, (_, after) in changes.items()})
        readable = {name: (_plain(before), _plain(after)) for name, (before, after) in changes.items()}
        record_event(locked, actor=actor, action=EventAction.FACTS_CHANGED, now=now, changes=readable)
        index_case(locked)
        signals.facts_changed.send(sender=Case, case=locked, changes=changes, actor=actor, now=now)
    return locked


@transaction.atomic
def change_priority(
    case: Case, *, actor: User, now: datetime, priority: int, reason: str, seen: int | None = None
) -> Case:
    """Change the priority, with the reason. `seen` is what it was when the person decided."""
    locked = lock_case(case)
    before = Priority(locked.priority)
    permissions.require(actor, CaseAction.CHANGE_PRIORITY, locked)
    if priority > before:
        permissions.require(actor, CaseAction.LOWER_PRIORITY, locked)
    if seen not in (None, before):
        raise StaleVersionError(f"Somebody changed the priority to {before.label} after you opened the page.")
    if priority == before:
        return locked
    _write(locked, {"priority": priority, "priority_reason": reason})
    record_event(
        locked,
        actor=actor,
        action=EventAction.PRIORITY_CHANGED,
        now=now,
        changes={"priority": (int(before), int(priority))},
        note=reason,
    )
    signals.priority_changed.send(sender=Case, case=locked, old=before, new=Priority(priority), actor=actor, now=now)
    return locked


def lock_case(case: Case) -> Case:
    """Return the case as it is now, locked until the transaction ends."""
    return Case.objects.select_for_update(of=("self",)).select_related("customer", "owner", "team").get(pk=case.pk)


def _write(case: Case, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(case, name, value)
    case.version += 1
    case.save(update_fields=[*values, "version", "updated_at"])


def _plain(value: Any) -> Any:
    """Return a value as the history keeps it: a row of the policies by its name."""
    return value if value is None or isinstance(value, str | int) else str(value)
