from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from core.forms import RedressForm
from reporting.selectors.returns import PeriodOffered

MOST = 2_000_000_000


class StartReturnForm(RedressForm):
    """Which form, for which period."""

    period = forms.ChoiceField(label="Return and period")

    def __init__(self, *args: Any, offered: Sequence[PeriodOffered], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = {one.key: one for one in offered}
        self.fields["period"].choices = [(one.key, str(one)) for one in offered]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> PeriodOffered:
        return self.offered[self.cleaned_data["period"]]


class VolumesForm(RedressForm):
    """How many accounts, policies or homes stand behind each row; a row left empty has no rate."""

    def __init__(self, *args: Any, rows: Sequence[str], known: Mapping[str, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = list(rows)
        for number, row in enumerate(self.rows):
            self.fields[f"row_{number}"] = forms.IntegerField(
                label=row, min_value=1, max_value=MOST, required=False, initial=known.get(row)
            )

    def volumes(self) -> dict[str, int]:
        given = {row: self.cleaned_data[f"row_{number}"] for number, row in enumerate(self.rows)}
        return {row: volume for row, volume in given.items() if volume}


class SignForm(RedressForm):
    note = forms.CharField(label="Note for whoever reads it later", max_length=500, required=False)
