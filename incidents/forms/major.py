"""What is typed about a major incident."""

from datetime import datetime
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from cases.forms.base import at_local_time, date_input, offer_rows, text_area, time_input
from core.forms import RedressForm
from incidents.services.major import Findings, Roles


class RolesForm(RedressForm):
    """Who leads, out of those who may."""

    lead = forms.ModelChoiceField(User.objects.none(), label="Who leads the incident?")
    communications = forms.ModelChoiceField(
        User.objects.none(),
        label="Who leads communications?",
        help_text="They answer for what customers and stakeholders are told. One person can do both.",
    )

    def __init__(self, *args: Any, people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "lead", people)
        offer_rows(self, "communications", people)

    def roles(self) -> Roles:
        return Roles(lead=self.cleaned_data["lead"], communications=self.cleaned_data["communications"])


class DeclareForm(RolesForm):
    reason = forms.CharField(
        label="Why is it major?",
        help_text="How many customers, what it does to them, why the usual way is not enough.",
        max_length=300,
        widget=text_area(3),
    )
    field_order = ("reason", "lead", "communications")


class StandDownForm(RedressForm):
    note = forms.CharField(label="Why can it be stood down?", max_length=300, widget=text_area(3))


class NoteForm(RedressForm):
    text = forms.CharField(label="What happened, or was decided?", max_length=500, widget=text_area(3))
    day = forms.DateField(label="On which day?", widget=date_input())
    at = forms.TimeField(label="At what time?", widget=time_input())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        here = timezone.localtime()
        self.initial.update(day=here, at=here)

    def happened_at(self) -> datetime:
        return at_local_time(self.cleaned_data["day"], self.cleaned_data["at"])


class ReviewForm(RedressForm):
    findings = forms.CharField(label="What happened, and why?", max_length=5000, widget=text_area(6))
    went_well = forms.CharField(label="What went well?", required=False, max_length=5000, widget=text_area())
    went_badly = forms.CharField(label="What did not?", required=False, max_length=5000, widget=text_area())

    def review(self) -> Findings:
        return Findings(**self.cleaned_data)


class ReviewActionForm(RedressForm):
    text = forms.CharField(label="What is to be done?", max_length=300, widget=text_area(2))
    owner = forms.ModelChoiceField(User.objects.none(), label="Who does it?")
    due_date = forms.DateField(label="Until which day?", widget=date_input())

    def __init__(self, *args: Any, people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "owner", people)


class OutcomeOfActionForm(RedressForm):
    outcome = forms.CharField(label="How do you know that it is done?", max_length=300, widget=text_area(2))


class ListenerForm(RedressForm):
    name = forms.CharField(label="Who is told?", help_text="A colleague, a team or a partner.", max_length=120)
    email = forms.EmailField(label="Their email address")
