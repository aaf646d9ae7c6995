"""What is typed about a scorecard: its name, and the criteria of a draft."""

from typing import Any, cast

from django import forms

from cases.forms.base import date_input
from coaching.services.scorecards import CriterionText
from core.forms import PlainErrors, RedressForm

MOST_CRITERIA = 60


class ScorecardForm(RedressForm):
    name = forms.CharField(label="Name", max_length=80)
    purpose = forms.CharField(label="What it measures", max_length=200, required=False)


class ScorecardDetailsForm(ScorecardForm):
    is_active = forms.BooleanField(label="In use", required=False)


class DraftForm(RedressForm):
    change_note = forms.CharField(label="What changes, and why?", max_length=300, required=False)
    seen = forms.CharField(widget=forms.HiddenInput)


class CriterionForm(PlainErrors, forms.Form):
    """One criterion. A row that is left empty is none."""

    section = forms.CharField(label="Section", max_length=80)
    text = forms.CharField(label="Criterion", max_length=200)
    weight = forms.IntegerField(label="Weight", min_value=0, max_value=100)
    guidance = forms.CharField(label="What to look for", max_length=300, required=False)
    is_fatal = forms.BooleanField(label="Fatal: not meeting it fails the review", required=False)
    is_compliance = forms.BooleanField(label="Counts as compliance", required=False)


class CriterionRows(forms.BaseFormSet):  # type: ignore[type-arg]
    """Rows that are edited together; those marked for deletion and those left empty count for nothing."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["DELETE"].label = "Take out"

    def criteria(self) -> list[CriterionText]:
        filled = (form.cleaned_data for form in self.forms if form.cleaned_data)
        return [
            CriterionText(**{name: value for name, value in row.items() if name != "DELETE"})
            for row in filled
            if not row.get("DELETE")
        ]


def criterion_rows(data: Any, stored: list[CriterionText]) -> CriterionRows:
    """Return the criteria of a draft as rows, with three empty ones for new criteria."""
    rows = forms.formset_factory(
        CriterionForm, formset=CriterionRows, extra=3, can_delete=True, max_num=MOST_CRITERIA, validate_max=True
    )
    return cast(CriterionRows, rows(data, initial=[vars(each) for each in stored], prefix="criteria"))


class PublishForm(RedressForm):
    effective_from = forms.DateField(label="In force from", widget=date_input())
