"""Who has a part in the case: what we need from them, and when they answered."""

from datetime import datetime
from typing import Any, Final

from django.db import transaction

from accounts.models import User
from cases import permissions
from cases.choices import EventAction
from cases.models import Case, Stakeholder
from cases.permissions import CaseAction
from cases.services.history import changed_fields, record_event
from cases.services.versions import lock_version

FIELDS: Final = ("name", "role", "colleague", "needed", "asked_on", "chase_on", "answered_on", "answer")


@transaction.atomic
def add_stakeholder(case: Case, *, actor: User, now: datetime, name: str, role: str, **details: Any) -> Stakeholder:
    """Add a person or a team; `details` are any of `FIELDS`."""
    permissions.require(actor, CaseAction.INVESTIGATE, case)
    person = Stakeholder.objects.create(case=case, name=name, role=role, **_known(details))
    _record(person, EventAction.STAKEHOLDER_ADDED, actor=actor, now=now)
    return person


@transaction.atomic
def change_stakeholder(person: Stakeholder, *, actor: User, now: datetime, version: int, **values: Any) -> Stakeholder:
    """Write down what changed about a person, such as that they answered."""
    locked = lock_version(person, version)
    permissions.require(actor, CaseAction.INVESTIGATE, locked.case)
    changes = changed_fields(locked, _known(values))
    if changes:
        for name, (_, value) in changes.items():
            setattr(locked, name, value)
        locked.save(update_fields=[*changes, "version", "updated_at"])
        _record(locked, EventAction.STAKEHOLDER_CHANGED, actor=actor, now=now)
    return locked


def _known(values: dict[str, Any]) -> dict[str, Any]:
    if unknown := set(values) - set(FIELDS):
        raise ValueError(f"Not known of a person: {', '.join(sorted(unknown))}.")
    return values


def _record(person: Stakeholder, action: EventAction, *, actor: User, now: datetime) -> None:
    words = f"{person.name}, {person.get_role_display().lower()}"
    if person.answered_on:
        words += ": answered"
    elif person.asked_on:
        words += f": asked for {person.needed}" if person.needed else ": asked"
    record_event(
        person.case, actor=actor, action=action, now=now, changes={"person": ("", words)}, subject=f"person:{person.pk}"
    )
