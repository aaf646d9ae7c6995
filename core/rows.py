"""Rows of a form that are edited together, such as the steps of a checklist or the answers of a question."""

from typing import Any, cast

from django import forms


class RowsFormSet(forms.BaseFormSet):  # type: ignore[type-arg]
    """Rows that are edited together; those marked for deletion and those left empty count for nothing."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["DELETE"].label = "Take out"

    def rows(self) -> list[dict[str, Any]]:
        filled = (form.cleaned_data for form in self.forms if form.cleaned_data)
        return [{k: v for k, v in row.items() if k != "DELETE"} for row in filled if not row.get("DELETE")]


def rows_of(
    form: type[forms.Form],
    data: Any,
    *,
    prefix: str,
    most: int,
    empty: int,
    stored: list[dict[str, Any]],
    form_kwargs: dict[str, Any] | None = None,
) -> RowsFormSet:
    """Return `stored` as rows, with `empty` ones for new entries. More than `most` are refused.

    However many a forged count asks for, no more than twice `most` are read or drawn.
    """
    factory = forms.formset_factory(
        form,
        formset=RowsFormSet,
        extra=empty,
        can_delete=True,
        max_num=most,
        absolute_max=2 * most,
        validate_max=True,
    )
    return cast(RowsFormSet, factory(data, initial=stored, prefix=prefix, form_kwargs=form_kwargs))
