"""What is typed about a promise: that it was made, and what became of it."""

from typing import Any

from django import forms
from django.db.models import Q

from accounts.models import User
from cases.choices import PromiseKind, PromiseState
from cases.forms.base import at_local_time, date_input, offer_rows, time_input
from cases.models import Case, Evidence
from cases.services.ownership import CASEWORKERS
from core.forms import RedressForm

AFTER_CARE = "AFTER_CARE"


def keepers(case: Case, reader: User) -> Any:
    """Return who could keep a promise of the case: its team, its leaders and its owner."""
    team = Q(team=case.team_id) | Q(led_teams=case.team_id) if case.team_id else Q(pk=case.owner_id)
    people = User.objects.visible_to(reader).filter(is_active=True, role__in=CASEWORKERS)
    return people.filter(team | Q(pk__in=[case.owner_id, reader.pk])).distinct()


class PromiseForm(RedressForm):
    kind = forms.ChoiceField(label="What kind of promise is it?", choices=PromiseKind)
    text = forms.CharField(label="What did we promise?", max_length=200)
    due_date = forms.DateField(label="Day", widget=date_input())
    due_time = forms.TimeField(label="Time", widget=time_input())
    owner = forms.ModelChoiceField(
        User.objects.none(), label="Who keeps it?", required=False, empty_label="The owner of the case"
    )
    repeats_days = forms.IntegerField(
        label="Comes again after this many days",
        required=False,
        min_value=1,
        max_value=90,
        help_text="Only for promises such as a weekly update: 7. The next one is made when this one is kept.",
    )

    def __init__(self, *args: Any, case: Case, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "owner", keepers(case, reader))

    def values(self) -> dict[str, Any]:
        """Return the arguments for `make_promise`."""
        data = self.cleaned_data
        due_at = at_local_time(data["due_date"], data["due_time"])
        return {name: data[name] for name in ("kind", "text", "owner", "repeats_days")} | {"due_at": due_at}


class SettlePromiseForm(RedressForm):
    state = forms.ChoiceField(
        label="What became of it?",
        widget=forms.RadioSelect,
        choices=[
            (PromiseState.KEPT.value, "It was kept"),
            (PromiseState.RELEASED.value, "It is no longer needed"),
            (AFTER_CARE, "Somebody keeps it after the case is closed"),
        ],
    )
    outcome = forms.CharField(
        label="How do we know?",
        max_length=300,
        help_text="Say how it was kept, such as the payment reference, or why it is no longer needed or handed over.",
    )
    evidence = forms.ModelChoiceField(
        Evidence.objects.none(), label="Proof from the evidence", required=False, empty_label="None"
    )
    owner = forms.ModelChoiceField(
        User.objects.none(),
        label="Who keeps it after the case is closed?",
        required=False,
        empty_label="Choose a colleague",
        help_text="Only if you hand it over.",
    )

    def __init__(self, *args: Any, case: Case, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "evidence", Evidence.objects.filter(case=case, removed_at=None))
        offer_rows(self, "owner", keepers(case, reader))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("state") == AFTER_CARE and not cleaned.get("owner"):
            self.add_error("owner", "Choose who keeps it after the case is closed")
        return cleaned
