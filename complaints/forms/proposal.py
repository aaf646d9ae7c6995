"""What is typed about the resolution: its words, its redress, its actions."""

from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.utils import timezone

from accounts.models import User
from cases.choices import PromiseKind
from cases.forms.base import date_input, offer, offer_rows, text_area
from cases.models import Case
from complaints.choices import GivesWanted
from complaints.forms.points import LONGEST_TEXT
from complaints.models import ComplaintPoint, Resolution
from complaints.services.proposing import ActionOffer, RedressOffer, ResolutionText
from core.forms import RedressForm
from core.sharing import SharedForm
from policies.choices import RedressType
from policies.models import RedressRange

YES_NO = [("yes", "Yes"), ("no", "No")]
APOLOGIES = {True: "yes", False: "no", None: ""}


class ResolutionForm(SharedForm):
    has_apology = forms.ChoiceField(label="Do we apologise?", choices=YES_NO, widget=forms.RadioSelect, required=False)
    apology = forms.CharField(
        label="Words of the apology",
        help_text="Say what we are sorry for, without “if”.",
        max_length=LONGEST_TEXT,
        widget=text_area(2),
        required=False,
    )
    gives_wanted = forms.ChoiceField(
        label="Does it give the customer what they asked for?",
        choices=GivesWanted,
        widget=forms.RadioSelect,
        required=False,
    )
    gives_wanted_reason = forms.CharField(label="Why?", max_length=500, required=False)
    letter = forms.CharField(
        label="Letter to the customer",
        help_text="It goes out word for word. Answer each point by its number, such as “Point 1”, or in its own words.",
        max_length=LONGEST_TEXT,
        widget=text_area(16),
        required=False,
    )

    @staticmethod
    def initial_of(resolution: Resolution | None) -> dict[str, Any]:
        if resolution is None:
            return {"version": 0}
        names = ("version", "apology", "gives_wanted", "gives_wanted_reason", "letter")
        return {name: getattr(resolution, name) for name in names} | {"has_apology": APOLOGIES[resolution.has_apology]}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("has_apology") == "yes" and not cleaned.get("apology"):
            self.add_error("apology", "Enter the words of the apology")
        return cleaned

    def text(self) -> ResolutionText:
        data = self.cleaned_data
        said = {words: value for value, words in APOLOGIES.items()}
        names = ("apology", "gives_wanted", "gives_wanted_reason", "letter")
        return ResolutionText(has_apology=said[data["has_apology"]], **{name: data[name] for name in names})


class AddedForm(RedressForm):
    """A small form inside the form of the resolution, which is left alone until something is typed in it."""

    typed_in: ClassVar[tuple[str, ...]]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper.disable_csrf = True

    @property
    def is_begun(self) -> bool:
        return any(self.data.get(self.add_prefix(name), "").strip() for name in self.typed_in)


class RedressItemForm(AddedForm):
    """`what` is a usual range by its id, or a type that has none by its code."""

    prefix = "redress"
    typed_in = ("what", "amount", "outside_reason")

    what = forms.ChoiceField(label="What for?")
    amount = forms.DecimalField(
        label="Amount in pounds", max_digits=9, decimal_places=2, min_value=Decimal("0.01"), max_value=1_000_000
    )
    point = forms.ModelChoiceField(
        label="Which point?", queryset=ComplaintPoint.objects.none(), required=False, empty_label="The case as a whole"
    )
    outside_reason = forms.CharField(
        label="Why outside the usual range?",
        help_text="Only if it is.",
        max_length=300,
        required=False,
    )

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ranges = {str(each.pk): each for each in RedressRange.objects.on(timezone.localdate(case.received_at))}
        offer(self, "what", _choices(list(self.ranges.values())))
        offer_rows(self, "point", case.points.order_by("number"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        usual, amount = self.ranges.get(cleaned.get("what", "")), cleaned.get("amount")
        outside = usual and amount is not None and not usual.minimum <= amount <= usual.maximum
        if usual and outside and not cleaned.get("outside_reason"):
            span = f"£{usual.minimum:,.2f} to £{usual.maximum:,.2f}"
            self.add_error("outside_reason", f"£{amount:,.2f} is outside the usual {span}. Enter why, or change it")
        return cleaned

    def offer(self) -> RedressOffer:
        data = self.cleaned_data
        usual = self.ranges.get(data["what"])
        return RedressOffer(
            redress_type=usual.redress_type if usual else data["what"],
            usual_id=usual.pk if usual else None,
            amount=data["amount"],
            point_id=data["point"].pk if data["point"] else None,
            outside_reason=data["outside_reason"],
        )


def _choices(ranges: list[RedressRange]) -> list[Any]:
    """Return the usual ranges under their types, and each type that has none by itself."""
    found: list[Any] = [("", "Select what for")]
    for redress_type in RedressType:
        levels = [each for each in ranges if each.redress_type == redress_type]
        words = [(str(each.pk), f"{each.level}, £{each.minimum:,.0f} to £{each.maximum:,.0f}") for each in levels]
        found.append((redress_type.label, words) if words else (redress_type.value, redress_type.label))
    return found


class ActionForm(AddedForm):
    prefix = "action"
    typed_in = ("text", "due_date")

    text = forms.CharField(label="What will we do?", max_length=200)
    kind = forms.ChoiceField(label="Sort of promise", choices=PromiseKind, initial=PromiseKind.ACTION)
    owner = forms.ModelChoiceField(label="Who does it?", queryset=User.objects.none(), empty_label="Select a colleague")
    due_date = forms.DateField(label="By when?", widget=date_input())

    def __init__(self, *args: Any, reader: User, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.visible_to(reader).filter(is_active=True, team__isnull=False).order_by("full_name", "pk")
        offer_rows(self, "owner", people)
        self.fields["owner"].initial = case.owner_id

    def clean_due_date(self) -> date:
        due: date = self.cleaned_data["due_date"]
        if due < timezone.localdate():
            raise forms.ValidationError("By when? must be today or later")
        return due

    def offer(self) -> ActionOffer:
        data = self.cleaned_data
        return ActionOffer(text=data["text"], kind=data["kind"], owner_id=data["owner"].pk, due_date=data["due_date"])
