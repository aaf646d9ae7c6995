"""What is typed when a complaint takes a step: a decision, an answer, a reason."""

from typing import Any

from django import forms

from cases.choices import Channel, Decision
from cases.forms.base import date_input, offer, text_area
from cases.models import Approval
from complaints.choices import Answer, ProposalPart
from complaints.forms.points import LONGEST_TEXT
from complaints.selectors.proposal import Standpoint
from complaints.services.deciding import Verdict
from complaints.services.finishing import CustomerAnswer
from core.forms import RedressForm

SENDING_CHANNELS = [(Channel.EMAIL, "By email"), (Channel.LETTER, "By letter")]
HINTS = {
    Decision.APPROVE: "The letter can go to the customer",
    Decision.RETURN: "Say which parts and why",
    Decision.REFER: "To a manager: say why",
}
BUTTONS = {
    Decision.APPROVE: "Approve resolution",
    Decision.RETURN: "Return for changes",
    Decision.REFER: "Refer up",
}


class DecisionForm(RedressForm):
    content_hash = forms.CharField(widget=forms.HiddenInput, max_length=64)
    decision = forms.ChoiceField(label="Your decision", choices=Decision, widget=forms.RadioSelect)
    parts = forms.MultipleChoiceField(
        label="Which parts need changing?",
        choices=ProposalPart,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    comment = forms.CharField(
        label="Comment for the record", max_length=LONGEST_TEXT, widget=text_area(3), required=False
    )

    def __init__(self, *args: Any, approval: Approval, standpoint: Standpoint, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["content_hash"].initial = approval.content_hash
        offered = [each for each in Decision if standpoint.may_approve or each != Decision.APPROVE]
        offer(self, "decision", [(each.value, each.label) for each in offered])
        self.fields["decision"].initial = offered[0]
        self.options = [(each.value, each.label, HINTS[each], BUTTONS[each]) for each in offered]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("decision") in (Decision.RETURN, Decision.REFER) and not cleaned.get("comment"):
            self.add_error("comment", "Enter why, so that the next person knows what to do")
        return cleaned

    def verdict(self) -> Verdict:
        data = self.cleaned_data
        return Verdict(
            decision=Decision(data["decision"]),
            content_hash=data["content_hash"],
            comment=data["comment"],
            parts=tuple(data["parts"]),
        )


class SendForm(RedressForm):
    channel = forms.ChoiceField(label="How do you send it?", choices=SENDING_CHANNELS, widget=forms.RadioSelect)


class AnswerForm(RedressForm):
    answer = forms.ChoiceField(label="Has this been put right?", choices=Answer, widget=forms.RadioSelect)
    said_by = forms.CharField(label="Who said it?", max_length=120)
    channel = forms.ChoiceField(label="How did they tell you?", choices=Channel, initial=Channel.PHONE)
    words = forms.CharField(
        label="Their exact words",
        help_text="If it is not sorted, what is still wrong.",
        max_length=LONGEST_TEXT,
        widget=text_area(),
        required=False,
    )

    plan = forms.CharField(
        label="What do you do about it?",
        help_text="If it is not sorted. The case opens again with this plan.",
        max_length=2000,
        widget=text_area(3),
        required=False,
    )
    contact_on = forms.DateField(
        label="By when do you contact the customer?",
        help_text="If it is not sorted. It becomes a promise of the case’s owner.",
        widget=date_input(),
        required=False,
    )

    NEEDED_UNLESS_SORTED = {
        "words": "Enter what the customer says is still wrong",
        "plan": "Enter what you do about it",
        "contact_on": "Enter by when you contact the customer",
    }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("answer") in (Answer.PARTLY, Answer.NO):
            for name, sentence in self.NEEDED_UNLESS_SORTED.items():
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, sentence)
        return cleaned

    def said(self) -> CustomerAnswer:
        return CustomerAnswer(**self.cleaned_data | {"answer": Answer(self.cleaned_data["answer"])})


class PlanForm(RedressForm):
    note = forms.CharField(
        label="What will you find out first?",
        help_text="It goes into the history.",
        max_length=2000,
        widget=text_area(3),
        required=False,
    )


class ReopeningPlanForm(RedressForm):
    note = forms.CharField(
        label="What do you do about what is still wrong?",
        help_text="It goes into the history. The investigation goes on with it.",
        max_length=2000,
        widget=text_area(3),
        error_messages={"required": "Enter what you do about what is still wrong"},
    )


class ReasonForm(RedressForm):
    reason = forms.CharField(label="Why?", max_length=500, widget=text_area(3))


class ReopenForm(ReasonForm):
    second_stage = forms.BooleanField(
        label="The customer asks for a second look (stage 2)",
        help_text="Nobody who approved the first decision may decide the second.",
        required=False,
    )
