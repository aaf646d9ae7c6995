"""What can be drawn of the triage decisions, and how the reviews stand."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import User
from cases.choices import LinkKind
from cases.models import CaseLink, TriageDecision
from coaching.arithmetic.sampling import is_within
from coaching.choices.triage import TriageClaim, TriageVerdict
from coaching.models import TriageReview
from policies.choices import CaseKind, TriageOutcome


def decisions_that(claim: TriageClaim, *, since: datetime, until: datetime) -> QuerySet[TriageDecision]:
    """Return the decisions made in the period that say `claim`. A complaint linked to its incident denies no incident."""
    made = TriageDecision.objects.filter(decided_at__gte=since, decided_at__lt=until)
    if claim == TriageClaim.NOT_COMPLAINT:
        return made.exclude(outcome=TriageOutcome.COMPLAINT)
    caused = CaseLink.objects.filter(source=OuterRef("case"), kind=LinkKind.CAUSED_BY, target__kind=CaseKind.INCIDENT)
    return made.exclude(outcome=TriageOutcome.INCIDENT).exclude(Exists(caused))


def drawn(claim: TriageClaim, *, since: datetime, until: datetime, seed: int, percent: int) -> tuple[int, list[int]]:
    """Return how many decisions there are, and the ids of those whose lot falls into the share."""
    rows = decisions_that(claim, since=since, until=until).order_by("pk").values_list("pk", "case__number")
    candidates = list(rows)
    ids = [pk for pk, number in candidates if is_within(percent, seed=seed, number=f"{number}:{claim}")]
    return len(candidates), ids


@dataclass(frozen=True, kw_only=True)
class Tally:
    """How often reviewers agreed with a claim."""

    label: str
    agreed: int
    disagreed: int
    waiting: int


def verdicts(user: User) -> list[Tally]:
    """Return how the reviews that the reader may know of came out, for each claim."""
    reviews = TriageReview.objects.visible_to(user)
    counts = Counter(reviews.order_by().values_list("claim", "verdict"))
    return [
        Tally(
            label=claim.label,
            agreed=counts[claim, TriageVerdict.AGREE],
            disagreed=counts[claim, TriageVerdict.DISAGREE],
            waiting=counts[claim, ""],
        )
        for claim in TriageClaim
    ]
