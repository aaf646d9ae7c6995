from django import forms

from core.forms import RedressForm


def _day(label: str) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}))


class FreezeForm(RedressForm):
    """Which weeks hold the limits from now on, and why."""

    first = _day("First week that counts, by any day in it")
    last = _day("Last week that counts")
    reason = forms.CharField(label="Why these weeks", max_length=300)


class LeaveOutForm(RedressForm):
    """A week with a special cause."""

    week = _day("Week to leave out, by any day in it")
    cause = forms.CharField(label="What happened in it", max_length=300)


class EndForm(RedressForm):
    reason = forms.CharField(label="Why it no longer holds", max_length=300)
