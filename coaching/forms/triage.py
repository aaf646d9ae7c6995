"""What is typed about a triage decision that was drawn for review."""

from django import forms

from cases.forms.base import text_area
from coaching.choices.triage import TriageVerdict
from core.forms import RedressForm
from policies.choices import CaseKind


class VerdictForm(RedressForm):
    verdict = forms.ChoiceField(label="Was the decision right?", choices=TriageVerdict, widget=forms.RadioSelect)
    proposed_kind = forms.ChoiceField(
        label="If not, what is it?", choices=[("", "Choose from the list"), *CaseKind.choices], required=False
    )
    reason = forms.CharField(label="Why?", max_length=500, widget=text_area(3))


class DeclineForm(RedressForm):
    reason = forms.CharField(label="Why does the type stay?", max_length=300, widget=text_area(2))
