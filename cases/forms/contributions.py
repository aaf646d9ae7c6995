"""Asking somebody with a part in the case, and answering."""

from typing import Any

from django import forms

from accounts.models import User
from cases.choices import ContributionState
from cases.forms.base import at_local_time, date_input, text_area, time_input
from cases.forms.contacts import END_OF_DAY
from cases.models import Stakeholder
from core.forms import RedressForm

ANSWERED, DROPPED = ContributionState.ANSWERED.value, ContributionState.DROPPED.value


class AskForm(RedressForm):
    question = forms.CharField(
        label="What do you ask?",
        max_length=4000,
        widget=text_area(5),
        help_text="They read this and nothing else of the case, so write what they need to answer.",
    )
    colleague_email = forms.EmailField(
        label="Work email of the colleague",
        required=False,
        help_text="They get a line in their inbox. Leave it empty for somebody outside, and ask them in another way.",
    )
    due_date = forms.DateField(label="Answer by", widget=date_input())
    due_time = forms.TimeField(label="At what time", required=False, widget=time_input())

    def __init__(self, *args: Any, person: Stakeholder, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reader = reader
        self.fields["question"].initial = person.needed
        self.fields["colleague_email"].initial = person.colleague.email if person.colleague else ""

    def clean_colleague_email(self) -> User | None:
        typed = self.cleaned_data["colleague_email"].strip().lower()
        if not typed:
            return None
        colleague = User.objects.visible_to(self.reader).filter(email=typed, is_active=True).first()
        if colleague is None:
            raise forms.ValidationError("Nobody here has this email address. Check it, or leave it empty")
        return colleague

    def values(self) -> dict[str, Any]:
        """Return the arguments for `ask_for_contribution`."""
        data = self.cleaned_data
        due_at = at_local_time(data["due_date"], data["due_time"] or END_OF_DAY)
        return {"question": data["question"], "colleague": data["colleague_email"], "due_at": due_at}


class AnswerForm(RedressForm):
    state = forms.ChoiceField(
        label="What became of it?",
        choices=[(ANSWERED, "It is answered"), (DROPPED, "It is no longer needed")],
        widget=forms.RadioSelect,
        initial=ANSWERED,
        required=False,
    )
    answer = forms.CharField(label="The answer", max_length=10_000, widget=text_area(8))

    def __init__(self, *args: Any, investigates: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if investigates:
            self.fields["answer"].label = "The answer, or why it is no longer needed"
        else:
            del self.fields["state"]
