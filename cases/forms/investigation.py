"""Steps of the investigation and the people in it."""

from typing import Any

from django import forms

from accounts.models import User
from cases.choices import ChecklistState, StakeholderRole
from cases.forms.base import date_input, offer_rows, text_area
from cases.models import ChecklistItem, Stakeholder
from cases.services.ownership import CASEWORKERS
from core.forms import RedressForm
from core.sharing import SharedForm
from policies.choices import ChecklistGroup


def colleagues(reader: User) -> Any:
    return User.objects.visible_to(reader).filter(is_active=True, role__in=CASEWORKERS)


class AddItemForm(RedressForm):
    text = forms.CharField(label="What needs to be found out?", max_length=200)
    group = forms.ChoiceField(label="Group", choices=ChecklistGroup)
    assignee = forms.ModelChoiceField(User.objects.none(), label="Who does it?", required=False)
    due_date = forms.DateField(label="By when?", required=False, widget=date_input())

    def __init__(self, *args: Any, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "assignee", colleagues(reader))


class ItemForm(SharedForm):
    finding = forms.CharField(label="What did you find?", required=False, max_length=10_000, widget=text_area(6))
    state = forms.ChoiceField(label="Have you completed this?", widget=forms.RadioSelect, choices=ChecklistState)
    reason = forms.CharField(
        label="Why is it not needed?", required=False, max_length=300, help_text="Only if you chose “Not needed”."
    )

    def __init__(self, *args: Any, item: ChecklistItem, **kwargs: Any) -> None:
        names = ("finding", "state", "reason", "version")
        super().__init__(*args, initial={name: getattr(item, name) for name in names}, **kwargs)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("state") == ChecklistState.COMPLETED and not cleaned.get("finding"):
            self.add_error("finding", "Enter what you found, so that the step can be completed")
        if cleaned.get("state") == ChecklistState.NOT_NEEDED and not cleaned.get("reason"):
            self.add_error("reason", "Enter why the step is not needed")
        return cleaned


class StakeholderForm(SharedForm):
    name = forms.CharField(label="Name", max_length=120)
    role = forms.ChoiceField(label="Role in this case", choices=StakeholderRole)
    needed = forms.CharField(label="What do we need from them?", required=False, max_length=300)
    asked_on = forms.DateField(label="Asked on", required=False, widget=date_input())
    chase_on = forms.DateField(label="Chase on", required=False, widget=date_input())
    answered_on = forms.DateField(label="Answered on", required=False, widget=date_input())
    answer = forms.CharField(label="What they answered", required=False, max_length=10_000, widget=text_area())
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    FIELDS = ("name", "role", "needed", "asked_on", "chase_on", "answered_on", "answer", "version")

    def __init__(self, *args: Any, person: Stakeholder | None = None, **kwargs: Any) -> None:
        initial = {name: getattr(person, name) for name in self.FIELDS} if person else {}
        super().__init__(*args, initial=initial, **kwargs)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        asked = cleaned.get("asked_on")
        for name in ("chase_on", "answered_on"):
            if asked and cleaned.get(name) and cleaned[name] < asked:
                self.add_error(name, f"{self.fields[name].label} must be on or after the day that they were asked")
        return cleaned
