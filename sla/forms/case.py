"""What is typed about the clocks of a case."""

from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

from django import forms
from django.utils import timezone

from cases.choices import Direction
from cases.models import Case, Contact
from core.dates import moment as moment_words
from core.forms import RedressForm
from sla.choices import ASKED_OF_THE_CUSTOMER, BreachCause, PauseReason
from sla.models import Allowance

END_OF_WORK = time(17, 0)


class ContactField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Contact) -> str:
        when = timezone.localtime(obj.happened_at)
        return f"{obj.get_channel_display()}, {when.day} {when:%b %Y}: {obj.subject or obj.body[:60]}"


class PauseForm(RedressForm):
    reason = forms.ChoiceField(label="Why do the clocks pause?", choices=PauseReason, widget=forms.RadioSelect)
    contact = ContactField(
        label="Which message asked for it?",
        queryset=Contact.objects.none(),
        required=False,
        empty_label="None",
        help_text="Needed where we wait for the customer. These are the messages to them on this case.",
    )
    note = forms.CharField(label="What are we waiting for?", max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
    until = forms.DateField(
        label="Until when at the latest?",
        help_text="The clocks run on by themselves at 5:00pm of that day.",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: object, case: Case, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        offer_messages(self, case)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if (
            cleaned.get("reason") in ASKED_OF_THE_CUSTOMER
            and not cleaned.get("contact")
            and "contact" not in self.errors
        ):
            self.add_error(
                "contact", "Select the message that asked the customer. If none was sent yet, write to them first"
            )
        return cleaned

    def expires_at(self) -> datetime:
        return timezone.make_aware(datetime.combine(self.cleaned_data["until"], END_OF_WORK))


class ExtensionForm(RedressForm):
    working_days = forms.IntegerField(label="How many more working days?", min_value=1, max_value=60)
    reason = forms.CharField(label="Why is more time needed?", max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class DecideExtensionForm(RedressForm):
    decision = forms.ChoiceField(
        label="May the customer wait longer?",
        choices=[("APPROVE", "Yes, approve it"), ("REFUSE", "No, refuse it")],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label="Note",
        required=False,
        max_length=300,
        help_text="Needed where you refuse.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def is_approved(self) -> bool:
        return bool(self.cleaned_data["decision"] == "APPROVE")


class ExtensionLetterForm(RedressForm):
    contact = ContactField(
        label="Which message told the customer?",
        queryset=Contact.objects.none(),
        help_text="The deadline moves once the customer was told. Write to them first.",
        error_messages={"required": "Select the message that told the customer"},
    )

    def __init__(self, *args: object, case: Case, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        offer_messages(self, case)


class StartForm(RedressForm):
    """From when a clock counts that a colleague starts."""

    target = forms.TypedChoiceField(label="Which clock?", coerce=int, widget=forms.RadioSelect)
    since = forms.ChoiceField(label="From when does it count?", widget=forms.RadioSelect, initial="RECEIVED")
    moment = forms.DateTimeField(
        label="The other moment",
        required=False,
        help_text="Only for “From another moment”.",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    reason = forms.CharField(
        label="How do you know that it began then?",
        required=False,
        max_length=300,
        help_text="Needed for another moment.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(
        self, *args: object, case: Case, allowances: Sequence[Allowance], may_backdate: bool, **kwargs: object
    ) -> None:
        super().__init__(*args, **kwargs)
        self.received_at = case.received_at
        _offer(self, "target", [(each.target_id, f"{each.target}: {each.duration}") for each in allowances])
        since = [("RECEIVED", f"When the customer told us, {moment_words(case.received_at)}"), ("NOW", "Now")]
        if may_backdate:
            _offer(self, "since", [*since, ("OTHER", "From another moment")])
        else:
            _offer(self, "since", since)
            del self.fields["moment"], self.fields["reason"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("since") == "OTHER" and not cleaned.get("moment") and "moment" not in self.errors:
            self.add_error("moment", "Enter the date and time from which it counts")
        return cleaned

    def starts_at(self, now: datetime) -> datetime:
        moments = {"RECEIVED": self.received_at, "NOW": now, "OTHER": self.cleaned_data.get("moment") or now}
        return moments[self.cleaned_data["since"]]


class RecordMetForm(RedressForm):
    at = forms.DateTimeField(
        label="When was it done?",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    note = forms.CharField(
        label="What shows it?",
        max_length=300,
        help_text="For example the reference that the regulator gave.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class BreachCauseForm(RedressForm):
    cause = forms.ChoiceField(label="Why was the deadline missed?", choices=BreachCause, widget=forms.RadioSelect)
    note = forms.CharField(
        label="What would have helped?", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


def _offer(form: forms.Form, name: str, choices: Sequence[tuple[object, str]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)  # noqa: S101 narrows the type
    field.choices = list(choices)


def offer_messages(form: forms.Form, case: Case) -> None:
    field = form.fields["contact"]
    assert isinstance(field, ContactField)  # noqa: S101 narrows the type
    field.queryset = Contact.objects.filter(case=case, direction=Direction.OUT)
