"""What is typed about the points of complaint."""

from itertools import groupby
from typing import Any

from django import forms

from cases.forms.base import date_input, offer, text_area
from cases.models import Case, Evidence
from complaints.choices import Finding
from complaints.models import Complaint, ComplaintPoint
from complaints.services.points import PointAnswer
from core.forms import RedressForm
from core.sharing import SharedForm
from policies.models import Clause

LONGEST_TEXT = 10_000
NO_FINDING_YET = ("", "No finding yet")


class DefinitionForm(SharedForm):
    definition = forms.CharField(
        label="What is the complaint?",
        help_text="In words the customer has agreed to. It is what we investigate and answer.",
        max_length=LONGEST_TEXT,
        widget=text_area(),
    )
    agreed_on = forms.DateField(label="Agreed with the customer on", required=False, widget=date_input())

    @staticmethod
    def initial_of(complaint: Complaint) -> dict[str, Any]:
        return {
            "version": complaint.version,
            "definition": complaint.definition or complaint.case.story,
            "agreed_on": complaint.definition_agreed_on,
        }


class NewPointForm(RedressForm):
    text = forms.CharField(
        label="What else does the customer say?",
        help_text="One thing to a point, such as: Nobody said that the payment had failed.",
        max_length=300,
        error_messages={"required": "Enter what the customer says"},
    )


class PointForm(SharedForm):
    text = forms.CharField(label="What does the customer say?", max_length=300)
    standard = forms.CharField(
        label="What should have happened?", max_length=LONGEST_TEXT, widget=text_area(3), required=False
    )
    facts = forms.CharField(
        label="What happened?",
        help_text="What the evidence shows, and where it is silent.",
        max_length=LONGEST_TEXT,
        widget=text_area(),
        required=False,
    )
    evidence = forms.TypedMultipleChoiceField(
        label="Which evidence shows it?", coerce=int, widget=forms.CheckboxSelectMultiple, required=False
    )
    finding = forms.ChoiceField(
        label="What do we find?",
        choices=[NO_FINDING_YET, *Finding.choices],
        widget=forms.RadioSelect,
        required=False,
        initial="",
    )
    reason = forms.CharField(
        label="Why?",
        help_text="The reason for the finding, as the customer will read it.",
        max_length=LONGEST_TEXT,
        widget=text_area(),
        required=False,
    )
    clause = forms.TypedChoiceField(
        label="Which policy clause do we rely on?", coerce=int, empty_value=None, required=False
    )
    impact = forms.CharField(label="What did it mean for the customer?", max_length=300, required=False)
    remedy = forms.CharField(label="What do we do about it?", max_length=300, required=False)

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        evidence = Evidence.objects.filter(case=case, removed_at=None)
        offer(self, "evidence", [(str(item.pk), f"{item.title}: {item.shows}") for item in evidence])
        offer(self, "clause", _clauses())
        if not evidence:
            del self.fields["evidence"]

    @staticmethod
    def initial_of(point: ComplaintPoint) -> dict[str, Any]:
        names = ("version", "text", "standard", "facts", "finding", "reason", "impact", "remedy")
        return {name: getattr(point, name) for name in names} | {
            "clause": point.clause_id,
            "evidence": [item.pk for item in point.evidence.all()],
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("finding") and not cleaned.get("reason"):
            self.add_error("reason", "Enter the reason for the finding")
        return cleaned

    def answer(self) -> PointAnswer:
        data = self.cleaned_data
        names = ("text", "standard", "facts", "finding", "reason", "impact", "remedy")
        return PointAnswer(**{name: data[name] for name in names}, clause_id=data["clause"])

    def evidence_ids(self) -> list[int] | None:
        return self.cleaned_data["evidence"] if "evidence" in self.fields else None


class BearingForm(RedressForm):
    points = forms.TypedMultipleChoiceField(
        label="Which points of complaint does it bear on?",
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, *args: Any, piece: Evidence, **kwargs: Any) -> None:
        bears_on = list(piece.points.values_list("pk", flat=True))
        super().__init__(*args, initial={"points": bears_on}, **kwargs)
        points = ComplaintPoint.objects.filter(case=piece.case_id).order_by("number")
        offer(self, "points", [(str(point.pk), str(point)) for point in points])


def _clauses() -> list[Any]:
    """Return the clauses in force under the policy that each belongs to."""
    citable = Clause.objects.citable().select_related("version__document")
    groups = groupby(citable, key=lambda clause: str(clause.version))
    return [
        ("", "Select a clause"),
        *((policy, [(each.pk, f"{each.number} {each.heading}") for each in group]) for policy, group in groups),
    ]
