"""The filters of the queue. The address is read through this form, so nothing unknown reaches the database."""

from typing import Any, Final, cast

from django import forms

from accounts.choices import Role
from accounts.models import User
from cases.choices import CaseStatus, Channel, WaitingOn
from cases.models import Customer
from core.forms import RedressForm
from desk.selectors.queue.filters import ME, NOBODY
from desk.selectors.queue.options import Choices, colleagues, policy_choices
from policies.choices import CaseKind, Priority

ANY: Final = {
    "stage": "Any stage",
    "waiting": "Anybody or nobody",
    "kind": "Any type",
    "owner": "Anyone",
    "team": "Any team",
    "channel": "Any channel",
    "category": "Any category",
    "journey": "Any stage of the journey",
}
DUE: Final = [("late", "Late"), ("today", "Today"), ("soon", "Next 2 working days")]
SEES_SUPPORT_NEEDS: Final = frozenset({Role.TEAM_LEADER, Role.MANAGER})


def _select(label: str, name: str, choices: Choices | None = None) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        required=False,
        choices=[("", ANY[name]), *(choices or [])],
        widget=forms.Select(attrs={"class": "form-select"}),
    )


def _day(label: str) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date", "class": "form-control"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, widget=widget)


def _box(label: str) -> forms.BooleanField:
    return forms.BooleanField(
        label=label, required=False, widget=forms.CheckboxInput(attrs={"class": "form-check-input"})
    )


class FilterForm(RedressForm):
    stage = _select("Stage", "stage", CaseStatus.choices)
    priority = forms.MultipleChoiceField(
        label="Priority",
        required=False,
        choices=[(str(each.value), each.label) for each in Priority],
        widget=forms.CheckboxSelectMultiple,
    )
    owner = _select("Owner", "owner")
    due = forms.ChoiceField(label="Deadline", required=False, choices=DUE, widget=forms.RadioSelect)
    due_from = _day("Due from")
    due_to = _day("Due until")
    waiting = _select("Waiting on", "waiting", [each for each in WaitingOn.choices if each[0]])
    kind = _select("Type", "kind", CaseKind.choices)
    team = _select("Team", "team")
    channel = _select("Channel", "channel", Channel.choices)
    category = _select("Category", "category")
    journey = _select("Journey stage", "journey")
    opened_from = _day("Received from")
    opened_to = _day("Received until")
    customer = forms.ModelChoiceField(
        label="Customer", queryset=Customer.objects.none(), required=False, widget=forms.HiddenInput
    )
    repeat = _box("Contacted us before")
    support = _box("Needs extra support")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = {**policy_choices(), "owner": [(ME, "Me"), (NOBODY, "Nobody"), *colleagues(user)]}
        for name, choices in offered.items():
            cast(forms.ChoiceField, self.fields[name]).choices = [("", ANY[name]), *choices]
        cast("forms.ModelChoiceField[Customer]", self.fields["customer"]).queryset = Customer.objects.visible_to(user)
        if user.role not in SEES_SUPPORT_NEEDS:
            del self.fields["support"]

    def chosen(self) -> dict[str, Any]:
        """Return what was chosen and exists; the rest of the address is passed over."""
        self.full_clean()
        return {name: value for name, value in self.cleaned_data.items() if value not in ("", None, [], False)}

    def in_words(self, name: str, value: Any) -> str:
        """Return a filter as a chip says it: "Priority: P1 Critical or P2 High"."""
        field = self.fields[name]
        if isinstance(field, forms.BooleanField):
            return str(field.label)
        if isinstance(field, forms.ModelChoiceField):
            return f"{field.label}: {value}"
        if isinstance(field, forms.ChoiceField):
            labels = {str(key): str(label) for key, label in cast("Choices", field.choices)}
            chosen = value if isinstance(value, list) else [value]
            return f"{field.label}: {' or '.join(labels[each] for each in chosen)}"
        return f"{field.label}: {value.day} {value:%b %Y}"
