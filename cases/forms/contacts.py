"""Talking with the customer, and notes among colleagues: separate forms, so that neither is taken for the other."""

from datetime import time
from typing import Any

from django import forms
from django.db.models import Q

from accounts.models import User
from cases.choices import Channel, ContactPurpose, Direction
from cases.correspondence import Outgoing
from cases.forms.base import OnceForm, at_local_time, date_input, offer, offer_rows, text_area, time_input
from cases.models import Case, Evidence
from cases.selectors.letter_check import KEPT_INSIDE
from cases.selectors.news import Seen
from cases.services.contacts import PromiseTerms
from cases.services.ownership import CASEWORKERS
from core.forms import RowsField
from policies.choices import CaseKind, LetterPurpose
from policies.models import LetterTemplate

LONGEST_MESSAGE = 20_000
END_OF_DAY = time(17, 0)


class NoteForm(OnceForm):
    body = forms.CharField(
        label="Note for colleagues",
        help_text="The customer cannot see this.",
        max_length=LONGEST_MESSAGE,
        widget=text_area(),
        error_messages={"required": "Enter the note"},
    )


class TellForm(NoteForm):
    """A note with somebody to read it: they hear that there is one."""

    tell = forms.ModelChoiceField(
        User.objects.none(), label="Who should read it?", required=False, empty_label="Nobody in particular"
    )

    field_order = ["submission", "body", "tell"]

    def __init__(self, *args: Any, case: Case, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        team = Q(team=case.team_id) | Q(led_teams=case.team_id) if case.team_id else Q(pk=case.owner_id)
        near = User.objects.visible_to(reader).filter(team | Q(pk=case.owner_id), is_active=True, role__in=CASEWORKERS)
        offer_rows(self, "tell", near.exclude(pk=reader.pk).distinct())


class PromiseFields(OnceForm):
    """A contact in which the customer may be promised something."""

    promise_text = forms.CharField(
        label="What did you promise?",
        required=False,
        max_length=200,
        help_text="Leave it empty if nothing was promised. Example: call back with the date of the refund.",
    )
    promise_date = forms.DateField(label="Promised for", required=False, widget=date_input())
    promise_time = forms.TimeField(label="At what time", required=False, widget=time_input())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        has_text, has_date = bool(cleaned.get("promise_text")), bool(cleaned.get("promise_date"))
        if has_text and not has_date and "promise_date" not in self.errors:
            self.add_error("promise_date", "Enter the day that you promised")
        if has_date and not has_text:
            self.add_error("promise_text", "Enter what you promised, or clear the date")
        return cleaned

    def promise(self) -> PromiseTerms | None:
        """Return what was promised; without a time it is due at 5:00pm of that day."""
        if not self.cleaned_data["promise_text"]:
            return None
        at = self.cleaned_data["promise_time"] or END_OF_DAY
        due_at = at_local_time(self.cleaned_data["promise_date"], at)
        return PromiseTerms(text=self.cleaned_data["promise_text"], due_at=due_at)


class LogContactForm(PromiseFields):
    direction = forms.ChoiceField(
        label="Who contacted whom?", choices=Direction, widget=forms.RadioSelect, initial=Direction.IN
    )
    channel = forms.ChoiceField(label="How?", choices=Channel, widget=forms.RadioSelect, initial=Channel.PHONE)
    purpose = forms.ChoiceField(
        label="What was it for?",
        choices=ContactPurpose,
        initial=ContactPurpose.GENERAL,
        help_text="Only contact to the customer stops a clock.",
    )
    body = forms.CharField(label="What was said?", max_length=LONGEST_MESSAGE, widget=text_area(8))
    minutes = forms.IntegerField(label="How many minutes did it take?", required=False, min_value=0, max_value=600)

    field_order = ["submission", "direction", "channel", "purpose", "body", "minutes"]

    def __init__(self, *args: Any, may_write: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_write:
            offer(self, "direction", [(Direction.IN.value, Direction.IN.label)])

    def values(self) -> dict[str, Any]:
        """Return the arguments for `log_contact`."""
        data, minutes = self.cleaned_data, self.cleaned_data["minutes"]
        return {
            **{name: data[name] for name in ("direction", "channel", "purpose", "body", "submission")},
            "handled_seconds": None if minutes is None else minutes * 60,
            "promise": self.promise(),
        }


class SavedEmailForm(OnceForm):
    upload = forms.FileField(
        label="Saved email",
        allow_empty_file=True,
        help_text="A file that ends in .eml, up to 25 MB. Its files go into the evidence with the same checks.",
    )


class WriteForm(PromiseFields):
    """Writing to the customer. `seen` is what had arrived when the writer began."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)
    channel = forms.ChoiceField(
        label="How does it go?",
        choices=[(Channel.EMAIL, "By email"), (Channel.LETTER, "By letter, printed and posted")],
        widget=forms.RadioSelect,
        initial=Channel.EMAIL,
        required=False,
    )
    address = forms.CharField(label="Address on the letter", required=False, max_length=200, widget=text_area(4))
    purpose = forms.ChoiceField(label="What is it for?", choices=ContactPurpose, initial=ContactPurpose.GENERAL)
    template = forms.ModelChoiceField(
        LetterTemplate.objects.none(), label="Start from a template", required=False, empty_label="Choose a template"
    )
    subject = forms.CharField(label="Subject", max_length=160)
    body = forms.CharField(label="Message to the customer", max_length=LONGEST_MESSAGE, widget=text_area(14))
    attachments = RowsField(
        Evidence.objects.none(),
        label="Attach from the evidence",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="What holds someone else’s data, and records of ours, are not offered.",
    )

    field_order = ["submission", "seen", "channel", "address", "purpose", "template", "subject", "body", "attachments"]

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        purposes = [each for each in ContactPurpose if not _is_signed_off(case, each)]
        offer(self, "purpose", [(each.value, each.label) for each in purposes])
        wanted = [each.value for each in LetterPurpose if each.value in purposes]
        offer_rows(self, "template", LetterTemplate.objects.active().filter(purpose__in=wanted).order_by("name", "pk"))
        pieces = Evidence.objects.filter(case=case, removed_at=None, has_others_data=False).exclude(file="")
        offer_rows(self, "attachments", pieces.exclude(evidence_type__in=KEPT_INSIDE))
        if not case.customer.email:
            offer(self, "channel", [(Channel.LETTER.value, "By letter, printed and posted")])
            self.fields["channel"].initial = Channel.LETTER
        self.fields["address"].initial = f"{case.customer.name}\n{case.customer.postcode}".strip()

    def clean_channel(self) -> str:
        return str(self.cleaned_data["channel"] or self.fields["channel"].initial)

    def message(self) -> Outgoing:
        """Return the message as it is typed, whether it is complete or not; for the check."""
        found = {name: self[name].value() or "" for name in ("subject", "body", "purpose")}
        if found["purpose"] not in ContactPurpose.values:
            found["purpose"] = ContactPurpose.GENERAL
        found["channel"] = Channel.LETTER if self.is_letter else Channel.EMAIL
        chosen = [str(pk) for pk in self["attachments"].value() or () if str(pk).isdecimal() and len(str(pk)) < 19]
        pieces = self.fields["attachments"].queryset.filter(pk__in=chosen) if chosen else ()  # type: ignore[attr-defined]
        return Outgoing(**found, attachments=tuple(pieces))

    def values(self) -> dict[str, Any]:
        """Return the arguments for `write_to_customer`, and for `send_letter` the address too."""
        data = self.cleaned_data
        values = {name: data[name] for name in ("purpose", "subject", "body", "submission")}
        values |= {"attachments": list(data["attachments"]), "promise": self.promise()}
        values["seen"] = Seen.parse(data["seen"])
        return values | ({"address": data["address"]} if self.is_letter else {})

    @property
    def is_letter(self) -> bool:
        return bool((self["channel"].value() or self.fields["channel"].initial) == Channel.LETTER)


def _is_signed_off(case: Case, purpose: ContactPurpose) -> bool:
    """Return whether a message of this sort goes out by a step of the case, and not from here."""
    return case.kind == CaseKind.COMPLAINT and purpose in (ContactPurpose.DECISION, ContactPurpose.CONFIRMATION)
