"""What narrows the access log."""

from typing import Any

from django import forms

from accounts.models import User
from cases.forms.base import date_input, offer_rows
from cases.selectors.access_log import KINDS, Wanted
from core.forms import RedressForm


class AccessLogForm(RedressForm):
    reader = forms.ModelChoiceField(User.objects.none(), label="Who", required=False, empty_label="Everybody")
    what = forms.ChoiceField(label="What", choices=[("", "Everything"), *KINDS.items()], required=False)
    case = forms.CharField(label="Case reference", max_length=24, required=False)
    first = forms.DateField(label="From", required=False, widget=date_input())
    last = forms.DateField(label="To", required=False, widget=date_input())

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "reader", User.objects.visible_to(user))

    def wanted(self) -> Wanted:
        """Return what was asked for; what makes no sense is left out."""
        data = self.cleaned_data if self.is_valid() else {}
        reference = str(data.get("case") or "").strip()
        return Wanted(
            reader=data.get("reader"),
            number="-".join(reference.split("-")[-2:]) if reference else "",
            what=data.get("what") or "",
            first=data.get("first"),
            last=data.get("last"),
        )
