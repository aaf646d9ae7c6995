"""Praise, and development goals."""

from typing import Any, Final

from django import forms

from accounts.models import User
from cases.forms.base import date_input, offer_rows, text_area
from coaching.choices.growth import GoalState
from core.forms import RedressForm

FINISHES: Final = [(state.value, state.label) for state in (GoalState.REACHED, GoalState.DROPPED)]


class PraiseForm(RedressForm):
    colleague = forms.ModelChoiceField(User.objects.none(), label="Whom do you want to praise?")
    text = forms.CharField(
        label="What did they do well?",
        help_text="What you saw, and what it led to. Leave the customer’s name out: the team may come to read it.",
        max_length=600,
        widget=text_area(4),
    )

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "colleague", people)


class GoalForm(RedressForm):
    title = forms.CharField(label="What do you want to be able to do?", max_length=160)
    reason = forms.CharField(label="Why it matters to you", required=False, max_length=2000, widget=text_area(3))
    measure = forms.CharField(
        label="How you will know that you can",
        help_text="Something that you can count or see.",
        required=False,
        max_length=300,
    )
    target_date = forms.DateField(label="By when", required=False, widget=date_input())


class EntryForm(RedressForm):
    """A word on a goal; the owner also says how far it is."""

    text = forms.CharField(label="What happened?", max_length=2000, widget=text_area(3))
    progress = forms.IntegerField(label="How far is it, in percent?", min_value=0, max_value=100, required=False)

    def __init__(self, *args: Any, is_owner: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_owner:
            del self.fields["progress"]
            self.fields["text"].label = "A word on it"


class FinishForm(RedressForm):
    state = forms.ChoiceField(label="How does it end?", choices=FINISHES, widget=forms.RadioSelect)
    text = forms.CharField(label="What did you learn?", required=False, max_length=2000, widget=text_area(2))
