"""An agreed action, or a second look that was asked for, reaches its day: those who owe it hear of it, once."""

import logging
from datetime import date, datetime

from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse

from accounts.models import User
from coaching.choices.quality import AppealState
from coaching.models import Appeal, CoachingSession
from coaching.models.quality import SECOND_LOOK_WITHIN
from coaching.permissions.quality import may_take
from coaching.selectors.quality import reviewers
from coaching.services.telling import tell
from core.dates import local_day

logger = logging.getLogger(__name__)


def remind_of_actions(*, now: datetime, limit: int = 500) -> int:
    """Tell the two of every agreed action that has reached its day, and return how many actions there were."""
    today = local_day(now)
    untold = Q(reminded_for=None) | ~Q(reminded_for=F("action_due_date"))
    due = CoachingSession.objects.action_due(today=today).filter(untold)
    ids = list(due.order_by("action_due_date", "pk").values_list("pk", flat=True)[:limit])
    return sum(_remind(pk, today=today, now=now) for pk in ids)


@transaction.atomic
def _remind(session_id: int, *, today: date, now: datetime) -> bool:
    """Claim the day of the action by compare and set, and tell the two in the same transaction."""
    row = CoachingSession.objects.action_due(today=today).filter(pk=session_id)
    untold = row.filter(Q(reminded_for=None) | ~Q(reminded_for=F("action_due_date")))
    if not untold.update(reminded_for=F("action_due_date")):
        return False
    session = CoachingSession.objects.with_people().get(pk=session_id)
    key = f"coaching-action:{session.pk}:{session.action_due_date}"
    for person in (session.colleague, session.leader):
        if CoachingSession.objects.visible_to(person).filter(pk=session.pk).exists():
            text = "An action that you agreed in coaching is due"
            tell(person, text=text, url=session.get_absolute_url(), key=key, now=now)
    logger.info("coaching_action_reminded session=%s", session.pk)
    return True


def remind_of_second_looks(*, now: datetime) -> int:
    """Tell who owes a second look that its day has passed, and return how many are late; each is told of it once."""
    open_ones = Appeal.objects.filter(state__in=[AppealState.WAITING, AppealState.TAKEN])
    asked_by = now - SECOND_LOOK_WITHIN
    late = open_ones.filter(asked_at__lt=asked_by).select_related("review__case", "second_review__reviewer")
    found = [appeal for appeal in late.order_by("asked_at", "pk") if appeal.due_on < local_day(now)]
    for appeal in found:
        for person in _who_owes(appeal):
            text = "A second look at a quality review is late"
            tell(person, text=text, url=reverse("coaching:quality"), key=f"appeal-late:{appeal.pk}", now=now)
    return len(found)


def _who_owes(appeal: Appeal) -> list[User]:
    """Return who has taken it; while nobody has, everybody who could."""
    if appeal.second_review:
        return [appeal.second_review.reviewer]
    return [person for person in reviewers() if may_take(person, appeal)]
