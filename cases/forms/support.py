"""What helps a customer."""

import re
from typing import Any, Final

from django import forms

from cases.forms.base import offer_rows, text_area
from core.forms import RedressForm, RowsField
from policies.models import SupportNeed

# Words for why somebody needs support. The need is enough to help them; the reason is nobody's business here.
REASONS: Final = re.compile(
    r"\b(diagnos\w*|depress\w*|anxiety|bipolar|schizo\w*|dementia|alzheimer\w*|cancer|autis\w*|adhd|epilep\w*|"
    r"addict\w*|alcoholi\w*|suicid\w*|disorder|syndrome|hiv|stroke)\b",
    re.IGNORECASE,
)


class SupportForm(RedressForm):
    needs = RowsField(
        SupportNeed.objects.none(), label="What helps them?", widget=forms.CheckboxSelectMultiple, required=False
    )
    note = forms.CharField(
        label="Anything else that helps",
        help_text="What to do, not why: “Call after 2pm”, never a diagnosis.",
        max_length=300,
        widget=text_area(2),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "needs", SupportNeed.objects.active())

    def clean_note(self) -> str:
        note = str(self.cleaned_data["note"]).strip()
        if found := REASONS.search(note):
            raise forms.ValidationError(f"Write what helps, not why. “{found.group()}” says why: leave it out")
        return note
