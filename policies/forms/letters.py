"""Forms for letter templates and what a letter must say."""

from typing import Any

from django import forms
from django.utils.text import slugify

from core.errors import UserFacingError
from policies import letters
from policies.forms.rows import DatedRuleForm, RuleForm
from policies.models import (
    LetterElement,
    LetterTemplate,
)


class LetterTemplateForm(RuleForm):
    slug, title, noun = "letters", "Letter templates", "template"
    intro = (
        "Messages to customers. Only the merge fields listed here can be filled; a template with any other is refused."
    )
    columns = (("For", "get_purpose_display"), ("Subject", "subject"))

    class Meta:
        model = LetterTemplate
        fields = ["name", "purpose", "subject", "body", "is_active"]
        labels = {"name": "Name", "purpose": "For", "subject": "Subject", "body": "Message", "is_active": "In use"}
        widgets = {"body": forms.Textarea(attrs={"rows": 14})}

    def clean_subject(self) -> str:
        return self._checked("subject")

    def clean_body(self) -> str:
        return self._checked("body")

    def _checked(self, name: str) -> str:
        text = str(self.cleaned_data[name])
        try:
            letters.check_fields(text)
        except UserFacingError as error:
            raise forms.ValidationError(str(error)) from error
        return text


class LetterElementForm(DatedRuleForm):
    slug, title, noun = "letter-elements", "What letters must say", "element"
    intro = "A message to a customer that lacks an element is not sent. Each is found by one of its phrases."
    columns = (("In letters for", "get_purpose_display"), ("Kind of case", "get_kind_display"))
    key = ("label",)

    phrases = forms.CharField(
        label="Phrases that say it, one on each line",
        help_text="<date>, <number> and <amount> stand for one of those, and … for a few words in between.",
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    class Meta:
        model = LetterElement
        fields = ["label", "purpose", "kind", "from_day"]
        labels = {
            "label": "What the letter must say",
            "purpose": "In letters for",
            "kind": "Kind of case",
            "from_day": "Only from this many days after receipt",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["phrases"].initial = "\n".join(self.instance.phrases)
        self.order_fields(["seen", "label", "purpose", "kind", "phrases", "from_day", "valid_from"])

    def clean_phrases(self) -> list[str]:
        return [line.strip() for line in self.cleaned_data["phrases"].splitlines() if line.strip()]

    def values(self) -> dict[str, Any]:
        code = self.instance.code or slugify(self.cleaned_data["label"])[:40]
        return super().values() | {"phrases": self.cleaned_data["phrases"], "code": code}
