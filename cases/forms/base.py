"""Parts that several forms of the case file share."""

import uuid
from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from core.forms import RedressForm


class OnceForm(RedressForm):
    """A form that may be sent twice and counts once: it carries its own number from the moment it is shown."""

    submission = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["submission"].initial = uuid.uuid4


def offer(form: forms.Form, name: str, choices: Iterable[tuple[str, str]]) -> None:
    """Narrow a choice to what this person may choose."""
    cast(forms.ChoiceField, form.fields[name]).choices = list(choices)


def offer_rows(form: forms.Form, name: str, rows: QuerySet[Any]) -> None:
    """Narrow a choice of rows to those that this person may choose."""
    cast("forms.ModelChoiceField[Any]", form.fields[name]).queryset = rows


def text_area(rows: int = 4) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def date_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def time_input() -> forms.TimeInput:
    return forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


def at_local_time(day: date, at: time) -> datetime:
    """Return the instant that a day and a time mean where the reader is."""
    return timezone.make_aware(datetime.combine(day, at))
