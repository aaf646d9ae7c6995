"""How far a complaint is, in the query that finds its case."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from django.db.models import (
    Count,
    DateTimeField,
    Exists,
    F,
    IntegerField,
    Max,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce

from accounts.models import User
from cases.case_page import Step
from cases.choices import CaseStatus, Direction
from cases.models import Case, Contact, RootCauseAnalysis
from complaints.choices import Finding
from complaints.models import (
    ComplaintPoint,
    Confirmation,
    Forwarding,
    Merge,
    OmbudsmanReferral,
    Resolution,
)
from core.dates import day
from core.expressions import annotate_once


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Each name is an annotation of `with_standing`."""

    points: int
    answered: int
    has_proposal: bool
    has_root_cause: bool
    last_answer: str
    last_answer_at: datetime | None
    last_out_at: datetime | None
    decided_at: datetime | None
    sent_at: datetime | None
    is_merged: bool
    is_forwarded: bool
    is_outside: bool

    @property
    def is_answered(self) -> bool:
        """Whether the customer has said what they think of this decision, and not of an earlier one alone."""
        return bool(self.sent_at and self.last_answer_at and self.last_answer_at >= self.sent_at)


def with_standing(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Join the complaint, and count how far it is."""
    answered = Q(clause__isnull=False) & ~Q(finding="")
    dated = cases.select_related("complaint").annotate(
        standing_decided_at=F("complaint__decided_at"),
        standing_sent_at=F("complaint__decision_sent_at"),
    )
    return annotate_once(
        dated,
        standing_points=_points(Q()),
        standing_answered=_points(answered),
        standing_has_proposal=Exists(_of_case(Resolution).exclude(letter="")),
        standing_has_root_cause=Exists(_of_case(RootCauseAnalysis).filter(root_cause__isnull=False)),
        standing_last_answer=Coalesce(Subquery(_of_case(Confirmation).values("answer")[:1]), Value("")),
        standing_last_answer_at=Subquery(_of_case(Confirmation).values("recorded_at")[:1]),
        standing_last_out_at=Subquery(_last_outgoing(), output_field=DateTimeField()),
        standing_is_merged=Exists(_merges()),
        standing_is_forwarded=Exists(_of_case(Forwarding)),
        standing_is_outside=Exists(_of_case(OmbudsmanReferral)),
    )


def standing_of(case: Case) -> Standing:
    """Return the figures that came with `case`, or ask for them once if it was found another way."""
    names = [field.name for field in fields(Standing)]
    if f"standing_{names[0]}" not in case.__dict__:
        found = with_standing(Case.objects.filter(pk=case.pk)).values(*(f"standing_{name}" for name in names))
        case.__dict__.update(found.get())
    return Standing(**{name: case.__dict__[f"standing_{name}"] for name in names})


def _of_case(model: type[Model]) -> QuerySet[Any]:
    rows: QuerySet[Any] = model._default_manager.filter(case=OuterRef("pk"))
    return rows


def _points(condition: Q) -> Coalesce:
    counted = _of_case(ComplaintPoint).filter(condition).order_by().values("case").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), 0, output_field=IntegerField())


def _merges() -> QuerySet[Merge]:
    """Return the merges that stand, in either direction."""
    return Merge.objects.standing().filter(Q(case=OuterRef("pk")) | Q(into=OuterRef("pk")))


def _last_outgoing() -> QuerySet[Any, Any]:
    outgoing = _of_case(Contact).filter(direction=Direction.OUT, called_off_at=None).order_by()
    latest: QuerySet[Any, Any] = outgoing.values("case").annotate(last=Max("happened_at")).values("last")
    return latest


def points_complexity(case: Case) -> list[tuple[str, int]]:
    """Return what the points of complaint add to the complexity of the case."""
    points = ComplaintPoint.objects.filter(case=case).count()
    return [(f"{points} points of complaint", points)]


def points_progress(case: Case) -> str:
    standing = standing_of(case)
    return f"{standing.answered} of {standing.points}"


def resolution_progress(case: Case) -> str:
    words = {
        CaseStatus.AWAITING_SIGN_OFF: "With approver",
        CaseStatus.RETURNED: "Returned",
        CaseStatus.APPROVED: "Approved",
    }
    if case.status in words:
        return words[CaseStatus(case.status)]
    standing = standing_of(case)
    if standing.sent_at:
        return "Sent"
    return "Started" if standing.has_proposal else "Not started"


STAGES: tuple[tuple[str, frozenset[CaseStatus]], ...] = (
    ("Logged", frozenset({CaseStatus.LOGGED})),
    ("Investigating", frozenset({CaseStatus.INVESTIGATING, CaseStatus.REOPENED, CaseStatus.RETURNED})),
    ("Sign-off", frozenset({CaseStatus.AWAITING_SIGN_OFF, CaseStatus.APPROVED})),
    ("With customer", frozenset({CaseStatus.WITH_CUSTOMER, CaseStatus.CONFIRMED, CaseStatus.FOLLOW_UP})),
    ("Closed", frozenset({CaseStatus.CLOSED, CaseStatus.WITHDRAWN})),
)


def track(case: Case) -> list[Step]:
    """Return the way of a complaint from logged to closed, and where this one stands on it."""
    standing = standing_of(case)
    place = next(number for number, (_, statuses) in enumerate(STAGES) if case.status in statuses)
    status, label = case.get_status_display(), STAGES[place][0]
    notes = {place: "now" if status == label else status, 0: day(case.logged_at)}
    if standing.decided_at and place > 2:
        notes[2] = day(standing.decided_at)
    if standing.sent_at and place > 3:
        notes[3] = day(standing.sent_at)
    if case.closed_at:
        notes[4] = day(case.closed_at)
    return [
        Step(
            label=label,
            note=notes.get(number, "not yet" if number > place else "done"),
            state="past" if number < place else "now" if number == place else "",
        )
        for number, (label, _) in enumerate(STAGES)
    ]


def points_panel(case: Case, user: User, now: datetime) -> dict[str, object] | None:
    """Return the points with their findings for the overview."""
    points = list(ComplaintPoint.objects.filter(case=case).order_by("number"))
    if not points:
        return None
    found = sum(1 for point in points if point.finding)
    return {
        "progress": f"{found} of {len(points)} {'has' if found == 1 else 'have'} a finding",
        "points": [
            {
                "text": point.text,
                "finding": point.finding,
                "finding_label": Finding(point.finding).label if point.finding else "",
            }
            for point in points
        ],
        "case": case,
    }
