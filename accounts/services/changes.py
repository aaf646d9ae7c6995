"""The record of what admins change, written in the transaction of the change."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import models

from accounts.choices import SettingsArea
from accounts.models import SettingsChange, User


def record_settings_change(
    subject: models.Model,
    *,
    area: SettingsArea,
    what: str,
    actor: User,
    now: datetime,
    changes: Mapping[str, tuple[Any, Any]] | None = None,
) -> SettingsChange:
    """Write down that `actor` did `what` to `subject`; `changes` maps field names to (old, new)."""
    return SettingsChange.objects.create(
        area=area,
        subject=str(subject)[:200],
        subject_key=subject_key(subject),
        what=what,
        changes={name: [_words(old), _words(new)] for name, (old, new) in (changes or {}).items()},
        actor=actor,
        happened_at=now,
    )


def subject_key(subject: models.Model) -> str:
    return f"{subject._meta.model_name}:{subject.pk}"


def bring_to(row: models.Model, values: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Save what differs from `values` and return it as {field: (old, new)}; nothing is written if nothing differs."""
    changes = {name: (getattr(row, name), value) for name, value in values.items() if getattr(row, name) != value}
    if not changes:
        return {}
    for name, (_, value) in changes.items():
        setattr(row, name, value)
    touched = ["updated_at"] if hasattr(row, "updated_at") else []
    row.save(update_fields=[*changes, *touched])
    return changes


def _words(value: Any) -> str:
    return "" if value is None else str(value)
