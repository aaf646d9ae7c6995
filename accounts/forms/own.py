"""What people type about themselves: sign-in, in our words, and their preferences."""

import zoneinfo
from collections.abc import Mapping
from typing import Any

from allauth.account import forms as account_forms
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.totp import forms as totp_forms
from django import forms
from django.forms import BoundField

from accounts.choices import ColourTheme, Delivery, Density
from accounts.news import news_kinds
from core.forms import PlainErrors, RedressForm

PASSWORD_HINT = "12 characters or more. Three words that do not belong together are easy to remember."  # noqa: S105
CODE_ATTRS = {"autocomplete": "one-time-code", "inputmode": "text", "autocapitalize": "off", "spellcheck": "false"}


class OwnWords(PlainErrors):
    """Gives the fields of a sign-in form our labels and takes the placeholders away."""

    labels: dict[str, str] = {}
    hints: dict[str, str] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = self.labels.get(name, field.label)
            field.help_text = self.hints.get(name, "")
            field.widget.attrs.pop("placeholder", None)


class SignInForm(OwnWords, account_forms.LoginForm):  # type: ignore[misc]
    labels = {"login": "Work email", "password": "Password"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs["autocomplete"] = "username"


class ResetPasswordForm(OwnWords, account_forms.ResetPasswordForm):  # type: ignore[misc]
    labels = {"email": "Work email"}


class NewPasswordForm(OwnWords, account_forms.ResetPasswordKeyForm):  # type: ignore[misc]
    labels = {"password1": "New password", "password2": "New password, once more"}
    hints = {"password1": PASSWORD_HINT}


class SetPasswordForm(OwnWords, account_forms.SetPasswordForm):  # type: ignore[misc]
    labels = {"password1": "New password", "password2": "New password, once more"}
    hints = {"password1": PASSWORD_HINT}


class ChangePasswordForm(OwnWords, account_forms.ChangePasswordForm):  # type: ignore[misc]
    labels = {
        "oldpassword": "Password you use now",
        "password1": "New password",
        "password2": "New password, once more",
    }
    hints = {"password1": PASSWORD_HINT}


class NoNewEmailForm(account_forms.AddEmailForm):  # type: ignore[misc]
    """Refuses: the address that opens the account is set by an admin, on the person's page."""

    def clean_email(self) -> str:
        raise forms.ValidationError("Only an admin can change the email you sign in with")


class ConfirmPasswordForm(OwnWords, account_forms.ReauthenticateForm):  # type: ignore[misc]
    labels = {"password": "Password"}


class SecondStepForm(OwnWords, mfa_forms.AuthenticateForm):  # type: ignore[misc]
    labels = {"code": "Code"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs.update(CODE_ATTRS)


class ConfirmCodeForm(OwnWords, mfa_forms.ReauthenticateForm):  # type: ignore[misc]
    labels = {"code": "6-digit code"}


class SetUpSecondStepForm(OwnWords, totp_forms.ActivateTOTPForm):  # type: ignore[misc]
    labels = {"code": "6-digit code from the app"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs.update(CODE_ATTRS | {"inputmode": "numeric"})


class PreferencesForm(RedressForm):
    theme = forms.ChoiceField(label="Screen", choices=ColourTheme, widget=forms.RadioSelect)
    density = forms.ChoiceField(label="Rows in lists", choices=Density, widget=forms.RadioSelect)
    time_zone = forms.ChoiceField(
        label="Time zone",
        help_text="Times are shown in this zone. Deadlines follow the calendar of the case, whatever you choose here.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zones = sorted(zone for zone in zoneinfo.available_timezones() if "/" in zone and not zone.startswith("Etc/"))
        self.fields["time_zone"].choices = [(zone, zone.replace("_", " ")) for zone in ["UTC", *zones]]  # type: ignore[attr-defined]


class NewsForm(RedressForm):
    """One row for each kind of news: how it reaches the person."""

    def __init__(self, *args: Any, chosen: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, prefix="news", **kwargs)
        for kind in news_kinds():
            self.fields[kind.key] = forms.ChoiceField(
                label=kind.label,
                choices=Delivery,
                widget=forms.RadioSelect,
                required=False,
                initial=chosen.get(kind.key, kind.default),
            )

    def chosen(self) -> dict[str, str]:
        """Return what was chosen; a row without an answer stays as it was."""
        return {kind: delivery for kind, delivery in self.cleaned_data.items() if delivery}

    def rows(self) -> list[BoundField]:
        return [self[name] for name in self.fields]
