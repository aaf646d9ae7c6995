"""A colleague gets a copy of what is held about them, and everyone whose words are in it is told that it was made."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse

from accounts.models import User
from coaching.models import CoachingSession
from coaching.selectors.access_pack import Entry, colleague_pack
from coaching.services.telling import tell
from core.dates import local_day


@transaction.atomic
def make_colleague_pack(*, person: User, now: datetime) -> dict[str, list[Entry]]:
    """Return the chapters of the pack, and tell the colleague and the leaders of their notes."""
    key = f"colleague-pack:{person.pk}:{local_day(now)}"
    leaders = User.objects.people().filter(pk__in=CoachingSession.objects.filter(colleague=person).values("leader"))
    for each in [person, *leaders]:
        whose = "your data" if each == person else f"the data of {person}, with your coaching notes,"
        text = f"A copy of {whose} was made for a request"
        tell(each, text=text, url=reverse("accounts:notifications"), key=key, now=now)
    return colleague_pack(person)
