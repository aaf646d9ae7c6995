"""A share of the triage decisions goes to a second person, who agrees or proposes another type."""

import logging
from datetime import datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from cases.services.triage import reclassify
from coaching.choices.triage import ProposalState, TriageClaim, TriageVerdict
from coaching.models import TriageDraw, TriageReview
from coaching.permissions import triage as permissions
from coaching.selectors.triage import drawn
from coaching.services.telling import tell
from core.dates import local_day
from core.errors import TransitionNotAllowedError, UserFacingError
from policies.choices import CaseKind
from policies.selectors import triage_sample_percent

logger = logging.getLogger(__name__)


@transaction.atomic
def draw_triage_sample(*, seed: int, now: datetime) -> TriageDraw | None:
    """Draw from the decisions made since the last draw and before today; a second call on the same day draws nothing."""
    until = timezone.make_aware(datetime.combine(local_day(now), time.min), timezone.get_default_timezone())
    last = TriageDraw.objects.order_by("-until").first()
    since = last.until if last else until - timedelta(days=1)
    if since >= until:
        return None
    percent = triage_sample_percent(day=local_day(now))
    found = {claim: drawn(claim, since=since, until=until, seed=seed, percent=percent) for claim in TriageClaim}
    draw = TriageDraw.objects.create(
        seed=seed,
        percent=percent,
        since=since,
        until=until,
        population=sum(population for population, _ in found.values()),
        drawn_at=now,
    )
    TriageReview.objects.bulk_create(
        TriageReview(draw=draw, decision_id=pk, claim=claim) for claim, (_, ids) in found.items() for pk in ids
    )
    logger.info("triage_sample_drawn draw=%s population=%s", draw.pk, draw.population)
    return draw


@transaction.atomic
def give_verdict(
    *, review_id: int, verdict: TriageVerdict, reason: str, proposed_kind: str, actor: User, now: datetime
) -> TriageReview:
    """Agree, or say what the case is instead; then somebody else decides about the change."""
    review = _locked(review_id)
    permissions.require_second_person(actor, review)
    if review.verdict:
        raise TransitionNotAllowedError(f"{review.reviewer} has reviewed this decision already.")
    review.verdict, review.reason, review.reviewer, review.reviewed_at = verdict, reason, actor, now
    if verdict == TriageVerdict.DISAGREE:
        if proposed_kind in ("", review.decision.kind):
            raise UserFacingError("Say what the case is instead: another type than the one that was decided.")
        review.proposed_kind, review.proposal = proposed_kind, ProposalState.OPEN
    review.save()
    if review.proposal == ProposalState.OPEN:
        _tell_of_proposal(review, now)
    return review


@transaction.atomic
def accept_proposal(*, review_id: int, actor: User, now: datetime) -> TriageReview:
    """Change the type as proposed. The decision that was reviewed stays, and a new one follows it."""
    review = _open_proposal(review_id, actor)
    case = review.decision.case
    if case.kind != review.proposed_kind:
        reclassify(case, kind=review.proposed_kind, reason=f"After review: {review.reason}"[:300], actor=actor, now=now)
    return _settle(review, ProposalState.ACCEPTED, "", actor, now)


@transaction.atomic
def decline_proposal(*, review_id: int, reason: str, actor: User, now: datetime) -> TriageReview:
    return _settle(_open_proposal(review_id, actor), ProposalState.DECLINED, reason, actor, now)


def _locked(review_id: int) -> TriageReview:
    reviews = TriageReview.objects.select_for_update(of=("self",)).select_related("decision__case", "reviewer")
    return reviews.get(pk=review_id)


def _open_proposal(review_id: int, actor: User) -> TriageReview:
    review = _locked(review_id)
    permissions.require_settler(actor, review)
    if review.proposal != ProposalState.OPEN:
        raise TransitionNotAllowedError("There is no proposal to answer: it was answered already, or nobody made one.")
    return review


def _settle(review: TriageReview, state: ProposalState, reason: str, actor: User, now: datetime) -> TriageReview:
    review.proposal, review.settled_by, review.settled_at, review.settled_reason = state, actor, now, reason
    review.save(update_fields=["proposal", "settled_by", "settled_at", "settled_reason", "updated_at"])
    return review


def _tell_of_proposal(review: TriageReview, now: datetime) -> None:
    """Tell whoever decided, and who owns the case, that another type is proposed; the reason stands on the page."""
    case = review.decision.case
    text = f"A review proposes that {case} is {_a(review)}"
    for person in {review.decision.decided_by, case.owner} - {None, review.reviewer}:
        if person:
            tell(person, text=text, url=case.get_absolute_url(), key=f"triage-review:{review.pk}", now=now)


def _a(review: TriageReview) -> str:
    words = CaseKind(review.proposed_kind).label.lower()
    return f"an {words}" if words[0] in "aeiou" else f"a {words}"
