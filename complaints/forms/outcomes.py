"""What is typed when a complaint goes elsewhere: to another organisation, into another case, to the ombudsman."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone

from accounts.models import User
from cases.forms.base import date_input, offer_rows, text_area
from cases.models import Case
from complaints.choices import OmbudsmanDecision
from complaints.forms.points import LONGEST_TEXT
from complaints.models import ComplaintPoint, OmbudsmanReferral
from complaints.services.forwarding import Forward
from complaints.services.ombudsman import ReferralFacts
from core.forms import RedressForm, RowsField


class ForwardForm(RedressForm):
    points = RowsField(
        ComplaintPoint.objects.none(),
        label="Which points are theirs?",
        help_text="Choose none to forward the whole complaint, which closes the case.",
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    organisation = forms.CharField(label="Which organisation?", max_length=160)
    contact = forms.CharField(
        label="How does the customer reach them?",
        help_text="Address, phone or email, as you told the customer.",
        max_length=300,
        widget=text_area(2),
    )
    reason = forms.CharField(label="Why is it theirs to answer?", max_length=300, widget=text_area(2))
    forwarded_on = forms.DateField(label="Forwarded on", widget=date_input())
    told_on = forms.DateField(
        label="Customer told on",
        help_text="They must know who answers them, and why.",
        required=False,
        widget=date_input(),
    )

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "points", case.points.order_by("number"))
        self.fields["forwarded_on"].initial = timezone.localdate

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        forwarded, told = cleaned.get("forwarded_on"), cleaned.get("told_on")
        if forwarded and forwarded > timezone.localdate():
            self.add_error("forwarded_on", "The day must be today or earlier")
        if forwarded and told and told < forwarded:
            self.add_error("told_on", "The customer cannot have been told before it was forwarded")
        return cleaned

    def forward(self) -> Forward:
        data = dict(self.cleaned_data)
        return Forward(point_ids=tuple(point.pk for point in data.pop("points")), **data)


class MergeForm(RedressForm):
    reference = forms.CharField(label="Reference of the case that stays open", max_length=24)
    reason = forms.CharField(label="Why are they one complaint?", max_length=300, widget=text_area(2))

    def __init__(self, *args: Any, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reader = reader

    def clean_reference(self) -> Case:
        number = "-".join(self.cleaned_data["reference"].strip().split("-")[-2:])
        found = Case.objects.visible_to(self.reader).filter(number=number, complaint__isnull=False).first()
        if found is None:
            raise forms.ValidationError("Enter the reference of a complaint that you can see, such as CMP-2026-004211")
        return found


class OmbudsmanForm(RedressForm):
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    body = forms.CharField(label="Which ombudsman?", max_length=120)
    reference = forms.CharField(label="Their reference", max_length=60, required=False)
    referred_on = forms.DateField(label="When did they tell us?", widget=date_input())
    file_due_on = forms.DateField(label="Our file is due on", required=False, widget=date_input())
    file_sent_on = forms.DateField(label="Our file went on", required=False, widget=date_input())
    decision = forms.ChoiceField(
        label="What did they decide?", choices=[("", "Nothing yet"), *OmbudsmanDecision.choices], required=False
    )
    decided_on = forms.DateField(label="Decided on", required=False, widget=date_input())
    award = forms.DecimalField(
        label="Award in pounds", max_digits=9, decimal_places=2, min_value=Decimal(0), required=False
    )
    award_due_on = forms.DateField(
        label="To be paid by", help_text="It becomes a promise to the customer.", required=False, widget=date_input()
    )
    award_paid_on = forms.DateField(label="Paid on", required=False, widget=date_input())
    learning = forms.CharField(
        label="What do we learn from it?",
        help_text="For the colleague who decided, for training, and for the policy.",
        max_length=LONGEST_TEXT,
        widget=text_area(4),
        required=False,
    )

    @staticmethod
    def initial_of(referral: OmbudsmanReferral | None) -> dict[str, Any]:
        if referral is None:
            return {"version": 0}
        return {name: getattr(referral, name) for name in OmbudsmanForm.base_fields}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("decision") and not cleaned.get("decided_on"):
            self.add_error("decided_on", "Enter the day of the decision")
        if cleaned.get("decided_on") and not cleaned.get("decision"):
            self.add_error("decision", "Select what they decided")
        if cleaned.get("decision") and not cleaned.get("learning"):
            self.add_error("learning", "Enter what we learn from it, if only that we did right, and why")
        if cleaned.get("award") and not cleaned.get("decision"):
            self.add_error("award", "An award belongs to a decision. Select the decision too")
        return cleaned

    def facts(self) -> ReferralFacts:
        return ReferralFacts(**{name: value for name, value in self.cleaned_data.items() if name != "version"})
