"""Two people, one record: the second to save is told, and loses nothing."""

from typing import TypeVar

from cases.models import ChecklistItem, RootCauseAnalysis, Stakeholder
from core.errors import StaleVersionError

Versioned = TypeVar("Versioned", ChecklistItem, RootCauseAnalysis, Stakeholder)


def lock_version(row: Versioned, version: int) -> Versioned:
    """Return the row as it is now, locked, or refuse if somebody saved it after `version` was read."""
    model = type(row)
    locked = model._default_manager.select_for_update(of=("self",)).select_related("case").get(pk=row.pk)
    if locked.version != version:
        raise StaleVersionError("Somebody else saved this after you opened it.")
    locked.version += 1
    return locked
