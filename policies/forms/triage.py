"""What is typed about the triage questions: a question with its answers, the draft's settings, the try-it panel."""

from typing import Any, Final, cast

from django import forms
from django.utils import timezone
from django.utils.text import slugify

from core.forms import PlainErrors, RedressForm
from core.rows import RowsFormSet, rows_of
from policies.choices import TriageOutcome
from policies.models import Clause
from policies.triage import MOST_ANSWERS, Answer, Question, Tree

FIELD_PREFIX: Final = "triage_"


class TriageRadios(forms.RadioSelect):
    """Each answer says which question it leads to, by place, or where it ends, so that the page can ask the next."""

    def __init__(self, question: Question, tree: Tree) -> None:
        super().__init__()
        places = {each.code: place for place, each in enumerate(tree.questions, start=1)}
        self.marks = {
            answer.code: {"data-ends": answer.outcome}
            if answer.outcome
            else {"data-leads": str(places.get(answer.leads_to, ""))}
            for answer in question.answers
        }

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option: dict[str, Any] = super().create_option(name, value, *args, **kwargs)
        option["attrs"] |= self.marks.get(value, {})
        return option


class TriageField(forms.ChoiceField):
    """Required only where the answers before it lead to it, which the form checks; so it is never marked as optional."""

    def validate(self, value: Any) -> None:
        if value:
            super().validate(value)


def triage_fields(tree: Tree) -> dict[str, forms.Field]:
    """Return a field for each question, in the order of the tree."""
    return {
        f"{FIELD_PREFIX}{question.code}": TriageField(
            label=question.text,
            help_text=question.help,
            choices=[(answer.code, answer.label) for answer in question.answers],
            widget=TriageRadios(question, tree),
        )
        for question in tree.questions
    }


def triage_answers(form: forms.BaseForm) -> dict[str, str]:
    """Return what was answered, by question code."""
    typed: dict[str, Any] = getattr(form, "cleaned_data", {})
    return {
        name.removeprefix(FIELD_PREFIX): value
        for name, value in typed.items()
        if name.startswith(FIELD_PREFIX) and value
    }


def triage_questions(form: forms.BaseForm) -> list[forms.BoundField]:
    """Return the questions as the page shows them, in the order of the tree."""
    return [form[name] for name in form.fields if name.startswith(FIELD_PREFIX)]


class TryTreeForm(RedressForm):
    def __init__(self, data: Any, *, tree: Tree) -> None:
        super().__init__(data)
        self.fields.update(triage_fields(tree))

    @property
    def questions(self) -> list[forms.BoundField]:
        return triage_questions(self)


class TreeSettingsForm(RedressForm):
    sample_percent = forms.IntegerField(
        label="Share of decisions that go to review",
        help_text="In percent, of the decisions that it is not a complaint and of those that it is not an incident.",
        min_value=0,
        max_value=100,
    )
    change_note = forms.CharField(label="What changes, and why?", max_length=300, required=False)
    seen = forms.CharField(widget=forms.HiddenInput)


class PublishTreeForm(RedressForm):
    valid_from = forms.DateField(
        label="Holds from",
        help_text="Cases logged before this day keep the questions that they were asked.",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["valid_from"].initial = timezone.localdate


class QuestionForm(RedressForm):
    text = forms.CharField(label="Question", max_length=160)
    help = forms.CharField(label="Hint", max_length=300, required=False)
    seen = forms.CharField(widget=forms.HiddenInput)


class AnswerForm(PlainErrors, forms.Form):
    """One answer. `then` is "to:" and a question's code, or "end:" and an outcome."""

    label = forms.CharField(label="Answer", max_length=80)
    then = forms.ChoiceField(label="Then", required=False)
    reason = forms.CharField(
        label="Reason that the case keeps", help_text="Only where the answer decides.", max_length=300, required=False
    )
    clause = forms.ChoiceField(label="Policy clause", required=False)
    raises_incident = forms.BooleanField(label="There is an incident behind it: link one or raise one", required=False)
    standard_code = forms.CharField(label="Code", max_length=20, required=False)
    wording = forms.CharField(label="Words to say", max_length=300, required=False)
    boundary = forms.CharField(label="What goes to somebody else", max_length=300, required=False)
    code = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, targets: list[Any], clauses: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["then"]).choices = targets
        cast(forms.ChoiceField, self.fields["clause"]).choices = clauses

    def clean_code(self) -> str:
        return str(slugify(self.cleaned_data["code"]))


def answer_rows(data: Any, *, tree: Tree, question: Question | None) -> RowsFormSet:
    """Return the answers of a question as rows, with two empty ones for new answers."""
    stored = [_as_row(answer) for answer in question.answers] if question else []
    kwargs = {"targets": _targets(tree, question), "clauses": _clauses()}
    return rows_of(AnswerForm, data, prefix="answers", most=MOST_ANSWERS, empty=2, stored=stored, form_kwargs=kwargs)


def _as_row(answer: Answer) -> dict[str, Any]:
    then = f"end:{answer.outcome}" if answer.outcome else f"to:{answer.leads_to}" if answer.leads_to else ""
    return {**vars(answer), "then": then}


def _targets(tree: Tree, question: Question | None) -> list[Any]:
    others = [(f"to:{each.code}", f"{place}. {each.text}") for place, each in enumerate(tree.questions, start=1)]
    return [
        ("", "Not decided yet"),
        ("It is", [(f"end:{outcome.value}", outcome.label) for outcome in TriageOutcome]),
        ("Ask next", [each for each in others if question is None or each[0] != f"to:{question.code}"]),
    ]


def _clauses() -> list[tuple[str, str]]:
    citable = Clause.objects.citable().select_related("version__document")
    return [
        ("", "None"),
        *((f"{each.version.document.slug} {each.number}", f"{each.version.document} {each.number} {each.heading}")
          for each in citable),
    ]  # fmt: skip


def question_from(form: QuestionForm, rows: RowsFormSet, *, code: str) -> Question:
    return Question(
        code=code,
        text=form.cleaned_data["text"],
        help=form.cleaned_data["help"],
        answers=tuple(_answer(row, place) for place, row in enumerate(rows.rows(), start=1)),
    )


def _answer(row: dict[str, Any], place: int) -> Answer:
    where, _, target = row.pop("then").partition(":")
    code = row.pop("code") or f"{slugify(row['label'])[:34] or 'answer'}-{place}"
    return Answer(**row, code=code, leads_to=target if where == "to" else "", outcome=target if where == "end" else "")
