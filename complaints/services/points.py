"""The points of complaint, and the answer to each."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F, Max

from accounts.models import User
from cases.models import Evidence
from cases.services.history import changed_fields, record_event
from complaints.choices import ComplaintAction, ComplaintEvent
from complaints.models import ComplaintPoint
from complaints.services.editing import record_edit
from complaints.services.steps import locked_case, require
from core.dates import clock_time
from core.errors import StaleVersionError, UserFacingError


@dataclass(frozen=True, kw_only=True)
class PointAnswer:
    """The fields of one point; `clause_id` is the policy clause that the finding relies on."""

    text: str
    standard: str = ""
    facts: str = ""
    finding: str = ""
    reason: str = ""
    clause_id: int | None = None
    impact: str = ""
    remedy: str = ""


@transaction.atomic
def add_point(*, case_id: int, text: str, actor: User, now: datetime) -> ComplaintPoint:
    case = locked_case(case_id)
    require(case, ComplaintAction.ANSWER_POINTS, actor=actor, now=now)
    last = case.points.aggregate(last=Max("number"))["last"] or 0
    point = ComplaintPoint.objects.create(case=case, number=last + 1, text=text, edited_by=actor)
    _record(point, ComplaintEvent.POINT_ADDED, {"text": ("", text)}, actor=actor, now=now)
    return point


@transaction.atomic
def save_point(
    *,
    point_id: int,
    version: int,
    answer: PointAnswer,
    actor: User,
    now: datetime,
    evidence_ids: Iterable[int] | None = None,
) -> ComplaintPoint:
    """Save what was written about a point, unless somebody else saved it after `version` was read."""
    case = locked_case(ComplaintPoint.objects.values_list("case_id", flat=True).get(pk=point_id))
    require(case, ComplaintAction.ANSWER_POINTS, actor=actor, now=now)
    point = ComplaintPoint.objects.select_related("edited_by").get(pk=point_id)
    if answer.finding and not answer.reason.strip():
        raise UserFacingError("Give the reason for the finding.")
    changes = changed_fields(point, asdict(answer))
    saved = ComplaintPoint.objects.filter(pk=point.pk, version=version).update(
        **asdict(answer), edited_by=actor, version=F("version") + 1, updated_at=now
    )
    if not saved:
        raise StaleVersionError(
            f"{point.edited_by} changed point {point.number} at {clock_time(point.updated_at)}, before you saved. "
            "Your text is kept below."
        )
    if evidence_ids is not None:
        point.evidence.set(Evidence.objects.filter(case=case, pk__in=list(evidence_ids)))
    _record(point, ComplaintEvent.POINT_SAVED, changes, actor=actor, now=now)
    point.refresh_from_db()
    return point


@transaction.atomic
def save_bearing(*, evidence_id: int, point_ids: Iterable[int], actor: User, now: datetime) -> Evidence:
    """Say which points a piece of evidence bears on. A point that somebody is writing just now sees the change."""
    piece = Evidence.objects.get(pk=evidence_id)
    case = locked_case(piece.case_id)
    require(case, ComplaintAction.ANSWER_POINTS, actor=actor, now=now)
    if piece.removed_at:
        raise UserFacingError("This evidence was removed, so it bears on nothing any more.")
    before = list(piece.points.order_by("number"))
    after = list(ComplaintPoint.objects.filter(case=case, pk__in=list(point_ids)).order_by("number"))
    piece.points.set(after)
    moved = {point.pk for point in before} ^ {point.pk for point in after}
    ComplaintPoint.objects.filter(pk__in=moved).update(version=F("version") + 1, edited_by=actor, updated_at=now)
    if moved:
        changes = {"points": (_numbers(before), _numbers(after))}
        subject = f"evidence:{piece.pk}"
        record_event(case, actor=actor, action=ComplaintEvent.BEARING_SAVED, now=now, changes=changes, subject=subject)
        record_edit(case, actor=actor, now=now)
    return piece


def _numbers(points: list[ComplaintPoint]) -> str:
    return ", ".join(str(point.number) for point in points)


def _record(
    point: ComplaintPoint,
    event: ComplaintEvent,
    changes: dict[str, tuple[object, object]],
    *,
    actor: User,
    now: datetime,
) -> None:
    record_event(point.case, actor=actor, action=event, now=now, changes=changes, subject=f"point {point.number}")
    record_edit(point.case, actor=actor, now=now)
