"""Forms for limits, sign-off, redress and base rates."""

from typing import Any

from django import forms

from accounts.models import User
from policies.forms.rows import DatedRuleForm, RuleForm
from policies.models import (
    AuthorityLimit,
    BaseRate,
    RedressRange,
    SignOffRule,
)


class AuthorityLimitForm(DatedRuleForm):
    slug, title, noun = "authority-limits", "Authority limits", "limit"
    intro = "How much redress one case may carry in all before someone higher signs it off. A person's own limit wins."
    columns = (("Limit", "amount_in_words"),)
    key = ("role", "person")
    joins = ("person",)

    class Meta:
        model = AuthorityLimit
        fields = ["role", "person", "amount"]
        labels = {"role": "Role", "person": "Person", "amount": "Limit in pounds"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = User.objects.people()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if bool(data.get("role")) == bool(data.get("person")):
            self.add_error("role", "Select either a role or a person")
        return data


class SignOffRuleForm(DatedRuleForm):
    slug, title, noun = "sign-off-rules", "Sign-off rules", "rule"
    intro = "Who signs off in a situation, whatever the amount. Of several rules that fit a case the strictest holds."
    columns = (("At least", "get_least_role_display"), ("How many people", "get_approvers_display"))
    key = ("situation",)

    class Meta:
        model = SignOffRule
        fields = ["situation", "least_role", "approvers"]
        labels = {"situation": "When", "least_role": "Who signs off, at least", "approvers": "How many people"}


class RedressRangeForm(DatedRuleForm):
    slug, title, noun = "redress-ranges", "Redress ranges", "range"
    intro = "What is usual for each type of redress. An amount outside the range needs a reason; it is not forbidden."
    columns = (("When", "guidance"),)
    key = ("redress_type", "level")

    class Meta:
        model = RedressRange
        fields = ["redress_type", "level", "guidance", "minimum", "maximum"]
        labels = {
            "redress_type": "Type of redress",
            "level": "Level",
            "guidance": "When it applies",
            "minimum": "From, in pounds",
            "maximum": "Up to, in pounds",
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        low, high = data.get("minimum"), data.get("maximum")
        if low is not None and high is not None and low > high:
            self.add_error("maximum", "“Up to” must be at least “From”")
        return data


class BaseRateForm(RuleForm):
    slug, title, noun = "base-rates", "Base rates", "base rate"
    intro = (
        "The Bank of England base rate and the day from which it held. Interest for money held back counts each day "
        "at the rate of that day. Enter each change when it is announced."
    )
    columns = (("Rate", "percent_in_words"),)

    class Meta:
        model = BaseRate
        fields = ["starts_on", "percent"]
        labels = {"starts_on": "From", "percent": "Rate in percent a year"}
        widgets = {"starts_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}
