"""What an admin types about e-mail."""

from django import forms

from core.forms import RedressForm


class StopForm(RedressForm):
    reason = forms.CharField(
        label="Why do the emails stop?",
        max_length=200,
        help_text="Colleagues still see every line in the app, and letters to customers go on.",
        error_messages={"required": "Enter why the emails stop"},
    )
