from typing import Any

from django import forms

from accounts.models import Team
from core.forms import RedressForm

LARGEST_FILE = 5 * 1024 * 1024


class ImportForm(RedressForm):
    file = forms.FileField(
        label="CSV file", help_text="Up to 5 MB. For more, an operator runs manage.py import_kpis FILE."
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            size = f"{file.size / 1024 / 1024:.1f} MB"
            raise forms.ValidationError(f"“{file.name}” is {size}. Files must be 5 MB or smaller. Split it by month")
        return file


class FiguresForm(RedressForm):
    """Which team the page is about; none is all of them."""

    team = forms.ModelChoiceField(Team.objects.none(), label="Team", required=False, empty_label="All teams")

    def __init__(self, *args: Any, teams: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper.disable_csrf = True
        self.fields["team"].queryset = teams  # type: ignore[attr-defined]
