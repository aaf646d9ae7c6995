"""A STAR record: the author's words, facts from the timeline, and the check before it leaves the house."""

from typing import Any, Final

from django import forms

from accounts.models import User
from cases.forms.base import offer, offer_rows, text_area
from cases.models import Case, Evidence
from coaching.choices.star import StarPart
from coaching.selectors.star import coaches_of, facts_to_choose
from core.forms import RedressForm, RowsField
from policies.models import Clause

LONGEST: Final = 1_800  # about 300 words


def part(label: str, hint: str) -> forms.CharField:
    words = f"{hint} About 300 words at most."
    return forms.CharField(label=label, help_text=words, required=False, max_length=LONGEST, widget=text_area(5))


class StarForm(RedressForm):
    draft_version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    situation = part("Situation", "What had happened, to whom, since when?")
    task = part("Task", "What was yours to do?")
    action = part("Action", "What did you do, step by step?")
    result = part("Result", "What came of it?")
    learning = part("Learning", "What would you do differently?")
    clause = forms.ModelChoiceField(Clause.objects.none(), label="Policy followed", required=False)
    outcome_measure = forms.CharField(
        label="How the outcome was measured",
        help_text="Such as: restored in 3 hours of 4.",
        required=False,
        max_length=200,
    )
    evidence = RowsField(Evidence.objects.none(), label="Evidence", required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, author: User, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "clause", Clause.objects.visible_to(author).select_related("version__document"))
        offer_rows(self, "evidence", Evidence.objects.visible_to(author).filter(case=case, removed_at=None))


class FactsForm(RedressForm):
    part = forms.ChoiceField(label="Add to which part?", choices=StarPart)
    anchors = forms.MultipleChoiceField(label="What happened", widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, case: Case, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "anchors", facts_to_choose(case, reader))


class ShareForm(RedressForm):
    coach = forms.ModelChoiceField(User.objects.none(), label="Who is your coach?")

    def __init__(self, *args: Any, author: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "coach", coaches_of(author))


class SendBackForm(RedressForm):
    comment = forms.CharField(label="What is missing, or was otherwise?", max_length=1000, widget=text_area(3))


class PortfolioForm(RedressForm):
    """The record without the people in it, to be read and put right by its author before it leaves the house."""

    situation = part("Situation", "")
    task = part("Task", "")
    action = part("Action", "")
    result = part("Result", "")
    learning = part("Learning", "")
    outcome_measure = forms.CharField(label="How the outcome was measured", required=False, max_length=200)
    is_checked = forms.BooleanField(label="I have read it through, and nobody can be recognised")
