"""What is typed about a scorecard: its name, and the criteria of a draft."""

from typing import Any

from django import forms

from cases.forms.base import date_input
from coaching.services.scorecards import CriterionText
from core.forms import PlainErrors, RedressForm
from core.rows import RowsFormSet, rows_of

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


def criterion_rows(data: Any, stored: list[CriterionText]) -> RowsFormSet:
    stored_rows = [vars(each) for each in stored]
    return rows_of(CriterionForm, data, prefix="criteria", most=MOST_CRITERIA, empty=3, stored=stored_rows)


def criteria_in(rows: RowsFormSet) -> list[CriterionText]:
    return [CriterionText(**row) for row in rows.rows()]


class PublishForm(RedressForm):
    effective_from = forms.DateField(label="In force from", widget=date_input())
