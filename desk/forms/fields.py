"""Questions that only some calls need."""

from typing import Any

from django import forms


class _FollowUp:
    """Required only where another answer asks for it, which the form checks; so it is never marked as optional."""

    def validate(self, value: Any) -> None:
        """Let an empty answer pass."""


class FollowUpField(_FollowUp, forms.CharField):
    pass


class FollowUpEmailField(_FollowUp, forms.EmailField):
    pass
