"""What is typed into a coaching note, and what the two answer."""

from typing import Any, Final, cast

from django import forms

from accounts.models import User
from cases.forms.base import date_input, offer_rows, text_area
from coaching.choices.sessions import SessionAction
from coaching.forms.fields import CaseReferencesField
from coaching.models import Review
from coaching.selectors.sessions import FIELDS, colleagues_of, reviews_to_discuss
from core.dates import day
from core.forms import RedressForm, RowsField

LONGEST: Final = 3000
CASES_HINT: Final = "By reference, such as CMP-2026-004102. Only cases that you both may see."


def words(label: str, hint: str = "", rows: int = 3) -> forms.CharField:
    """Return a box for words that may wait until the note is shared."""
    return forms.CharField(label=label, help_text=hint, required=False, max_length=LONGEST, widget=text_area(rows))


def line(label: str, hint: str = "", longest: int = 300) -> forms.CharField:
    return forms.CharField(label=label, help_text=hint, required=False, max_length=longest)


class StartForm(RedressForm):
    """Whom the note is about, when the two spoke, and on which cases."""

    colleague = forms.ModelChoiceField(User.objects.none(), label="Who is the note for?")
    held_on = forms.DateField(label="When did you speak, or when will you?", widget=date_input())
    cases = CaseReferencesField(label="Cases that you looked at", help_text=CASES_HINT)

    def __init__(self, *args: Any, leader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "colleague", colleagues_of(leader))
        cast(CaseReferencesField, self.fields["cases"]).reader = leader


class ReviewsField(RowsField):
    def label_from_instance(self, review: Review) -> str:
        finished = f", finished {day(review.finished_at)}" if review.finished_at else ""
        return f"{review.case.reference}, {review.version.scorecard}{finished}"


class NoteForm(RedressForm):
    """The leader's words. Everything may be left for later; what is needed to share the note is asked then."""

    draft_version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    held_on = forms.DateField(label="When you spoke", widget=date_input())
    cases = CaseReferencesField(label="Cases that you looked at", help_text=CASES_HINT)
    reviews = ReviewsField(
        Review.objects.none(),
        label="Quality reviews that you looked at",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    situation = words("Situation", "When and where was it? One call, one letter, one case.", 2)
    behaviour = words("Behaviour", "What did you see or hear? Only what a camera would have recorded.")
    impact = words("Impact", "What did it lead to, for the customer, the colleague or the team?", 2)
    strengths = words("What went well", "Name it as exactly as what did not.")
    first_priority = line(
        "First priority", "Something that can be seen or heard, such as “Says back what was asked”.", 200
    )
    second_priority = line("Second priority", "Two at most. Leave it empty if one is enough.", 200)
    goal = words("Goal", "What does your colleague want to be able to do?", 2)
    reality = words("Reality", "Where are things now, in their words?", 2)
    options = words("Options", "What could they try? Their ideas come first.", 2)
    way_forward = words("Way forward", "What will they do, and what may get in the way?", 2)
    action = line("Agreed action")
    action_due_date = forms.DateField(label="By which day?", required=False, widget=date_input())
    support = line("How you will help", "Time, training, somebody to listen in.")
    process_issue = line(
        "What the process gets wrong",
        "If the cause is not your colleague’s to change, write it here. It can become a recommendation.",
    )

    def __init__(self, *args: Any, leader: User, colleague: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(CaseReferencesField, self.fields["cases"]).reader = leader
        offer_rows(self, "reviews", reviews_to_discuss(leader, colleague))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("action") and not data.get("action_due_date") and "action_due_date" not in self.errors:
            self.add_error("action_due_date", "Enter the day by which it is done")
        if data.get("action_due_date") and not data.get("action") and "action" not in self.errors:
            self.add_error("action", "Enter what is to be done by that day")
        if data.get("second_priority") and not data.get("first_priority"):
            self.add_error("first_priority", "Enter the first priority before the second")
        return data

    def values(self) -> dict[str, Any]:
        """Return the note's own fields, as far as they could be read."""
        return {name: self.cleaned_data[name] for name in FIELDS if name in self.cleaned_data}

    def review_ids(self) -> list[int] | None:
        chosen = self.cleaned_data.get("reviews")
        return None if chosen is None else [review.pk for review in chosen]

    def case_ids(self) -> list[int] | None:
        cases: list[int] | None = self.cleaned_data.get("cases")
        return cases


class WordsForm(RedressForm):
    """One step of the conversation; `step` says whether words are needed."""

    words = forms.CharField(
        max_length=LONGEST, widget=text_area(3), error_messages={"required": "Write something first"}
    )

    def __init__(self, *args: Any, step: SessionAction, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].label, self.fields["words"].help_text = LABELS[step]
        self.fields["words"].required = step != SessionAction.ACKNOWLEDGE


LABELS: Final[dict[SessionAction, tuple[str, str]]] = {
    SessionAction.ACKNOWLEDGE: ("Anything to add?", ""),
    SessionAction.RESPOND: ("Your answer", "Your words stay as you write them. Nobody can change them."),
    SessionAction.DISPUTE: ("What do you see differently?", "The note stays open until you say that it is settled."),
    SessionAction.REPLY: ("Your reply", ""),
    SessionAction.RESOLVE: ("What came of it?", "What has changed, and how you both know. This finishes the note."),
    SessionAction.SETTLE: ("How was it settled?", "This finishes the note."),
}


class HandOnForm(RedressForm):
    leader = forms.ModelChoiceField(User.objects.none(), label="Who should see it from now on?")

    def __init__(self, *args: Any, leaders: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "leader", leaders)
