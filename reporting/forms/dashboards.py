from datetime import date
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict

from accounts.models import Team, User
from cases.choices import Channel
from core.forms import RedressForm
from policies.choices import CaseKind
from policies.models import Product
from reporting.choices import ReportRhythm
from reporting.selectors.scope import USUAL_WEEKS, WEEKS

SUPPORT = (("", "All customers"), ("yes", "With a support need"), ("no", "Without a support need"))
NARROWER = ("channel", "product", "as_of")


class ScopeForm(RedressForm):
    """What a dashboard looks at, read from the address; what is left out takes its usual value."""

    weeks = forms.TypedChoiceField(
        label="Period", choices=list(WEEKS.items()), coerce=int, required=False, empty_value=None
    )
    team = forms.ModelChoiceField(label="Team", queryset=Team.objects.none(), required=False, empty_label="All teams")
    kind = forms.ChoiceField(label="Type", choices=[("", "All types"), *CaseKind.choices], required=False)

    def __init__(self, address: "MultiValueDict[str, str]", *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__({"weeks": str(USUAL_WEEKS)} | address.dict(), *args, **kwargs)
        self.helper.disable_csrf = True
        self.fields["team"].queryset = Team.objects.visible_to(user)  # type: ignore[attr-defined]


class SegmentForm(ScopeForm):
    """The same, narrowed to some customers, contacts or products, and looked at as it stood on an earlier day."""

    support = forms.ChoiceField(label="Customers", choices=SUPPORT, required=False)
    channel = forms.ChoiceField(label="Channel", choices=[("", "All channels"), *Channel.choices], required=False)
    product = forms.ModelChoiceField(
        label="Product", queryset=Product.objects.none(), required=False, empty_label="All products"
    )
    as_of = forms.DateField(
        label="As it stood at the end of", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, *args: Any, user: User, today: date, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.today = today
        self.fields["product"].queryset = Product.objects.visible_to(user)  # type: ignore[attr-defined]

    def clean_as_of(self) -> date | None:
        """Return the day to look back to; today is where everybody is anyway."""
        found: date | None = self.cleaned_data["as_of"]
        if found is not None and found > self.today:
            raise forms.ValidationError("Choose a day up to today: what comes later has not been counted.")
        return None if found == self.today else found

    @property
    def is_narrower(self) -> bool:
        """Return whether one of the filters that are folded away is in use."""
        return any(self.data.get(name) for name in NARROWER)


class KeepForm(RedressForm):
    """The name under which a dashboard is kept, and whether it is sent."""

    name = forms.CharField(label="Keep this dashboard as", max_length=60)
    rhythm = forms.ChoiceField(label="Send it to me by email", choices=ReportRhythm.choices, required=False)
    is_shared = forms.BooleanField(
        label="Share it with my team",
        help_text="They find it among their kept dashboards, with the figures that they may see. A manager’s is for all.",
        required=False,
    )


class FigureForm(SegmentForm):
    """One figure of a dashboard, whose cases are asked for; without dates, those of the whole period."""

    key = forms.CharField(required=False, max_length=40)
    first = forms.DateField(required=False)
    last = forms.DateField(required=False)

    def add_prefix(self, field_name: str) -> str:
        return {"first": "from", "last": "to"}.get(field_name, field_name)
