"""What is typed about policy documents: their facts, and the clauses of a draft."""

from typing import Any, cast

from django import forms

from accounts.models import User
from core.forms import PlainErrors, RedressForm
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


class RowsFormSet(forms.BaseFormSet):  # type: ignore[type-arg]
    """Rows that are edited together; those marked for deletion and those left empty count for nothing."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["DELETE"].label = "Take out"

    def rows(self) -> list[dict[str, Any]]:
        filled = (form.cleaned_data for form in self.forms if form.cleaned_data)
        return [{k: v for k, v in row.items() if k != "DELETE"} for row in filled if not row.get("DELETE")]

    def clauses(self) -> list[ClauseText]:
        return [ClauseText(**row) for row in self.rows()]

    def items(self) -> list[ItemText]:
        return [ItemText(**row) for row in self.rows()]


def clause_rows(data: Any, stored: list[dict[str, Any]]) -> RowsFormSet:
    """Return the clauses of a draft as rows, with two empty ones for new clauses."""
    rows = forms.formset_factory(ClauseForm, formset=RowsFormSet, extra=2, can_delete=True, max_num=300)
    return cast(RowsFormSet, rows(data, initial=stored, prefix="clauses"))


def checklist_rows(data: Any, stored: list[dict[str, Any]]) -> RowsFormSet:
    """Return the steps of a checklist as rows, with three empty ones for new steps."""
    rows = forms.formset_factory(ChecklistItemForm, formset=RowsFormSet, extra=3, can_delete=True, max_num=100)
    return cast(RowsFormSet, rows(data, initial=stored, prefix="items"))
