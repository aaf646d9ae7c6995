"""What is typed about policy documents: their facts, and the clauses of a draft."""

from typing import Any

from django import forms

from accounts.models import User
from core.forms import PlainErrors, RedressForm
from core.rows import RowsFormSet, rows_of
from policies.choices import ChecklistGroup
from policies.services.documents import ClauseText, DocumentFacts
from policies.services.rules import ItemText


class DocumentForm(RedressForm):
    title = forms.CharField(label="Title", max_length=120)
    summary = forms.CharField(label="What it is about", max_length=300, required=False)
    owner = forms.ModelChoiceField(User.objects.none(), label="Owner", required=False, empty_label="Nobody yet")
    review_date = forms.DateField(
        label="Review by",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = User.objects.people()  # type: ignore[attr-defined]

    def facts(self) -> DocumentFacts:
        return DocumentFacts(**self.cleaned_data)


class DraftForm(RedressForm):
    change_note = forms.CharField(label="What changes, and why?", max_length=300, required=False)
    seen = forms.CharField(widget=forms.HiddenInput)


class ClauseForm(PlainErrors, forms.Form):
    """One clause. A row that is left empty, or whose text is taken out, is no clause."""

    number = forms.CharField(label="Number", max_length=12)
    heading = forms.CharField(label="Heading", max_length=160)
    text = forms.CharField(label="Text", max_length=20_000, widget=forms.Textarea(attrs={"rows": 4}))


class ChecklistItemForm(PlainErrors, forms.Form):
    text = forms.CharField(label="Step", max_length=200)
    hint = forms.CharField(label="Hint", max_length=300, required=False)
    group = forms.ChoiceField(label="Group", choices=ChecklistGroup)
    due_working_days = forms.IntegerField(label="Working days", min_value=0, max_value=365, initial=5)
    is_mandatory = forms.BooleanField(label="Mandatory", required=False)


def clause_rows(data: Any, stored: list[dict[str, Any]]) -> RowsFormSet:
    return rows_of(ClauseForm, data, prefix="clauses", most=300, empty=2, stored=stored)


def clauses_in(rows: RowsFormSet) -> list[ClauseText]:
    return [ClauseText(**row) for row in rows.rows()]


def checklist_rows(data: Any, stored: list[dict[str, Any]]) -> RowsFormSet:
    return rows_of(ChecklistItemForm, data, prefix="items", most=100, empty=3, stored=stored)


def items_in(rows: RowsFormSet) -> list[ItemText]:
    return [ItemText(**row) for row in rows.rows()]
