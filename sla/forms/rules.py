"""What is typed about rules and their allowances."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone

from accounts.models import Team
from cases.choices import Channel
from core.forms import RedressForm
from policies.choices import CaseKind, Priority
from policies.models import Category, SupportNeed, Trigger
from sla.arithmetic import DurationError
from sla.choices import Measure
from sla.models import Allowance, RuleSet, Target, WorkingCalendar

ANY = [("", "Any")]
NEW_OR_OPEN = [("NEW", "New cases only"), ("OPEN", "All open cases too")]


class SituationForm(RedressForm):
    """What rules look at; a field left empty is "any" in a rule."""

    kind = forms.ChoiceField(label="Type of case", choices=[*ANY, *CaseKind.choices], required=False)
    priority = forms.TypedChoiceField(
        label="Priority", choices=[*ANY, *Priority.choices], required=False, coerce=int, empty_value=None
    )
    category = forms.ModelChoiceField(Category.objects.all(), label="Category", required=False, empty_label="Any")
    team = forms.ModelChoiceField(Team.objects.all(), label="Team", required=False, empty_label="Any")
    channel = forms.ChoiceField(label="Channel", choices=[*ANY, *Channel.choices], required=False)
    trigger = forms.ModelChoiceField(
        Trigger.objects.all(), label="Reason for the referral", required=False, empty_label="Any"
    )
    need = forms.ModelChoiceField(
        SupportNeed.objects.all(), label="Support need of the customer", required=False, empty_label="Any"
    )


class RuleForm(SituationForm):
    name = forms.CharField(label="Name of the rule", max_length=120)

    field_order = ["name", "kind", "priority", "category", "team", "channel", "trigger", "need"]


class AllowanceForm(RedressForm):
    """How long one target is given; without an amount or a date the rule does not have the target."""

    amount = forms.DecimalField(
        label="How long", required=False, min_value=0, max_value=10_000, max_digits=7, decimal_places=2
    )
    measure = forms.ChoiceField(label="Counted in", choices=Measure, required=False)
    fixed_day = forms.DateField(
        label="Until which date",
        required=False,
        help_text="For a fixed date.",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    calendar = forms.ModelChoiceField(WorkingCalendar.objects.all(), label="On which calendar", required=False)
    cut_off = forms.TimeField(
        label="Cut-off",
        required=False,
        help_text="For working days: later arrivals count as the next working day.",
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    counts_from_next_day = forms.BooleanField(
        label="The first day does not count", required=False, initial=True, help_text="For working days."
    )
    closes_at = forms.TimeField(
        label="Close of business",
        required=False,
        help_text="For working days to the close of business. Leave it empty for the calendar's own.",
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    rolls = forms.BooleanField(label="Moves to the next working day", required=False)

    def __init__(self, *args: Any, target: Target, stored: Allowance | None = None, **kwargs: Any) -> None:
        self.target, self.stored = target, stored
        initial = {name: getattr(stored, name) for name in self.base_fields if stored}
        super().__init__(*args, prefix=f"target-{target.pk}", initial=initial, **kwargs)
        self.helper.disable_csrf = True

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self._is_given():
            for name, sentence in (("measure", "Select how it is counted"), ("calendar", "Select a calendar")):
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, sentence)
        if cleaned.get("measure") == Measure.FIXED_DATE and not cleaned.get("fixed_day"):
            self.add_error("fixed_day", "Enter the date on which it is due")
        if not self.errors and (terms := self.terms()):
            self._check_duration(Allowance(**terms))
        return cleaned

    def _check_duration(self, allowance: Allowance) -> None:
        try:
            _ = allowance.duration
        except DurationError as error:
            self.add_error("amount", str(error))

    def terms(self) -> dict[str, Any] | None:
        """Return what the rule allows the target, if it does."""
        if not self._is_given():
            return None
        fixed = self.cleaned_data["measure"] == Measure.FIXED_DATE
        amount = Decimal(0) if fixed else self.cleaned_data["amount"]
        day = self.cleaned_data["fixed_day"] if fixed else None
        return {"target": self.target, **self.cleaned_data, "amount": amount, "fixed_day": day}

    def _is_given(self) -> bool:
        """Return whether the rule has the target: it says how long, or until when."""
        data = self.cleaned_data
        return bool(data.get("fixed_day") if data.get("measure") == Measure.FIXED_DATE else data.get("amount"))


class TryForm(SituationForm):
    """A made-up case."""

    kind = forms.ChoiceField(label="Type of case", choices=CaseKind)
    received = forms.DateTimeField(
        label="Received",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    paused_from = forms.DateTimeField(
        label="Paused from",
        required=False,
        help_text="Leave both empty for no pause. It moves the handling clocks alone.",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    paused_to = forms.DateTimeField(
        label="Paused to",
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        starts, ends = cleaned.get("paused_from"), cleaned.get("paused_to")
        if bool(starts) != bool(ends) and not {"paused_from", "paused_to"} & set(self.errors):
            self.add_error("paused_to" if starts else "paused_from", "Enter both ends of the pause, or neither")
        if starts and ends and ends < starts:
            self.add_error("paused_to", "Paused to must be after Paused from")
        return cleaned

    def situation(self) -> dict[str, Any]:
        """Return the answers as `DeadlineExample` keeps them."""
        data = self.cleaned_data
        return {
            "kind": data["kind"],
            "priority": data["priority"],
            "category_id": data["category"].pk if data["category"] else None,
            "team_id": data["team"].pk if data["team"] else None,
            "channel": data["channel"],
            "trigger_ids": [data["trigger"].pk] if data["trigger"] else [],
            "need_ids": [data["need"].pk] if data["need"] else [],
            "received_at": data["received"].isoformat(),
            "pauses": [[data["paused_from"].isoformat(), data["paused_to"].isoformat()]] if data["paused_to"] else [],
        }


class PublishRulesForm(RedressForm):
    valid_from = forms.DateField(
        label="For what is received from",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        initial=timezone.localdate,
    )
    open_cases = forms.ChoiceField(
        label="Which cases?",
        choices=NEW_OR_OPEN,
        widget=forms.RadioSelect,
        initial="NEW",
    )
    note = forms.CharField(label="What changed, and why?", max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class ExampleForm(RedressForm):
    name = forms.CharField(label="Name of the example", max_length=120)
    target = forms.ModelChoiceField(Target.objects.none())

    def __init__(self, *args: Any, rule_set: RuleSet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["target"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 narrows the type
        field.queryset = rule_set.targets.all()
