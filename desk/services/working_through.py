"""Passing over a case while working down the list."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from cases.models import Case
from core.errors import UserFacingError
from desk.choices import SkipReason
from desk.models import Skip


@transaction.atomic
def skip_case(*, number: str, reason: SkipReason, note: str, actor: User, now: datetime) -> Skip:
    """Leave the case out of the person's list until tomorrow."""
    if reason == SkipReason.OTHER and not note.strip():
        raise UserFacingError("Enter why you skip this case.")
    case = Case.objects.visible_to(actor).get(number=number)
    return Skip.objects.create(person=actor, case=case, reason=reason, note=note.strip()[:200], skipped_at=now)
