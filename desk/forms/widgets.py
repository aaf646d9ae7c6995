"""Radio buttons and boxes for triggers say what each trigger changes, so that the page can ask the right follow-up."""

from typing import Any

from django import forms
from django.forms.models import ModelChoiceIteratorValue


class _SaysEffect:
    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option: dict[str, Any] = super().create_option(name, value, *args, **kwargs)  # type: ignore[misc]
        if isinstance(value, ModelChoiceIteratorValue):
            option["attrs"]["data-effect"] = value.instance.effect  # type: ignore[attr-defined]
        return option


class TriggerRadios(_SaysEffect, forms.RadioSelect):
    pass


class TriggerBoxes(_SaysEffect, forms.CheckboxSelectMultiple):
    pass
