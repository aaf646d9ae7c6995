"""What is typed about a piece of evidence and the root cause."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from crispy_forms.layout import Div, Fieldset, Layout
from django import forms
from django.db.models import QuerySet
from django.forms.models import ModelChoiceIterator

from cases.choices import CauseVerdict, Certainty, EvidenceType, FishboneBranch
from cases.forms.base import date_input, offer, offer_rows, text_area
from cases.models import Evidence, RootCauseAnalysis, Why
from cases.services.root_cause import MOST_WHYS, NewEvidence, WhyAnswer
from core.forms import RedressForm, RowsField
from core.sharing import SharedForm
from policies.models import RootCause

USUAL_WHYS = 5


class EvidenceForm(RedressForm):
    title = forms.CharField(label="Name", max_length=160)
    evidence_type = forms.ChoiceField(label="What is it?", choices=EvidenceType)
    shows = forms.CharField(label="What does it show?", max_length=300, widget=text_area(2))
    source = forms.CharField(label="Where does it come from?", max_length=160, required=False)
    happened_on = forms.DateField(
        label="Which day does it tell of?",
        required=False,
        widget=date_input(),
        help_text="It then stands on that day in the chronology.",
    )
    upload = forms.FileField(
        label="File",
        required=False,
        allow_empty_file=True,
        help_text="PDF, picture, sound, email, text, Word or Excel, up to 25 MB. Leave it empty for a thing or a talk.",
    )
    has_others_data = forms.BooleanField(label="It holds someone else's personal data", required=False)


class WhysForm(SharedForm):
    """A problem and up to seven answers, each to the question why the one before it happened.

    Five rows are offered, and all seven once five are filled.
    """

    problem = forms.CharField(label="What went wrong?", max_length=300)
    root = forms.ChoiceField(label="Which answer is the root cause?", required=False)

    def __init__(self, *args: Any, analysis: RootCauseAnalysis | None, evidence: QuerySet[Evidence], **kwargs: Any):
        whys = list(analysis.whys.all()) if analysis else []
        super().__init__(*args, initial=self._initial(analysis, whys), **kwargs)
        is_full = self.is_bound or len(whys) >= USUAL_WHYS
        self.numbers = range(1, (MOST_WHYS if is_full else USUAL_WHYS) + 1)
        pieces = [("", "None"), *((piece.pk, str(piece)) for piece in evidence)]
        for number in self.numbers:
            self._add_row(number, evidence, pieces)
        root = [("", "Not decided yet"), *((str(number), f"Why {number}") for number in self.numbers)]
        offer(self, "root", root)
        rows = (Div(f"why_{number}", f"evidence_{number}", css_class="why-row") for number in self.numbers)
        self.helper.layout = Layout("version", "seen", "problem", *rows, "root")

    @staticmethod
    def _initial(analysis: RootCauseAnalysis | None, whys: list[Why]) -> dict[str, Any]:
        if analysis is None:
            return {"version": 1}
        initial: dict[str, Any] = {"version": analysis.version, "problem": analysis.problem}
        for number, why in enumerate(whys, start=1):
            initial |= {f"why_{number}": why.answer, f"evidence_{number}": why.evidence_id}
            if why.is_root_cause:
                initial["root"] = str(number)
        return initial

    def _add_row(self, number: int, evidence: QuerySet[Evidence], pieces: list[tuple[Any, str]]) -> None:
        """Add an answer and its evidence; the choices are the same in every row, and so are read once."""
        question = "1. Why did that happen?" if number == 1 else f"{number}. And why did that happen?"
        self.fields[f"why_{number}"] = forms.CharField(label=question, max_length=300, required=False)
        shown_by = forms.ModelChoiceField(evidence, label=f"Evidence for answer {number}", required=False)
        self.fields[f"evidence_{number}"] = shown_by
        offer(self, f"evidence_{number}", pieces)

    def answers(self) -> list[WhyAnswer]:
        """Return the answers in order; rows left empty are dropped."""
        data = self.cleaned_data
        return [
            WhyAnswer(
                answer=data[f"why_{number}"],
                evidence=data[f"evidence_{number}"],
                is_root_cause=data["root"] == str(number),
            )
            for number in self.numbers
            if data[f"why_{number}"]
        ]


class CauseForm(RedressForm):
    branch = forms.ChoiceField(label="Branch", choices=FishboneBranch)
    text = forms.CharField(label="Possible cause", max_length=160)
    verdict = forms.ChoiceField(label="Did it contribute?", choices=CauseVerdict, initial=CauseVerdict.OPEN)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout(Div("branch", "text", "verdict", css_class="cause-row"))


class VerdictForm(RedressForm):
    verdict = forms.ChoiceField(choices=CauseVerdict)


class CausesByArea(ModelChoiceIterator):  # type: ignore[type-arg]
    """The coded causes, each under its area."""

    def __iter__(self) -> Iterator[Any]:
        yield "", self.field.empty_label
        for area, causes in groupby(self.queryset, key=lambda cause: cause.path[0].label):
            yield area, [self.choice(cause) for cause in causes]


class RootCauseField(forms.ModelChoiceField):  # type: ignore[type-arg]
    iterator = CausesByArea

    def label_from_instance(self, obj: RootCause) -> str:
        return ": ".join(each.label for each in obj.path[1:])


class RootCauseForm(SharedForm):
    """Evidence that is not in the register yet can be added beside the cause that it shows."""

    root_cause = RootCauseField(
        RootCause.objects.none(), label="Root cause", required=False, empty_label="Choose from the list"
    )
    statement = forms.CharField(label="The root cause in one sentence", max_length=500, widget=text_area(2))
    certainty = forms.ChoiceField(label="How sure are you?", choices=Certainty, widget=forms.RadioSelect)
    evidence = RowsField(
        Evidence.objects.none(),
        label="Evidence that shows it",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="At least one, unless the cause is not known. What is not listed can be added below.",
    )
    new_title = forms.CharField(label="Name of the evidence", max_length=160, required=False)
    new_type = forms.ChoiceField(label="What is it?", choices=EvidenceType, required=False)
    new_shows = forms.CharField(label="What does it show?", max_length=300, widget=text_area(2), required=False)
    corrective_action = forms.CharField(
        label="What would stop it from happening again?", max_length=300, required=False, widget=text_area(2)
    )

    FIELDS = ("root_cause", "statement", "certainty", "corrective_action", "version")

    def __init__(self, *args: Any, analysis: RootCauseAnalysis | None, evidence: QuerySet[Evidence], **kwargs: Any):
        initial: dict[str, Any] = {"version": 1}
        if analysis:
            initial = {name: getattr(analysis, name) for name in self.FIELDS} | {"evidence": analysis.evidence.all()}
        super().__init__(*args, initial=initial, **kwargs)
        offer_rows(self, "root_cause", RootCause.objects.active().leaves().by_area())
        offer_rows(self, "evidence", evidence)
        self.helper.layout = self._layout()

    @staticmethod
    def _layout() -> Layout:
        added = Fieldset("Add evidence that is not listed", "new_title", "new_type", "new_shows", css_class="stack")
        return Layout("version", "seen", "root_cause", "statement", "certainty", "evidence", added, "corrective_action")

    def shared_names(self) -> list[str]:
        return [name for name in super().shared_names() if not name.startswith("new_")]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        needed = ("new_title", "new_type", "new_shows")
        if cleaned.get("new_title") or cleaned.get("new_shows"):
            for name in needed:
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, self.fields[name].error_messages["required"])
        return cleaned

    def found(self) -> dict[str, Any]:
        """Return what was typed about the cause, with the evidence that is to be added."""
        data = {name: value for name, value in self.values().items() if not name.startswith("new_")}
        return data | {"new_evidence": self._new_evidence()}

    def _new_evidence(self) -> NewEvidence | None:
        data = self.cleaned_data
        if not data["new_title"]:
            return None
        return NewEvidence(title=data["new_title"], evidence_type=data["new_type"], shows=data["new_shows"])
