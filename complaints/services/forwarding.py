"""Another organisation has to answer: the whole complaint goes to them, or some of its points."""

from dataclasses import dataclass
from datetime import date, datetime

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from accounts.models import User
from cases import permissions
from cases.choices import EvidenceType
from cases.models import Case, Evidence
from cases.permissions import CaseAction
from cases.selectors.merging import merge_values
from cases.services.evidence import add_evidence
from cases.services.history import record_event
from cases.services.letters import letter_pages
from complaints.choices import ComplaintAction, ComplaintEvent, Outcome
from complaints.models import ComplaintPoint, Forwarding
from complaints.services.finishing import set_aside
from complaints.services.steps import locked_case, require
from core.dates import full_day
from core.errors import UserFacingError
from policies.choices import LetterPurpose
from policies.letters import merge
from policies.models import LetterTemplate


@dataclass(frozen=True, kw_only=True)
class Forward:
    """To whom it goes, why, and which points; no point is the whole complaint."""

    organisation: str
    contact: str
    reason: str
    forwarded_on: date
    told_on: date | None = None
    point_ids: tuple[int, ...] = ()


@transaction.atomic
def forward(*, case_id: int, to: Forward, actor: User, now: datetime) -> Forwarding:
    """Write down what went to whom. The whole complaint is closed with it; in part, we go on with the rest."""
    case = locked_case(case_id)
    is_whole = not to.point_ids
    require(case, ComplaintAction.SET_ASIDE if is_whole else ComplaintAction.ANSWER_POINTS, actor=actor, now=now)
    points = list(ComplaintPoint.objects.filter(case=case, pk__in=to.point_ids))
    if len(points) != len(set(to.point_ids)):
        raise UserFacingError("One of the points belongs to another case. Choose points of this one.")
    if points and len(points) == case.points.count():
        raise UserFacingError("These are all the points. Forward the whole complaint instead.")
    if is_whole and to.told_on is None:
        raise UserFacingError("Tell the customer who answers them now, and enter the day, before the case is closed.")
    row = Forwarding.objects.create(
        case=case,
        is_whole=is_whole,
        organisation=to.organisation,
        contact=to.contact,
        reason=to.reason,
        forwarded_on=to.forwarded_on,
        told_on=to.told_on,
        made_by=actor,
    )
    row.points.set(points)
    what = ", ".join(f"point {point.number}" for point in points) or "the whole complaint"
    changes = {"forwarded": ("", f"{what} to {to.organisation}")}
    record_event(case, actor=actor, action=ComplaintEvent.FORWARDED, now=now, changes=changes, note=to.reason)
    if is_whole:
        set_aside(case_id=case.pk, outcome=Outcome.FORWARDED, reason=to.reason, actor=actor, now=now)
    return row


def make_letter(row: Forwarding, *, actor: User, now: datetime) -> Evidence:
    """Draw the letter that goes to the other organisation, and keep it in the evidence as proof of what they were told."""
    permissions.require(actor, CaseAction.INVESTIGATE, row.case)
    template = LetterTemplate.objects.active().filter(purpose=LetterPurpose.FORWARDING).first()
    if template is None:
        raise UserFacingError("There is no template for a letter to another organisation. An admin can add one.")
    values = _letter_values(row, actor)
    subject = merge(template.subject, values)[:160]
    pages = letter_pages(
        row.case,
        subject=subject,
        body=merge(template.body, values),
        address=f"{row.organisation}\n{row.contact}",
        author=actor,
        now=now,
    )
    return add_evidence(
        row.case,
        actor=actor,
        now=now,
        title=f"Letter to {row.organisation}"[:160],
        evidence_type=EvidenceType.LETTER,
        shows=f"What we told them when the complaint was forwarded on {full_day(row.forwarded_on)}.",
        source="Made here",
        upload=SimpleUploadedFile(f"Forwarding {row.case.reference}.pdf", pages),
    )


def _letter_values(row: Forwarding, actor: User) -> dict[str, str]:
    """Return what the letter may name: of the points, only those that are theirs."""
    points = row.points.order_by("number") if not row.is_whole else row.case.points.order_by("number")
    return merge_values(row.case, actor) | {
        "other_organisation": row.organisation,
        "forwarded_points": "\n".join(point.text for point in points),
        "forwarding_reason": row.reason,
        "customer_contact": _ways_to_reach(row.case),
    }


def _ways_to_reach(case: Case) -> str:
    customer = case.customer
    return ", ".join(filter(None, (customer.postcode, customer.email, customer.phone))) or "known to us only by name"
