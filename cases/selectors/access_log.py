"""Who looked at personal data, and what of it is worth a look."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db.models import Count, QuerySet
from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from accounts.models import User
from cases.models import Case, PersonalDataRead
from core import dates

RECENT: Final = timedelta(days=7)
KINDS: Final = {
    "case": "Opened a case",
    "contact details": "Contact details",
    "support needs": "Support needs",
    "evidence": "Took a file",
    "case pack": "Case pack",
    "export": "Took a list",
    "search results": "Search results",
    "access log": "Access log",
    "coaching note": "Opened a coaching note",
}


@dataclass(frozen=True, kw_only=True)
class Sign:
    """How much of one kind on one day is worth asking about."""

    what: str
    least: int
    words: str
    counts: str = "pk"
    leaves_out: str = "-"


SIGNS: Final = (
    Sign(what="case", least=40, words="opened {} cases of others", counts="case", leaves_out="Owner of the case"),
    Sign(what="contact details", least=10, words="opened contact details {} times"),
    Sign(what="export", least=3, words="took {} lists"),
)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What of the log is asked for; empty is everything."""

    reader: User | None = None
    number: str = ""
    what: str = ""
    first: date | None = None
    last: date | None = None


def overseen_cases(user: User) -> QuerySet[Case]:
    """Return the cases of which the person may read who did what."""
    return Case.objects.overseen_by(user)


def reads(user: User, wanted: Wanted) -> QuerySet[PersonalDataRead]:
    """Return the reads that are asked for, the latest first."""
    found = PersonalDataRead.objects.visible_to(user).select_related("reader__team", "case")
    if wanted.reader:
        found = found.filter(reader=wanted.reader)
    if wanted.number:
        found = found.filter(case__number=wanted.number)
    if wanted.what:
        found = found.filter(what=wanted.what)
    if wanted.first:
        found = found.filter(read_at__date__gte=wanted.first)
    if wanted.last:
        found = found.filter(read_at__date__lte=wanted.last)
    return found.order_by("-read_at", "-pk")


@dataclass(frozen=True, kw_only=True)
class Unusual:
    """Something that somebody should ask about, as a sentence, with the reads behind it."""

    text: str
    url: str


def unusual(user: User, *, now: datetime) -> list[Unusual]:
    """Return who looked at unusually much on one of the last seven days, the latest day first."""
    return sorted(_unusual(user, now), key=lambda each: each.text)


def _unusual(user: User, now: datetime) -> Iterator[Unusual]:
    recent = PersonalDataRead.objects.visible_to(user).filter(read_at__gte=now - RECENT)
    days = recent.annotate(day=TruncDate("read_at", tzinfo=timezone.get_default_timezone())).order_by()
    for sign in SIGNS:
        found = days.filter(what=sign.what).exclude(why=sign.leaves_out)
        rows = found.values("reader", "reader__full_name", "day").annotate(n=Count(sign.counts, distinct=True))
        for row in rows.filter(n__gte=sign.least):
            yield _sentence(sign, row)


def _sentence(sign: Sign, row: Mapping[str, Any]) -> Unusual:
    on = row["day"]
    query = {"reader": row["reader"], "what": sign.what, "first": on.isoformat(), "last": on.isoformat()}
    return Unusual(
        text=f"{row['reader__full_name']} {sign.words.format(row['n'])} on {dates.day(on)}.",
        url=f"{reverse('cases:access_log')}?{urlencode(query)}",
    )
