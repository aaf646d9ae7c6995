"""Categories, triggers, the matrix, limits, ranges, templates, root causes: changed by an admin, each change kept.

Rules without dates change for everybody at once. Dated rules change from a day on: cases received before keep theirs.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from django.db import models, transaction
from django.utils import timezone

from accounts.choices import SettingsArea
from accounts.models import User
from accounts.services.changes import bring_to, record_settings_change
from core.errors import StaleVersionError, UserFacingError
from policies import permissions
from policies.models import ChecklistTemplate, ChecklistTemplateItem, EffectiveModel
from policies.permissions import PolicyAction

RowT = TypeVar("RowT", bound=models.Model)


class RuleRefusedError(UserFacingError):
    """The rule cannot hold as asked; the text says which field to change."""


@dataclass(frozen=True, kw_only=True)
class Edit:
    """One change by one admin: which row they opened, what they saw there, and what it shall be."""

    actor: User
    now: datetime
    values: Mapping[str, Any]
    row_id: int | None = None
    seen: str = ""

    @property
    def today(self) -> date:
        return timezone.localtime(self.now, timezone.get_default_timezone()).date()


def fingerprint(row: models.Model) -> str:
    """Return a digest of all fields of a row: what somebody saw when they opened it."""
    values = "\0".join(str(getattr(row, field.attname)) for field in row._meta.concrete_fields)
    return hashlib.sha256(values.encode()).hexdigest()[:16]


@transaction.atomic
def save_rule(model: type[models.Model], edit: Edit) -> models.Model:
    """Add a row without dates, or change it for everybody at once."""
    permissions.require(edit.actor, PolicyAction.EDIT)
    if edit.row_id is None:
        row = model._default_manager.create(**edit.values)
        return _recorded(row, "added", edit)
    row = _locked(model, edit)
    changes = bring_to(row, edit.values)
    return _recorded(row, "changed", edit, changes) if changes else row


@transaction.atomic
def save_dated_rule(model: type[EffectiveModel], edit: Edit, *, key: Sequence[str], valid_from: date) -> EffectiveModel:
    """Let a rule hold from `valid_from`, today or later; the rule with the same `key` before it ends there."""
    permissions.require(edit.actor, PolicyAction.EDIT)
    if valid_from < edit.today:
        raise RuleRefusedError("“Holds from” must be today or later: cases of the past keep the rule they had.")
    if edit.row_id is None:
        named = {name: edit.values[name] for name in key}
        if model._default_manager.filter(**named, valid_to=None).exists():
            raise RuleRefusedError("There is a rule for this already. Change that one.")
        return _recorded(model._default_manager.create(**edit.values, valid_from=valid_from), "added", edit)
    row = _locked(model, edit)
    if row.valid_to is not None:
        raise RuleRefusedError("This rule has ended or is about to. Change the one that follows it.")
    if valid_from < row.valid_from:
        raise RuleRefusedError(f"“Holds from” must not be before {row.valid_from}, when this rule itself begins.")
    values = {name: value for name, value in edit.values.items() if name not in key}
    if valid_from == row.valid_from:
        changes = bring_to(row, values)
        return _recorded(row, "changed", edit, changes) if changes else row
    return _replaced(row, values, key=key, valid_from=valid_from, edit=edit)


@transaction.atomic
def end_rule(model: type[EffectiveModel], edit: Edit, *, ends_on: date) -> EffectiveModel:
    """Let a dated rule hold for the last time on the day before `ends_on`."""
    permissions.require(edit.actor, PolicyAction.EDIT)
    row = _locked(model, edit)
    if ends_on <= max(edit.today, row.valid_from):
        raise RuleRefusedError("The rule can end tomorrow at the earliest, and after the day on which it begins.")
    return _recorded(row, "ended", edit, bring_to(row, {"valid_to": ends_on}))


@dataclass(frozen=True, kw_only=True)
class ItemText:
    """One step of a checklist, as typed."""

    text: str
    group: str
    hint: str = ""
    is_mandatory: bool = False
    due_working_days: int = 5


@transaction.atomic
def save_checklist(edit: Edit, *, items: Sequence[ItemText], valid_from: date) -> ChecklistTemplate:
    """Save a checklist with its steps. Cases keep the steps that they were given."""
    if not items:
        raise RuleRefusedError("A checklist needs at least one step.")
    row = save_dated_rule(ChecklistTemplate, edit, key=("name",), valid_from=valid_from)
    template = ChecklistTemplate.objects.get(pk=row.pk)
    fields = ("text", "group", "hint", "is_mandatory", "due_working_days")
    if list(template.items.values(*fields)) != [vars(item) for item in items]:
        _replace_items(template, items)
        _recorded(template, "steps changed", edit)
    return template


def _replace_items(template: ChecklistTemplate, items: Sequence[ItemText]) -> None:
    try:
        template.items.all().delete()
    except models.ProtectedError as error:
        raise RuleRefusedError(
            "Cases use these steps already. Let the change hold from tomorrow; today's cases keep theirs."
        ) from error
    ChecklistTemplateItem.objects.bulk_create(
        ChecklistTemplateItem(template=template, order=order, **vars(item)) for order, item in enumerate(items, start=1)
    )


def _replaced(
    row: EffectiveModel, values: Mapping[str, Any], *, key: Sequence[str], valid_from: date, edit: Edit
) -> EffectiveModel:
    kept = {name: getattr(row, name) for name in key}
    changes = {name: (getattr(row, name), value) for name, value in values.items() if getattr(row, name) != value}
    bring_to(row, {"valid_to": valid_from})
    fresh = type(row)._default_manager.create(**kept, **values, valid_from=valid_from)
    changes["valid_from"] = (row.valid_from, valid_from)
    return _recorded(fresh, "changed", edit, changes)


def _locked(model: type[RowT], edit: Edit) -> RowT:
    row = model._default_manager.select_for_update(of=("self",)).get(pk=edit.row_id)
    if edit.seen and edit.seen != fingerprint(row):
        raise StaleVersionError("Somebody changed this rule after you opened it. Open it again to see what it is now.")
    return row


def _recorded(row: RowT, what: str, edit: Edit, changes: Mapping[str, tuple[Any, Any]] | None = None) -> RowT:
    record_settings_change(row, area=SettingsArea.RULES, what=what, actor=edit.actor, now=edit.now, changes=changes)
    return row
