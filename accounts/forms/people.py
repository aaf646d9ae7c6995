"""What an admin types about accounts and teams."""

import zoneinfo
from typing import Any

from django import forms

from accounts.choices import Role
from accounts.models import Team, User
from core.forms import RedressForm, RowsField

ROLES = [(role.value, role.label) for role in Role if role != Role.SYSTEM]


class AccessForm(RedressForm):
    full_name = forms.CharField(label="Name", max_length=120)
    role = forms.ChoiceField(label="Role", choices=ROLES, widget=forms.RadioSelect)
    team = forms.ModelChoiceField(
        label="Team",
        queryset=Team.objects.none(),
        required=False,
        empty_label="No team",
        help_text="Agents see the cases of their team.",
    )
    leads = RowsField(
        label="Leads",
        queryset=Team.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="A team leader sees and signs off the cases of these teams.",
    )
    is_reviewer = forms.BooleanField(label="Reviews quality", required=False)

    def __init__(self, *args: Any, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("team", "leads"):
            self.fields[name].queryset = Team.objects.visible_to(reader).filter(is_active=True)  # type: ignore[attr-defined]


class InvitationForm(AccessForm):
    email = forms.EmailField(label="Work email", max_length=254)
    field_order = ["full_name", "email", "role", "team", "leads", "is_reviewer"]


class TeamForm(RedressForm):
    name = forms.CharField(label="Name", max_length=80)
    time_zone = forms.ChoiceField(label="Time zone")
    leaders = RowsField(
        label="Leaders",
        queryset=User.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    emails_an_hour = forms.IntegerField(
        label="Emails an hour at most",
        required=False,
        min_value=1,
        max_value=10_000,
        help_text="To the whole team. What is over it waits for the daily summary. Leave it empty for no limit.",
    )
    is_active = forms.BooleanField(label="In use", required=False, initial=True)

    def __init__(self, *args: Any, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zones = sorted(zone for zone in zoneinfo.available_timezones() if "/" in zone and not zone.startswith("Etc/"))
        self.fields["time_zone"].choices = [(zone, zone.replace("_", " ")) for zone in ["UTC", *zones]]  # type: ignore[attr-defined]
        leaders = User.objects.visible_to(reader).people().filter(role__in=[Role.TEAM_LEADER, Role.MANAGER])
        self.fields["leaders"].queryset = leaders  # type: ignore[attr-defined]
