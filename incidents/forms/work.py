"""What is typed while an incident is worked on: updates, hand-offs, service recovery, links."""

import re
from datetime import datetime, time
from typing import Any, Final

from django import forms

from accounts.models import User
from cases.forms.base import OnceForm, at_local_time, date_input, text_area, time_input
from cases.models import Case
from core.forms import RedressForm
from incidents.choices import RecoveryKind
from incidents.services.handoffs import Request
from incidents.services.link_runs import number_of
from incidents.services.recovery import Proposal

LONGEST_UPDATE: Final = 5000
MOST_REFERENCES: Final = 500
END_OF_DAY: Final = time(17, 0)


class UpdateForm(OnceForm):
    """One audience's composer; the two differ in label and hint, so that neither is taken for the other."""

    text = forms.CharField(
        max_length=LONGEST_UPDATE, widget=text_area(6), error_messages={"required": "Enter the update"}
    )
    next_on = forms.DateField(label="Next update on", required=False, widget=date_input())
    next_at = forms.TimeField(label="Next update at", required=False, widget=time_input())

    def __init__(self, *args: Any, label: str, hint: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label, self.fields["text"].help_text = label, hint

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("next_at") and not data.get("next_on"):
            self.add_error("next_on", "Enter the day of the next update")
        return data

    def next_update_at(self) -> datetime | None:
        day, at = self.cleaned_data["next_on"], self.cleaned_data["next_at"]
        return at_local_time(day, at or END_OF_DAY) if day else None


class HandOffForm(RedressForm):
    resolver = forms.CharField(label="Who takes it?", help_text="A team, a person or a company.", max_length=120)
    is_external = forms.BooleanField(label="They are outside the organisation", required=False)
    asked = forms.CharField(label="What do you ask for?", max_length=300, widget=text_area(3))
    due_on = forms.DateField(label="By which day?", required=False, widget=date_input())
    due_time = forms.TimeField(label="By what time?", required=False, widget=time_input())

    def request(self) -> Request:
        data = self.cleaned_data
        due_at = at_local_time(data["due_on"], data["due_time"] or END_OF_DAY) if data["due_on"] else None
        return Request(resolver=data["resolver"], asked=data["asked"], is_external=data["is_external"], due_at=due_at)


class ReceiptForm(RedressForm):
    receipt = forms.CharField(label="Who confirmed it, or what is their reference?", max_length=120)


class AnswerForm(RedressForm):
    answer = forms.CharField(label="What did they answer?", max_length=2000, widget=text_area())


class RecoveryForm(RedressForm):
    customer_group = forms.CharField(
        label="Which customers?", help_text="For example: without supply for more than 12 hours.", max_length=120
    )
    kind = forms.ChoiceField(label="What kind of recovery is it?", choices=RecoveryKind, widget=forms.RadioSelect)
    text = forms.CharField(label="What will we do?", max_length=300, widget=text_area(2))
    cost = forms.DecimalField(
        label="What does it cost for the whole group, in pounds?",
        min_value=0,
        max_digits=10,
        decimal_places=2,
        initial=0,
    )
    due_date = forms.DateField(label="Done by", required=False, widget=date_input())

    def proposal(self) -> Proposal:
        return Proposal(**(self.cleaned_data | {"kind": RecoveryKind(self.cleaned_data["kind"])}))


class OutcomeForm(RedressForm):
    outcome = forms.CharField(label="How do you know that it is done?", max_length=300, widget=text_area(2))


class DropForm(RedressForm):
    reason = forms.CharField(label="Why is it dropped?", max_length=300, widget=text_area(2))


class UnlinkForm(RedressForm):
    reason = forms.CharField(label="Why does it not belong to this incident?", max_length=300, widget=text_area(2))


class LinkCasesForm(RedressForm):
    references = forms.CharField(
        label="References of the cases that it caused",
        help_text=f"One on each line, or separated by commas. {MOST_REFERENCES} at most.",
        max_length=20_000,
        widget=text_area(5),
    )

    def __init__(self, *args: Any, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reader = reader

    def clean_references(self) -> list[int]:
        """Return the ids of the cases; every reference that names none is said, and none is linked."""
        given = list(dict.fromkeys(re.split(r"[\s,;]+", self.cleaned_data["references"].strip().upper())))
        if len(given) > MOST_REFERENCES:
            raise forms.ValidationError(f"Enter {MOST_REFERENCES} references at most. You have entered {len(given)}")
        numbers = {number_of(reference): reference for reference in given}
        found = dict(Case.objects.visible_to(self.reader).filter(number__in=numbers).values_list("number", "pk"))
        if missing := [reference for number, reference in numbers.items() if number not in found]:
            listed = ", ".join(missing[:10]) + (" and more" if len(missing) > 10 else "")
            raise forms.ValidationError(f"You cannot see a case with the reference {listed}. Check or remove it")
        return list(found.values())
