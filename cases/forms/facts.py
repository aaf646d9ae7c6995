"""Changing what is known of a case, who owns it, and what kind it is."""

from typing import Any

from django import forms

from accounts.models import Team, User
from cases.choices import DesiredOutcome, LinkKind, WaitingOn
from cases.forms.base import offer_rows, text_area
from cases.models import Case
from cases.services.facts import FACTS
from cases.services.ownership import CASEWORKERS
from core.forms import RedressForm, RowsField
from core.sharing import SharedForm
from policies.choices import CaseKind, Priority
from policies.models import Category, JourneyStage, Product


class FactsForm(SharedForm):
    summary = forms.CharField(label="Summary", max_length=160)
    category = forms.ModelChoiceField(Category.objects.active(), label="Category", required=False)
    product = forms.ModelChoiceField(Product.objects.active(), label="Product", required=False)
    journey_stage = forms.ModelChoiceField(JourneyStage.objects.active(), label="Journey stage", required=False)
    desired_outcome = forms.ChoiceField(
        label="What does the customer want?", choices=[("", "Not said"), *DesiredOutcome.choices], required=False
    )
    desired_outcome_detail = forms.CharField(label="In their words", max_length=300, required=False)
    waiting_on = forms.ChoiceField(label="Are we waiting for somebody?", choices=WaitingOn, required=False)

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, initial={name: getattr(case, name) for name in (*FACTS, "version")}, **kwargs)


class PriorityForm(RedressForm):
    priority = forms.TypedChoiceField(label="Priority", choices=Priority, coerce=int, widget=forms.RadioSelect)
    reason = forms.CharField(label="Why?", max_length=300, widget=text_area(2))
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)


class OwnerForm(RedressForm):
    owner = forms.ModelChoiceField(
        User.objects.none(), label="Owner", required=False, empty_label="Nobody: leave it for the team"
    )
    team = forms.ModelChoiceField(Team.objects.none(), label="Team")
    reason = forms.CharField(label="Why?", required=False, max_length=300, widget=text_area(2))

    def __init__(self, *args: Any, case: Case, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, initial={"owner": case.owner_id, "team": case.team_id}, **kwargs)
        people = User.objects.visible_to(reader).filter(is_active=True, role__in=CASEWORKERS)
        offer_rows(self, "owner", people)
        offer_rows(self, "team", Team.objects.visible_to(reader).filter(is_active=True))


class KindForm(RedressForm):
    kind = forms.ChoiceField(label="What is it?", choices=CaseKind, widget=forms.RadioSelect)
    reason = forms.CharField(label="Why?", max_length=300, widget=text_area(2))


class LinkForm(RedressForm):
    kind = forms.ChoiceField(label="This case is", choices=LinkKind, widget=forms.RadioSelect)
    reference = forms.CharField(label="Reference of the other case", max_length=24)

    def __init__(self, *args: Any, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reader = reader

    def clean_reference(self) -> Case:
        number = "-".join(self.cleaned_data["reference"].strip().split("-")[-2:])
        case = Case.objects.visible_to(self.reader).filter(number=number).first()
        if case is None:
            raise forms.ValidationError("Enter the reference of a case that you can see, such as CMP-2026-004211")
        return case


class RestrictForm(RedressForm):
    people = RowsField(
        User.objects.none(),
        label="Who else may see this case?",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="You and the owner always can. Everybody else loses sight of it, in lists and counts too.",
    )

    def __init__(self, *args: Any, case: Case, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.visible_to(reader).filter(is_active=True, role__in=CASEWORKERS)
        offer_rows(self, "people", people.exclude(pk__in=[reader.pk, case.owner_id]))


class ReasonForm(RedressForm):
    reason = forms.CharField(label="Why?", max_length=300, widget=text_area(2))
