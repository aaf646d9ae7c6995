"""What is typed about calendars."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts.models import validate_time_zone
from core.errors import UserFacingError
from core.forms import RedressForm
from sla.arithmetic import parse_week
from sla.arithmetic.opening_hours import parse_periods
from sla.choices import ExceptionKind

DIVISIONS = [
    ("england-and-wales", "England and Wales"),
    ("scotland", "Scotland"),
    ("northern-ireland", "Northern Ireland"),
]
NEW_OR_OPEN = [("NEW", "New deadlines only"), ("OPEN", "All open deadlines too")]


class WeekForm(RedressForm):
    hours = forms.CharField(
        label="Weekly hours",
        max_length=600,
        help_text="One line for each group of days: mon-fri 09:00-12:30 13:15-17:30. Over midnight: fri 22:00-06:00+1.",
        widget=forms.Textarea(attrs={"rows": 7}),
    )

    def clean_hours(self) -> str:
        hours: str = self.cleaned_data["hours"]
        try:
            parse_week(hours)
        except UserFacingError as error:
            raise ValidationError(str(error)) from error
        return hours


class HoursForm(WeekForm):
    time_zone = forms.CharField(label="Time zone", max_length=60, validators=[validate_time_zone])


class LaterWeekForm(WeekForm):
    valid_from = forms.DateField(
        label="From", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), help_text="The first day."
    )

    time_zone = forms.CharField(
        label="Time zone from then on",
        required=False,
        max_length=60,
        validators=[validate_time_zone],
        help_text="Leave it empty if it stays the same.",
    )

    field_order = ["valid_from", "hours", "time_zone"]


class ExceptionForm(RedressForm):
    day = forms.DateField(label="Date", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    kind = forms.ChoiceField(label="What is different?", choices=ExceptionKind)
    name = forms.CharField(label="Name", max_length=120)
    hours = forms.CharField(
        label="Hours on that day", required=False, max_length=120, help_text="Leave it empty if closed all day."
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        hours = cleaned.get("hours", "")
        if cleaned.get("kind") == ExceptionKind.OPENING and not hours and "hours" not in self.errors:
            self.add_error("hours", "Enter the hours, such as 10:00-14:00")
        try:
            parse_periods(hours) if hours else ()
        except UserFacingError as error:
            self.add_error("hours", str(error))
        return cleaned


class HolidaysForm(RedressForm):
    division = forms.ChoiceField(label="Bank holidays of", choices=DIVISIONS)
    year = forms.IntegerField(label="Year", min_value=2000, max_value=2100)


class PublishCalendarForm(RedressForm):
    open_cases = forms.ChoiceField(
        label="Which cases?",
        choices=NEW_OR_OPEN,
        widget=forms.RadioSelect,
        initial="OPEN",
    )
    note = forms.CharField(label="What changed, and why?", max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
