from django import forms

from core.forms import RedressForm


class SavedViewForm(RedressForm):
    name = forms.CharField(label="Name of the view", max_length=60)
    is_shared = forms.BooleanField(label="Share it with my team", required=False)
