"""Which colleague a complaint is about."""

from typing import Any

from django import forms

from accounts.models import User
from cases.forms.base import offer_rows
from cases.models import Case
from core.forms import RedressForm


class ColleagueForm(RedressForm):
    colleague = forms.ModelChoiceField(
        User.objects.none(), label="Which colleague is the complaint about?", empty_label="Choose a colleague"
    )
    hides_leaders = forms.BooleanField(
        label="Hide it from who leads them, too",
        help_text="Whoever leads their team, now or later, loses sight of the case with them.",
        required=False,
    )

    def __init__(self, *args: Any, case: Case, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.visible_to(reader).filter(is_active=True).exclude(pk=reader.pk)
        named = case.named_colleagues.filter(leads=None).values("colleague_id")
        offer_rows(self, "colleague", people.exclude(pk__in=named))
