"""Writing rules so that doing it twice changes nothing, and dated rules so that the past keeps its own."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import models

from policies.models import EffectiveModel


def put(model: type[models.Model], *, key: Mapping[str, Any], values: Mapping[str, Any]) -> tuple[Any, bool]:
    """Create the row with this natural key, or bring it to `values`; return it and whether anything changed."""
    rows = model._default_manager
    row = rows.filter(**key).first()
    if row is None:
        return rows.create(**key, **values), True
    return row, _bring_to(row, values)


def put_dated(
    model: type[EffectiveModel], *, key: Mapping[str, Any], values: Mapping[str, Any], valid_from: date
) -> tuple[Any, bool]:
    """Let `values` hold for this key from `valid_from`: the rule before ends there, a later one stays as it is."""
    rows = model._default_manager.filter(**key)
    row = rows.filter(valid_from=valid_from).first()
    if row is not None:
        return row, _bring_to(row, values)
    later = rows.filter(valid_from__gt=valid_from).order_by("valid_from").values_list("valid_from", flat=True).first()
    rows.filter(valid_from__lt=valid_from).filter(models.Q(valid_to=None) | models.Q(valid_to__gt=valid_from)).update(
        valid_to=valid_from
    )
    return model._default_manager.create(**key, **values, valid_from=valid_from, valid_to=later), True


def _bring_to(row: models.Model, values: Mapping[str, Any]) -> bool:
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    if changed:
        row.save(update_fields=changed)
    return bool(changed)
