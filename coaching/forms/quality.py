"""What is typed in a quality review, for a sample, a second look and a calibration."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from secrets import randbelow
from typing import Any

from django import forms

from accounts.models import Team, User
from cases.forms.base import date_input, offer_rows, text_area
from coaching.arithmetic.sampling import SEEDS, SMALLEST_SEED
from coaching.choices.quality import FATAL_RATINGS, Rating
from coaching.models import Answer, Criterion, Scorecard
from coaching.selectors.lots import Lot
from coaching.selectors.quality import reviewers, scorecards_in_force
from coaching.services.finishing import UnansweredError
from coaching.services.reviews import Judgement
from core.forms import LARGEST_WHOLE_NUMBER, RedressForm
from policies.choices import CaseKind

REVIEWED_KINDS = [
    ("", "Complaints and incidents"),
    (CaseKind.COMPLAINT, "Complaints"),
    (CaseKind.INCIDENT, "Incidents"),
]


@dataclass(frozen=True)
class CriterionRow:
    """A criterion as the form shows it: its choices, and the words that go with them."""

    criterion: Criterion
    rating: forms.BoundField
    comment: forms.BoundField


class ReviewForm(RedressForm):
    """One choice and one comment for each criterion. What must be there is asked when the review is finished."""

    def __init__(self, *args: Any, answers: Sequence[Answer], summary: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.criteria = [answer.criterion for answer in answers]
        for answer in answers:
            self._add(answer)
        self.fields["summary"] = forms.CharField(
            label="What your colleague should know",
            help_text="What was done well comes first. They read this beside the score.",
            required=False,
            max_length=2000,
            initial=summary,
            widget=text_area(3),
        )

    def _add(self, answer: Answer) -> None:
        criterion = answer.criterion
        offered = FATAL_RATINGS if criterion.is_fatal else set(Rating)
        self.fields[f"rating_{criterion.pk}"] = forms.ChoiceField(
            label=criterion.text,
            help_text=criterion.guidance,
            choices=[(rating.value, rating.label) for rating in Rating if rating in offered],
            initial=answer.rating,
            widget=forms.RadioSelect,
        )
        self.fields[f"comment_{criterion.pk}"] = forms.CharField(
            label="What you saw",
            max_length=1000,
            initial=answer.comment,
            widget=forms.Textarea(attrs={"rows": 2, "aria-label": f"What you saw: {criterion.text}"}),
        )

    def full_clean(self) -> None:
        """Take a half-finished form: what must be there is asked by the service, when the review is finished."""
        marked = [field for field in self.fields.values() if field.required]
        for field in marked:
            field.required = False
        super().full_clean()
        for field in marked:
            field.required = True

    def judgements(self) -> dict[int, Judgement]:
        given = self.cleaned_data
        return {
            criterion.pk: Judgement(given[f"rating_{criterion.pk}"], given[f"comment_{criterion.pk}"])
            for criterion in self.criteria
        }

    def add_problems(self, error: UnansweredError) -> None:
        """Put what is missing beside its criterion, and the sentence about all of them above the form."""
        self.add_error(None, str(error))
        for pk, words in error.problems.items():
            chosen = self.cleaned_data.get(f"rating_{pk}")
            self.add_error(f"comment_{pk}" if chosen else f"rating_{pk}", words)

    def sections(self) -> Iterator[tuple[Any, list[CriterionRow]]]:
        """Yield each section of the scorecard with its rows."""
        rows: dict[int, list[CriterionRow]] = {}
        sections = {criterion.section_id: criterion.section for criterion in self.criteria}
        for criterion in self.criteria:
            row = CriterionRow(criterion, self[f"rating_{criterion.pk}"], self[f"comment_{criterion.pk}"])
            rows.setdefault(criterion.section_id, []).append(row)
        for pk, found in rows.items():
            yield {"title": sections[pk].title, "weight": sum(row.criterion.weight for row in found)}, found


class HandOnForm(RedressForm):
    reviewer = forms.ModelChoiceField(User.objects.none(), label="Who reviews what is left?")
    reason = forms.CharField(label="Why?", max_length=300, widget=text_area(2))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "reviewer", reviewers())


class SampleForm(RedressForm):
    scorecard = forms.ModelChoiceField(Scorecard.objects.none(), label="Scorecard")
    reviewer = forms.ModelChoiceField(
        User.objects.none(), label="Who reviews?", help_text="Cases in which they had a part are never drawn."
    )
    team = forms.ModelChoiceField(Team.objects.none(), label="Team", required=False, empty_label="Every team")
    kind = forms.ChoiceField(label="Type of case", choices=REVIEWED_KINDS, required=False)
    first_day = forms.DateField(label="Closed from", widget=date_input())
    last_day = forms.DateField(label="Closed up to", widget=date_input())
    size = forms.IntegerField(label="How many cases?", min_value=1, max_value=200, initial=5)
    is_for_each = forms.BooleanField(label="That many for each colleague", required=False)
    seed = forms.IntegerField(
        label="Seed",
        min_value=0,
        max_value=LARGEST_WHOLE_NUMBER,
        help_text="Decides the lots. Whoever draws again with the same seed gets the same cases.",
    )

    def __init__(self, *args: Any, user: User, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "scorecard", scorecards_in_force(today))
        offer_rows(self, "reviewer", reviewers())
        offer_rows(self, "team", Team.objects.filter(is_active=True))
        last = today.replace(day=1) - timedelta(days=1)
        self.initial = {
            "first_day": last.replace(day=1),
            "last_day": last,
            "seed": SMALLEST_SEED + randbelow(SEEDS),
            "scorecard": scorecards_in_force(today).first(),
        }

    def lot(self) -> Lot:
        return Lot(**self.cleaned_data)


class ScorecardChoiceForm(RedressForm):
    scorecard = forms.ModelChoiceField(Scorecard.objects.none(), label="By which scorecard?", empty_label=None)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "scorecard", scorecards_in_force(today))


class AskAgainForm(RedressForm):
    reason = forms.CharField(label="What should the next reviewer look at?", max_length=2000, widget=text_area(3))


class CalibrationForm(RedressForm):
    reference = forms.RegexField(
        label="Case reference",
        regex=r"^\s*(?:[A-Za-z]{3}-)?\d{4}-\d{6,9}\s*$",
        error_messages={"invalid": "Enter a case reference such as CMP-2026-004211"},
    )
    scorecard = forms.ModelChoiceField(Scorecard.objects.none(), label="Scorecard", empty_label=None)
    first = forms.ModelChoiceField(User.objects.none(), label="First reviewer")
    second = forms.ModelChoiceField(User.objects.none(), label="Second reviewer")

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "scorecard", scorecards_in_force(today))
        offer_rows(self, "first", reviewers())
        offer_rows(self, "second", reviewers())

    def clean_reference(self) -> str:
        """Return the bare number, whatever the letters before it."""
        return "-".join(str(self.cleaned_data["reference"]).strip().split("-")[-2:])
