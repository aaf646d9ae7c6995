from typing import Any

from django import forms

from accounts.models import User
from core.forms import RedressForm
from policies.models import Clause
from reporting.choices import HarmState
from reporting.choices import RecommendationAction as Action
from reporting.models import Recommendation, Theme
from reporting.selectors.checks import MEASURABLE, THEME_NAME
from reporting.selectors.kpi_list import GROUPS


def _text(name: str, hint: str = "", *, rows: int = 3, label: str = "") -> forms.CharField:
    words = label or str(Recommendation._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
    return forms.CharField(
        label=words[:1].upper() + words[1:],
        help_text=hint,
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


def _measures() -> list[tuple[str, Any]]:
    """Return the theme's own count, and every key figure that has a value each week, by its group."""
    groups = [(group, [(code, kpi.name) for code, kpi in MEASURABLE.items() if kpi.group == group]) for group in GROUPS]
    return [("", THEME_NAME), *groups]


class StartForm(RedressForm):
    """The first line of a recommendation, and the theme that it is based on."""

    title = forms.CharField(label="What should change, in a line", max_length=120)
    theme = forms.ModelChoiceField(
        label="Theme it is based on", queryset=Theme.objects.none(), required=False, empty_label="None yet"
    )
    problem = _text("problem", "What customers or colleagues meet. You can leave it for later.", rows=2)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["theme"].queryset = Theme.objects.visible_to(user)  # type: ignore[attr-defined]


class RecommendationForm(RedressForm):
    """The whole document. Everything may stay empty in a draft; what is missing is listed before it can be sent."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    title = forms.CharField(label="What should change, in a line", max_length=120)
    problem = _text("problem", "What customers meet, and since when.")
    root_cause = _text("root_cause")
    proposal = _text("proposal", "Name a person or a team for each step, and a date.")
    clause = forms.ModelChoiceField(label="Policy clause to change", queryset=Clause.objects.none(), required=False)
    proposed_words = _text("proposed_words")
    prevention = _text("prevention")
    measure = forms.ChoiceField(
        label="What shows whether it helped",
        choices=_measures,
        required=False,
        help_text="Any measure of “How we count”, week by week.",
    )
    baseline = forms.DecimalField(label="The figure now", required=False, max_digits=8, decimal_places=1)
    target = forms.DecimalField(
        label="The figure to reach",
        required=False,
        max_digits=8,
        decimal_places=1,
        help_text="In the unit of the measure: cases a week, per cent, days, minutes or pounds.",
    )
    check_date = forms.DateField(
        label="When to look whether it helped", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    cost = _text("cost")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        clauses = Clause.objects.visible_to(user).citable().select_related("version__document")
        self.fields["clause"].queryset = clauses  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class CaseEvidenceForm(RedressForm):
    reference = forms.RegexField(
        label="Case reference",
        regex=r"^\s*(?:[A-Za-z]{3}-)?\d{4}-\d{6,9}\s*$",
        error_messages={"invalid": "Enter a case reference such as CMP-2026-004211"},
    )
    shows = forms.CharField(label="What it shows", max_length=200, required=False)

    def clean_reference(self) -> str:
        """Return the bare number, whatever the letters before it."""
        return "-".join(str(self.cleaned_data["reference"]).strip().split("-")[-2:])


class DecisionForm(RedressForm):
    action = forms.ChoiceField(label="Your decision", widget=forms.RadioSelect)
    reason = forms.CharField(label="Reason", max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, actions: list[Action], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["action"].choices = [(action.value, action.label) for action in actions]  # type: ignore[attr-defined]


class CheckForm(RedressForm):
    changed_on = forms.DateField(label="Day the change took effect", widget=forms.DateInput(attrs={"type": "date"}))


class EntryForm(RedressForm):
    text = forms.CharField(label="What was done or found", max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))


class HarmForm(RedressForm):
    state = forms.ChoiceField(label="What was done", choices=HarmState.choices)
    note = forms.CharField(label="Note", max_length=200, required=False)
