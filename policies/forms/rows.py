"""A form for a row of any table of rules."""

from typing import Any, ClassVar

from crispy_forms.helper import FormHelper
from django import forms
from django.utils import timezone

from core.forms import PlainErrors
from policies.services.rules import fingerprint


class RuleForm(PlainErrors, forms.ModelForm):  # type: ignore[type-arg]
    """A row of one table. `columns` are pairs of heading and attribute for the list; the row itself comes first."""

    slug: ClassVar[str]
    title: ClassVar[str]
    noun: ClassVar[str]
    intro: ClassVar[str]
    columns: ClassVar[tuple[tuple[str, str], ...]] = ()
    key: ClassVar[tuple[str, ...]] = ()
    is_dated: ClassVar[bool] = False
    joins: ClassVar[tuple[str, ...]] = ()
    also_fetched: ClassVar[tuple[str, ...]] = ()

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        if self.instance.pk:
            self.fields["seen"].initial = fingerprint(self.instance)

    def values(self) -> dict[str, Any]:
        """Return what the row shall hold."""
        return {name: self.cleaned_data[name] for name in self._meta.fields or () if name in self.cleaned_data}


class DatedRuleForm(RuleForm):
    """A rule that changes from a day on. What names the rule, its `key`, cannot be changed afterwards."""

    is_dated = True

    valid_from = forms.DateField(
        label="Holds from",
        help_text="Cases received before this day keep the rule they had.",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["valid_from"].initial = timezone.localdate
        if self.instance.pk:
            for name in self.key:
                self.fields[name].disabled = True
