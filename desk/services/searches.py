"""Words that people look for are kept on the server for a day, and never in an address."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from accounts.models import User
from desk.models import Search

KEPT: Final = timedelta(days=1)
LONGEST: Final = 200


@transaction.atomic
def remember_search(*, words: str, actor: User, now: datetime) -> Search:
    """Keep the words for a day; the person's older ones go."""
    Search.objects.filter(owner=actor, searched_at__lt=now - KEPT).delete()
    words = " ".join(words.replace("\x00", "").split())[:LONGEST]
    return Search.objects.create(owner=actor, words=words, searched_at=now)
