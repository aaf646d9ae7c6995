"""Draw cases by lot for a reviewer; what the draw depended on stays with it."""

from datetime import datetime
from typing import Final

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from cases.models import Case
from coaching.models import Sample, SampledCase
from coaching.permissions import quality as permissions
from coaching.permissions.quality import QualityRight
from coaching.selectors.lots import Lot, drawn
from coaching.selectors.quality import cases_left
from coaching.services.telling import tell
from core.dates import local_day
from core.errors import UserFacingError

MOST_CASES: Final = 500


@transaction.atomic
def draw_sample(*, lot: Lot, actor: User, now: datetime) -> Sample:
    """Draw, write down from what and by which seed, and tell the reviewer."""
    permissions.require(actor, QualityRight.SAMPLE)
    if not permissions.may(lot.reviewer, QualityRight.REVIEW):
        raise UserFacingError(f"{lot.reviewer} does not review quality. Choose a manager or a reviewer.")
    if lot.last_day < lot.first_day:
        raise UserFacingError("The period must end on or after the day on which it begins.")
    if lot.last_day >= local_day(now):
        raise UserFacingError("The period must end before today, so that the lot stays the same.")
    result = drawn(lot)
    if not result.numbers:
        raise UserFacingError(
            f"No closed case in this period is left that {lot.reviewer} may review. Choose other days or another team."
        )
    if len(result.numbers) > MOST_CASES:
        raise UserFacingError(f"This draws {len(result.numbers)} cases. Draw {MOST_CASES} or fewer at a time.")
    sample = Sample.objects.create(
        **vars(lot), population=result.population, fingerprint=result.fingerprint, drawn_by=actor, drawn_at=now
    )
    cases = Case.objects.in_bulk(result.numbers, field_name="number")
    SampledCase.objects.bulk_create(
        SampledCase(sample=sample, case=case, subject_id=case.owner_id or actor.pk, position=position)
        for position, case in enumerate((cases[number] for number in result.numbers), start=1)
    )
    if lot.reviewer != actor:
        text = f"{actor} has drawn {len(result.numbers)} cases for you to review"
        tell(lot.reviewer, text=text, url=sample.get_absolute_url(), key=f"sample:{sample.pk}", now=now)
    return sample


@transaction.atomic
def hand_on(*, sample_id: int, reviewer: User, reason: str, actor: User, now: datetime) -> Sample:
    """Let another reviewer judge what nobody has begun; the lot stays as it was drawn, and begun reviews where they are."""
    sample = Sample.objects.select_for_update(of=("self",)).get(pk=sample_id)
    if not permissions.may_hand_on(actor, sample):
        raise PermissionDenied("You cannot hand on this sample. Whoever holds it can, and a manager.")
    _check_taker(sample, reviewer)
    sample.handed_to, sample.handed_by, sample.handed_at, sample.handed_reason = reviewer, actor, now, reason
    sample.save(update_fields=["handed_to", "handed_by", "handed_at", "handed_reason"])
    if reviewer != actor:
        text = f"{actor} has handed you a sample to review"
        key = f"sample:{sample.pk}:handed:{now.timestamp():.0f}"
        tell(reviewer, text=text, url=sample.get_absolute_url(), key=key, now=now)
    return sample


def _check_taker(sample: Sample, reviewer: User) -> None:
    if not permissions.may(reviewer, QualityRight.REVIEW):
        raise UserFacingError(f"{reviewer} does not review quality. Choose a manager or a reviewer.")
    if reviewer.pk == sample.held_by_id:
        raise UserFacingError(f"{reviewer} holds this sample already. Choose somebody else.")
    left = set(cases_left(sample).values_list("case", flat=True))
    if not left:
        raise UserFacingError("Every case of this sample is reviewed or begun, so there is nothing to hand on.")
    barred = len(left) - permissions.reviewable(reviewer).filter(pk__in=left).count()
    if barred:
        raise UserFacingError(
            f"{reviewer} had a part in {barred} of the {len(left)} cases left, or does not see them. Choose somebody else."
        )
