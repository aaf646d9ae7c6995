"""What is typed about a target: how it starts, what meets it, and what may happen in between."""

from typing import Any

from django import forms

from cases.choices import Channel
from core.forms import RedressForm
from sla.choices import SatisfiedBy, StartEvent
from sla.models import RuleSet, Target
from sla.models.targets import STAGES

LONGEST_EXTENSION = 366


class TargetForm(RedressForm):
    name = forms.CharField(label="Name", max_length=80)
    satisfied_by = forms.ChoiceField(label="Met by", choices=SatisfiedBy)
    channels = forms.MultipleChoiceField(
        label="Channels that count",
        choices=Channel,
        required=False,
        help_text="Tick none, and every channel counts.",
        widget=forms.CheckboxSelectMultiple,
    )
    counts_automatic = forms.BooleanField(label="An automatic message counts", required=False)
    starts_on = forms.ChoiceField(label="Starts", choices=StartEvent)
    after = forms.ModelChoiceField(
        Target.objects.none(),
        label="After which target",
        required=False,
        help_text="Where it starts when another target was met.",
    )
    stage = forms.ChoiceField(
        label="Which stage",
        choices=[("", "None"), *STAGES],
        required=False,
        help_text="Where it starts when the case enters a stage.",
    )
    counts_from_receipt = forms.BooleanField(label="Counts from the day of receipt, whenever it starts", required=False)
    is_customer_clock = forms.BooleanField(
        label="Never pauses",
        required=False,
        help_text="For what the customer and the regulator see. Others may pause, for a reason and with an end.",
    )
    is_window = forms.BooleanField(
        label="Passing it is not late", required=False, help_text="For an opportunity that ends, not a promise."
    )
    repeats = forms.BooleanField(label="Starts again each time it is met", required=False)
    restarts_on_reopening = forms.BooleanField(label="Starts again when the case is reopened", required=False)
    longest_extension_days = forms.IntegerField(
        label="Longest extension, in working days",
        min_value=0,
        max_value=LONGEST_EXTENSION,
        initial=0,
        help_text="0: it cannot be extended.",
    )
    source = forms.CharField(label="Where it comes from", required=False, max_length=200)
    is_unconfirmed = forms.BooleanField(label="Not confirmed by a source", required=False)

    def __init__(self, *args: Any, rule_set: RuleSet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["after"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 narrows the type
        field.queryset, field.empty_label = rule_set.targets.select_related("after"), "None"

    def clean(self) -> dict[str, Any]:
        """Ask for what the start needs, and forget what belongs to another start."""
        cleaned = super().clean() or self.cleaned_data
        starts_on = cleaned.get("starts_on")
        for name, event, sentence in (
            ("after", StartEvent.AFTER_TARGET, "Select the target that it waits for"),
            ("stage", StartEvent.STAGE_ENTERED, "Select the stage that starts it"),
        ):
            if starts_on == event and not cleaned.get(name) and name not in self.errors:
                self.add_error(name, sentence)
            elif starts_on and starts_on != event:
                cleaned[name] = None if name == "after" else ""
        return cleaned
