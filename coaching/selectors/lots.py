"""Which cases can be drawn for a review, and what a draw comes to."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from accounts.models import Team, User
from cases.querysets import CaseQuerySet
from coaching.arithmetic.sampling import Candidate, draw, fingerprint
from coaching.models import Review, Sample, Scorecard
from coaching.permissions.quality import reviewable


@dataclass(frozen=True, kw_only=True)
class Lot:
    """All that a draw depends on."""

    scorecard: Scorecard
    reviewer: User
    team: Team | None
    kind: str
    first_day: date
    last_day: date
    size: int
    is_for_each: bool
    seed: int


@dataclass(frozen=True)
class Drawn:
    """What a draw came to: how many could have been drawn, which ones, and who was."""

    population: int
    fingerprint: str
    numbers: list[str]


def eligible(lot: Lot, *, but_for: Sample | None = None) -> CaseQuerySet:
    """Return the cases closed in the period that the reviewer may judge and that nobody has judged by this scorecard.

    To draw a past lot again, what was reviewed out of that very sample counts as not reviewed yet.
    """
    cases = reviewable(lot.reviewer).filter(
        closed_at__gte=_start(lot.first_day), closed_at__lt=_start(lot.last_day + timedelta(days=1))
    )
    if lot.team:
        cases = cases.filter(team=lot.team)
    if lot.kind:
        cases = cases.filter(kind=lot.kind)
    judged = Review.objects.first_looks().filter(version__scorecard=lot.scorecard)
    if but_for:
        judged = judged.filter(started_at__lt=but_for.drawn_at)
    return cases.exclude(pk__in=judged.values("case_id"))


def drawn(lot: Lot, *, but_for: Sample | None = None) -> Drawn:
    candidates = [
        Candidate(number, owner or 0)
        for number, owner in eligible(lot, but_for=but_for).order_by("number").values_list("number", "owner_id")
    ]
    chosen = draw(candidates, size=lot.size, seed=lot.seed, for_each_group=lot.is_for_each)
    return Drawn(len(candidates), fingerprint([each.number for each in candidates]), [each.number for each in chosen])


def lot_of(sample: Sample) -> Lot:
    return Lot(
        scorecard=sample.scorecard,
        reviewer=sample.reviewer,
        team=sample.team,
        kind=sample.kind,
        first_day=sample.first_day,
        last_day=sample.last_day,
        size=sample.size,
        is_for_each=sample.is_for_each,
        seed=sample.seed,
    )


@dataclass(frozen=True, kw_only=True)
class SecondDraw:
    """A lot drawn again, beside the first time."""

    now: Drawn
    same_population: bool
    same_cases: bool


def draw_again(sample: Sample, numbers: Iterable[str]) -> SecondDraw:
    """Draw a lot a second time and compare: the same cases from the same population, or what has changed since."""
    again = drawn(lot_of(sample), but_for=sample)
    return SecondDraw(
        now=again,
        same_population=again.fingerprint == sample.fingerprint,
        same_cases=again.numbers == list(numbers),
    )


def _start(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min), timezone.get_default_timezone())
