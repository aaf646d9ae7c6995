"""What is typed to work out interest on money held back."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone

from cases.forms.base import date_input, offer_rows
from cases.models import Case
from complaints.choices import InterestMethod
from complaints.models import ComplaintPoint
from complaints.selectors.interest import InterestClaim
from core.forms import RedressForm


class InterestForm(RedressForm):
    principal = forms.DecimalField(
        label="How much money was missing, in pounds?",
        max_digits=9,
        decimal_places=2,
        min_value=Decimal("0.01"),
        max_value=1_000_000,
    )
    start = forms.DateField(
        label="Since which day?", help_text="The day the customer lost it. It counts.", widget=date_input()
    )
    end = forms.DateField(label="On which day do we pay it back?", help_text="It does not count.", widget=date_input())
    method = forms.ChoiceField(
        label="At which rate?",
        choices=InterestMethod,
        initial=InterestMethod.BASE_PLUS_ONE,
        help_text=(
            "Base rate plus 1 where the ombudsman could be asked from 1 January 2026. "
            "8% for older cases and for an award that we paid late."
        ),
        widget=forms.RadioSelect,
    )
    point = forms.ModelChoiceField(
        label="Which point?", queryset=ComplaintPoint.objects.none(), required=False, empty_label="The case as a whole"
    )

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "point", case.points.order_by("number"))
        self.fields["end"].initial = timezone.localdate

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        start, end = cleaned.get("start"), cleaned.get("end")
        if start and end and end <= start:
            self.add_error("end", "The day we pay it back must be after the day of the loss")
        return cleaned

    def claim(self) -> InterestClaim:
        data = self.cleaned_data
        return InterestClaim(
            principal=data["principal"],
            start=data["start"],
            end=data["end"],
            method=InterestMethod(data["method"]),
            point_id=data["point"].pk if data["point"] else None,
        )
