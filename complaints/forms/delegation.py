"""Who stands in for whom at sign-off."""

from typing import Any

from django import forms
from django.utils import timezone

from accounts.choices import Role
from accounts.models import User
from cases.forms.base import date_input, offer_rows
from complaints.selectors.authority import DECIDING_ROLES
from complaints.services.delegating import StandIn
from core.forms import RedressForm


class DelegationForm(RedressForm):
    giver = forms.ModelChoiceField(User.objects.none(), label="Who is away?", empty_label=None)
    receiver = forms.ModelChoiceField(
        User.objects.none(),
        label="Who stands in?",
        help_text="They sign off with the higher of the two limits. Whoever may not decide on a case lends nobody the right to.",
        empty_label="Choose a colleague",
    )
    first_day = forms.DateField(label="First day", widget=date_input())
    last_day = forms.DateField(label="Last day", widget=date_input())
    reason = forms.CharField(label="Why?", max_length=200, help_text="Such as: On leave.")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        deciders = User.objects.visible_to(user).filter(is_active=True, role__in=DECIDING_ROLES)
        offer_rows(self, "giver", deciders)
        offer_rows(self, "receiver", deciders)
        self.fields["giver"].initial = user.pk
        self.fields["first_day"].initial = timezone.localdate
        if user.role != Role.MANAGER:
            del self.fields["giver"]
            offer_rows(self, "receiver", deciders.exclude(pk=user.pk))

    def stand_in(self) -> StandIn:
        return StandIn(**{"giver": self.user} | self.cleaned_data)
