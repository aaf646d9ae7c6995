"""Controls drawn without templates read like Django's own."""

from datetime import date

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.safestring import mark_safe

from core.widgets import WidgetRenderer

CHOICES = [("", "Any"), (1, "One & <only>"), ("two", mark_safe("<b>Two</b>")), ("More", [(None, "None"), ('"3"', "3")])]


@pytest.mark.parametrize(
    ("widget", "value"),
    [
        (forms.Select(choices=CHOICES), 1),
        (
            forms.Select(attrs={"class": 'a"b', "required": True, "disabled": False, "data-n": 3}, choices=CHOICES),
            "two",
        ),
        (forms.Select(choices=CHOICES), None),
        (forms.NullBooleanSelect(), True),
        (forms.TextInput(attrs={"maxlength": "20", "autofocus": True}), '"><script>'),
        (forms.TextInput(), None),
        (forms.TextInput(), ""),
        (forms.EmailInput(), "ann@example.com"),
        (forms.NumberInput(attrs={"min": 0}), 1234),
        (forms.HiddenInput(), "x"),
        (forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), date(2026, 11, 26)),
        (forms.CheckboxInput(), True),
        (forms.CheckboxInput(), "on"),
        (forms.RadioSelect(choices=CHOICES[:3]), "two"),
        (forms.CheckboxSelectMultiple(choices=CHOICES[:3]), ["two"]),
        (forms.Textarea(attrs={"rows": 3}), "</textarea>"),
    ],
)
def test_a_control_comes_out_as_django_draws_it(widget: forms.Widget, value: object) -> None:
    attrs = {"id": "id_it"}

    drawn = widget.render("it", value, attrs, WidgetRenderer())

    assert drawn.split() == widget.render("it", value, attrs, DjangoTemplates()).split()
