"""What is typed about a best practice, and what is looked for in the library."""

from typing import Any

from django import forms

from accounts.models import User
from cases.choices import Channel
from cases.forms.base import date_input, offer_rows, text_area
from coaching.choices.practice import PracticeAction
from coaching.selectors.practice import SHELVES, LibraryFilter
from core.forms import RedressForm
from policies.models import Category, Clause, Trigger

ONE_A_LINE = "One on each line."


class PracticeForm(RedressForm):
    """An article. Most of it may wait while it is a draft; what is missing is asked before it is sent for review."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
    situation = forms.CharField(
        label="Situation, in a line", max_length=120, help_text="Such as “Customer has called three times”."
    )
    when_to_use = forms.CharField(label="When to use it", required=False, max_length=2000, widget=text_area(2))
    steps = forms.CharField(
        label="What to do", required=False, max_length=4000, help_text=ONE_A_LINE, widget=text_area(5)
    )
    words = forms.CharField(
        label="Words that help", required=False, max_length=2000, help_text=ONE_A_LINE, widget=text_area(3)
    )
    avoid = forms.CharField(
        label="What not to say or do", required=False, max_length=2000, help_text=ONE_A_LINE, widget=text_area(2)
    )
    clause = forms.ModelChoiceField(Clause.objects.none(), label="Policy clause", required=False)
    example = forms.CharField(
        label="Example",
        required=False,
        max_length=6000,
        help_text="What happened, without anybody who could be recognised.",
        widget=text_area(6),
    )
    is_anonymous = forms.BooleanField(
        label="I have read the example, and nobody can be recognised in it", required=False
    )
    category = forms.ModelChoiceField(
        Category.objects.none(), label="Category", required=False, empty_label="Any category"
    )
    trigger = forms.ModelChoiceField(Trigger.objects.none(), label="Trigger", required=False, empty_label="Any trigger")
    channel = forms.ChoiceField(label="Channel", choices=[("", "Any channel"), *Channel.choices], required=False)
    review_date = forms.DateField(label="Review by", required=False, widget=date_input())

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        clauses = Clause.objects.visible_to(user).citable().select_related("version__document")
        offer_rows(self, "clause", clauses)
        offer_rows(self, "category", Category.objects.active())
        offer_rows(self, "trigger", Trigger.objects.active())

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name not in {"version", "is_anonymous"}}


class LibraryFilterForm(RedressForm):
    words = forms.CharField(
        label="Look for", required=False, max_length=120, widget=forms.TextInput({"type": "search"})
    )
    category = forms.ModelChoiceField(
        Category.objects.none(), label="Category", required=False, empty_label="Any category"
    )
    trigger = forms.ModelChoiceField(Trigger.objects.none(), label="Trigger", required=False, empty_label="Any trigger")
    channel = forms.ChoiceField(label="Channel", choices=[("", "Any channel"), *Channel.choices], required=False)
    show = forms.ChoiceField(choices=SHELVES.items(), required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper.disable_csrf = True
        offer_rows(self, "category", Category.objects.active())
        offer_rows(self, "trigger", Trigger.objects.active())

    def chosen(self) -> LibraryFilter:
        """Return what was asked for; a value that makes no sense counts for nothing."""
        self.is_valid()
        given = self.cleaned_data
        category, trigger = given.get("category"), given.get("trigger")
        return LibraryFilter(
            words=given.get("words", ""),
            category=category.pk if category else None,
            trigger=trigger.pk if trigger else None,
            channel=given.get("channel", ""),
            show=given.get("show", ""),
        )


class StepForm(RedressForm):
    """The words and the day that a step may need."""

    words = forms.CharField(label="What should change?", max_length=500, required=False, widget=text_area(2))
    review_date = forms.DateField(label="Review by", required=False, widget=date_input())

    def __init__(self, *args: Any, step: PracticeAction, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if step != PracticeAction.RETURN:
            del self.fields["words"]
        if step not in {PracticeAction.PUBLISH, PracticeAction.CONFIRM}:
            del self.fields["review_date"]
