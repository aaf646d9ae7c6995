"""Contact figures summed for a period: by month, for one team, or for one person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth, TruncWeek

from accounts.models import User
from policies.choices import CaseKind
from reporting.measures.operations import ContactTotals, Rate
from reporting.models import ContactFigures
from reporting.querysets import CaseFactQuerySet


def _sums() -> dict[str, Sum]:
    timed, waited = Q(talk_seconds__isnull=False), Q(wait_seconds__isnull=False)
    plain = ("handled", "offered", "abandoned", "answered_in_time", "wait_seconds", "talk_seconds", "hold_seconds")
    sums = {name: Sum(name) for name in (*plain, "after_call_seconds", "resolved_first")}
    return sums | {
        "timed": Sum("handled", filter=timed),
        "wait_of": Sum("handled", filter=waited),
        "abandoned_of": Sum("offered", filter=Q(abandoned__isnull=False)),
        "answered_in_time_of": Sum("offered", filter=Q(answered_in_time__isnull=False)),
        "resolved_of": Sum("resolved_of", filter=Q(resolved_first__isnull=False)),
    }


def totals(rows: QuerySet[ContactFigures]) -> ContactTotals:
    """Return the sums over `rows`, which must not hold both a team and its people."""
    return _totals(rows.order_by().aggregate(**{f"sum_{name}": total for name, total in _sums().items()}))


@dataclass(frozen=True, kw_only=True)
class MonthOfContacts:
    first: date
    totals: ContactTotals


def by_month(rows: QuerySet[ContactFigures]) -> list[MonthOfContacts]:
    """Return the sums month by month, the latest first."""
    return [MonthOfContacts(first=first, totals=found) for first, found in _by(rows, TruncMonth("starts_on"))]


def by_week(rows: QuerySet[ContactFigures]) -> list[tuple[date, ContactTotals]]:
    """Return the sums by the Monday of their week; the figures of a month stand in the week in which it began."""
    return _by(rows, TruncWeek("starts_on"))


def _by(rows: QuerySet[ContactFigures], period: TruncMonth | TruncWeek) -> list[tuple[date, ContactTotals]]:
    sums = {f"sum_{name}": total for name, total in _sums().items()}
    found = rows.order_by().annotate(first=period).values("first").annotate(**sums).order_by("-first")
    return [(row["first"], _totals(row)) for row in found]


@dataclass(frozen=True, kw_only=True)
class MonthWithComplaints:
    """A month of contacts, and the complaints received in it by the same teams."""

    first: date
    totals: ContactTotals
    complaints: int

    @property
    def rate(self) -> Rate:
        return self.totals.complaints_per_thousand(self.complaints)


def with_complaints(months: Sequence[MonthOfContacts], facts: CaseFactQuerySet) -> list[MonthWithComplaints]:
    """Count the complaints among `facts` beside the contacts of each month, in one question."""
    since = min((month.first for month in months), default=None)
    received = facts.filter(kind=CaseKind.COMPLAINT, received_day__gte=since) if since else facts.none()
    counted = received.order_by().annotate(month=TruncMonth("received_day")).values("month").annotate(n=Count("pk"))
    by_month = {row["month"]: row["n"] for row in counted}
    return [
        MonthWithComplaints(first=month.first, totals=month.totals, complaints=by_month.get(month.first, 0))
        for month in months
    ]


def contacts_handled(user: User, *, first: date, last: date, team: int | None = None) -> int:
    """Return the contacts handled by the teams that `user` answers for: the denominator of complaint rates."""
    rows = ContactFigures.objects.visible_to(user).of_teams().between(first, last)
    rows = rows.filter(team_id=team) if team else rows
    return totals(rows).handled


def people_led(user: User) -> QuerySet[User]:
    """Return the colleagues whose own numbers `user` may open because they lead them, by name and by nothing else."""
    return User.objects.people().filter(team__in=user.led_teams.values("pk")).exclude(pk=user.pk).order_by("full_name")


def may_see_person(user: User, person: User) -> bool:
    return user.pk == person.pk or people_led(user).filter(pk=person.pk).exists()


def _totals(row: Mapping[str, Any]) -> ContactTotals:
    return ContactTotals(**{name: row[f"sum_{name}"] or 0 for name in _sums()})
