"""Which cases an incident caused, when there are too many to type: a search, or a file."""

from collections.abc import Iterator
from typing import Any, Final

from django import forms

from cases.forms.base import OnceForm, date_input, offer_rows
from core.csv_rows import CsvTable
from core.errors import UserFacingError
from core.forms import RedressForm
from incidents.selectors.linking import Search
from policies.choices import CaseKind
from policies.models import Category, Product

LARGEST_FILE: Final = 5 * 1024 * 1024
COLUMNS: Final = ("reference", "case", "number")


class SearchForm(RedressForm):
    """What the cases have in common; every field that is filled narrows it."""

    words = forms.CharField(label="Words", help_text="Every word must be in the case.", required=False, max_length=200)
    kind = forms.ChoiceField(label="Kind", required=False, choices=[("", "All kinds"), *CaseKind.choices])
    category = forms.ModelChoiceField(
        Category.objects.none(), label="Category", required=False, empty_label="All categories"
    )
    product = forms.ModelChoiceField(
        Product.objects.none(), label="Product", required=False, empty_label="All products"
    )
    received_from = forms.DateField(label="Received from", required=False, widget=date_input())
    received_to = forms.DateField(label="Received to", required=False, widget=date_input())
    is_open = forms.BooleanField(label="Open cases only", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper.disable_csrf = True
        offer_rows(self, "category", Category.objects.order_by("name", "pk"))
        offer_rows(self, "product", Product.objects.order_by("name", "pk"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        first, last = data.get("received_from"), data.get("received_to")
        if first and last and last < first:
            self.add_error("received_to", "The last day must not be before the first")
        if not self.errors and not any(data.values()):
            raise forms.ValidationError("Enter what the cases have in common")
        return data

    def search(self) -> Search:
        return Search(**self.cleaned_data)


class LinkFoundForm(OnceForm):
    """The second press: link what was found. The search itself stands in the address."""


class LinkFileForm(OnceForm):
    file = forms.FileField(
        label="CSV file",
        help_text="A column called “reference”, one case on each row. Up to 5 MB.",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv"}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            size = f"{file.size / 1024 / 1024:.1f} MB"
            raise forms.ValidationError(f"“{file.name}” is {size}. Files must be 5 MB or smaller. Split it")
        try:
            self.table = CsvTable(file)
        except UserFacingError as error:
            raise forms.ValidationError(str(error)) from error
        names = [name.casefold() for name in self.table.header]
        self.column = next((names.index(name) for name in COLUMNS if name in names), -1)
        if self.column < 0:
            raise forms.ValidationError("The first line of the file must name a column “reference”")
        return file

    def references(self) -> Iterator[tuple[int, str | None]]:
        """Yield each row's line and reference; None where it cannot be read."""
        for line, cells in self.table.rows():
            yield line, None if self.table.why_unreadable(cells) else cells[self.column].strip()
