"""Who else is on a case right now: a courtesy, kept for minutes outside the database, and missed by nobody when it fails."""

import logging
from datetime import datetime, timedelta
from typing import Final

from django.core.cache import caches
from redis.exceptions import RedisError

from accounts.models import User
from cases.models import Case

logger = logging.getLogger(__name__)

STAYS: Final = timedelta(minutes=5)
MOST_NAMED: Final = 5

Seen = dict[int, float]


def note_presence(case: Case, *, actor: User, now: datetime) -> list[User]:
    """Say that `actor` is on the case, and return who else was within five minutes and may still know of it."""
    try:
        others = _stamp(case, actor, now).keys() - {actor.pk}
    except (RedisError, OSError) as error:
        logger.warning("presence_not_known case=%s reason=%s", case.pk, type(error).__name__)
        return []
    if not others:
        return []
    people = User.objects.filter(pk__in=others, is_active=True).order_by("full_name", "pk")[:MOST_NAMED]
    return [person for person in people if Case.objects.visible_to(person).filter(pk=case.pk).exists()]


def _stamp(case: Case, actor: User, now: datetime) -> Seen:
    """Write the moment beside the person; of two who come in one instant one may be missed until the next page."""
    cache, key = caches["presence"], f"case:{case.pk}"
    last: Seen = cache.get(key) or {}
    kept = {person: at for person, at in last.items() if at > (now - STAYS).timestamp()}
    kept[actor.pk] = now.timestamp()
    cache.set(key, kept, STAYS.total_seconds())
    return kept
