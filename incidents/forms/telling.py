"""What is written to everybody whom an incident affected, and who is left out of it."""

from typing import Any, Final

from django import forms

from cases.forms.base import offer_rows, text_area
from core.forms import RedressForm, RowsField
from incidents.forms.work import LONGEST_UPDATE, UpdateForm
from incidents.models import Mailing, MailingRow
from incidents.selectors.telling import OF_EVERYBODY
from incidents.services.mailings import Message

FIELDS_SHOWN: Final = ", ".join(f"{{{{ {name} }}}}" for name in OF_EVERYBODY)


class TellForm(UpdateForm):
    """The customers' composer for many: the same promise of a next update, and a subject."""

    subject = forms.CharField(label="Subject", max_length=160)
    field_order = ("subject", "text", "next_on", "next_at", "submission")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        label = "What do you tell everybody who is affected?"
        hint = f"Each customer gets their own copy. You can use: {FIELDS_SHOWN}."
        super().__init__(*args, label=label, hint=hint, **kwargs)
        self.fields["text"].widget = text_area(12)
        self.fields["text"].widget.attrs["maxlength"] = LONGEST_UPDATE

    def message(self) -> Message:
        data = self.cleaned_data
        return Message(subject=data["subject"], body=data["text"], next_update_at=self.next_update_at())


class LeaveOutForm(RedressForm):
    """The customers whom the message cannot reach, to be left out by name."""

    rows = RowsField(
        MailingRow.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Tick the customers whom you leave out"},
    )

    def __init__(self, *args: Any, mailing: Mailing, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "rows", MailingRow.objects.filter(mailing=mailing).in_the_way())
