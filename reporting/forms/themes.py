from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict

from accounts.models import User
from core.forms import RedressForm
from reporting.choices import AlarmState
from reporting.forms.dashboards import ScopeForm
from reporting.models import Theme
from reporting.selectors.themes.listing import SHOWN


class ThemeFilterForm(ScopeForm):
    """Which themes the list shows; the period, team and type say which cases are counted."""

    words = forms.CharField(label="Words in the theme", required=False, max_length=80)
    show = forms.ChoiceField(choices=list(SHOWN.items()), required=False, widget=forms.HiddenInput)


class ThemeCasesForm(ScopeForm):
    """Which of a theme's cases are listed."""

    first = forms.DateField(required=False)
    last = forms.DateField(required=False)
    by = forms.CharField(required=False, max_length=12)
    key = forms.CharField(required=False, max_length=20)

    def add_prefix(self, field_name: str) -> str:
        return {"first": "from", "last": "to"}.get(field_name, field_name)


class VersionForm(RedressForm):
    """Names the version of the theme that the person looked at, so that nobody undoes what they have not seen."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class RenameForm(VersionForm):
    title = forms.CharField(label="Name", max_length=120)
    definition = forms.CharField(
        label="What belongs here",
        help_text="One or two sentences, so that everybody means the same by it. No names of people.",
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class OwnerForm(VersionForm):
    owner = forms.ModelChoiceField(label="Owner", queryset=User.objects.none())

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        colleagues = User.objects.visible_to(user).filter(is_active=True, role__in=["MANAGER", "TEAM_LEADER"])
        self.fields["owner"].queryset = colleagues  # type: ignore[attr-defined]


class MergeForm(RedressForm):
    """Chooses the theme that the other becomes a part of."""

    into = forms.ModelChoiceField(label="Merge into", queryset=Theme.objects.none())

    def __init__(self, *args: Any, user: User, theme: Theme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper.disable_csrf = True
        others = Theme.objects.visible_to(user).live().exclude(pk=theme.pk).defer("term_weights")
        self.fields["into"].queryset = others  # type: ignore[attr-defined]


class MergeNowForm(VersionForm):
    """Confirms a merge; `into` was chosen on the page before."""

    into = forms.IntegerField(widget=forms.HiddenInput)


class RejectForm(VersionForm):
    reason = forms.CharField(label="Why is this not a theme?", max_length=300)


class CaseForm(RedressForm):
    reference = forms.RegexField(
        label="Case reference",
        regex=r"^\s*(?:[A-Za-z]{3}-)?\d{4}-\d{6,9}\s*$",
        error_messages={"invalid": "Enter a case reference such as CMP-2026-004211"},
    )

    def clean_reference(self) -> str:
        """Return the bare number, whatever the letters before it."""
        return "-".join(str(self.cleaned_data["reference"]).strip().split("-")[-2:])


class AlarmForm(RedressForm):
    state = forms.ChoiceField(
        label="What do you make of it?",
        choices=[
            (AlarmState.ACKNOWLEDGED, "It is real: we look into it"),
            (AlarmState.DISMISSED, "It is a false alarm"),
        ],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label="Reason", help_text="What you found or will do.", max_length=300)


class SuggestionForm(RedressForm):
    title = forms.CharField(label="Name of the new theme", max_length=120)


class JoinForm(RedressForm):
    theme = forms.ModelChoiceField(label="Theme", queryset=Theme.objects.none())

    def __init__(self, data: "MultiValueDict[str, str] | None" = None, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(data, *args, **kwargs)
        themes = Theme.objects.visible_to(user).live().defer("term_weights")
        self.fields["theme"].queryset = themes  # type: ignore[attr-defined]
