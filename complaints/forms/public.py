"""What the customer types on their own page."""

from typing import Any

from django import forms

from cases.forms.base import text_area
from complaints.choices import Answer
from complaints.services.confirming import Rating
from core.forms import RedressForm

SCALES = {
    "satisfaction": ["Very dissatisfied", "Dissatisfied", "Neither", "Satisfied", "Very satisfied"],
    "ease": ["Very difficult", "Difficult", "Neither", "Easy", "Very easy"],
    "informed": ["Not at all", "Not enough", "Just about", "Well", "Very well"],
}


def _scale(label: str, name: str) -> forms.TypedChoiceField:
    """Return five worded choices that may be skipped; the fifth is the best."""
    choices = [(str(number), words) for number, words in enumerate(SCALES[name], start=1)]
    return forms.TypedChoiceField(
        label=label, choices=choices, coerce=int, empty_value=None, widget=forms.RadioSelect, required=False
    )


class IdentityForm(RedressForm):
    said = forms.CharField(
        label="Enter your postcode",
        help_text="Or the last 4 digits of the phone number that we have for you.",
        max_length=12,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Enter your postcode, or the last 4 digits of your phone number"},
    )


class PublicAnswerForm(RedressForm):
    answer = forms.ChoiceField(label="Has this been put right?", choices=Answer, widget=forms.RadioSelect)
    words = forms.CharField(
        label="What is still wrong?",
        help_text="Only if it is not sorted. Up to 1,500 characters.",
        max_length=1500,
        widget=text_area(),
        required=False,
    )
    satisfaction = _scale("How satisfied are you with how we handled your complaint?", "satisfaction")
    ease = _scale("How easy was it?", "ease")
    informed = _scale("How well did we keep you informed?", "informed")
    recommend = forms.TypedChoiceField(
        label="How likely are you to recommend us to somebody you know?",
        help_text="0 is not at all likely, 10 is extremely likely.",
        choices=[("", "No answer"), *((str(number), str(number)) for number in range(11))],
        coerce=int,
        empty_value=None,
        required=False,
    )
    comment = forms.CharField(label="Anything else?", max_length=1500, widget=text_area(2), required=False)
    may_contact = forms.ChoiceField(
        label="May we contact you about your answers?",
        choices=[("yes", "Yes"), ("no", "No")],
        widget=forms.RadioSelect,
        required=False,
    )

    RATINGS = ("satisfaction", "ease", "informed", "recommend", "comment", "may_contact")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("answer") in (Answer.PARTLY, Answer.NO) and not cleaned.get("words"):
            self.add_error("words", "Enter what is still wrong, so that we can put it right")
        return cleaned

    def rating(self) -> Rating:
        data = self.cleaned_data
        return Rating(
            satisfaction=data["satisfaction"],
            ease=data["ease"],
            informed=data["informed"],
            recommend=data["recommend"],
            comment=data["comment"],
            may_contact={"yes": True, "no": False}.get(data["may_contact"]),
        )

    def spoken(self) -> list[tuple[str, str]]:
        """Return the questions and the answers in words, for the page on which they are checked."""
        found = []
        for name in ("answer", "words", *self.RATINGS):
            field, value = self.fields[name], self.cleaned_data[name]
            words = dict(getattr(field, "choices", [])).get(str(value), value)
            if value:
                found.append((str(field.label), str(words)))
        return found
