"""Which cases could belong to an incident, and what came of linking them."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from cases.choices import LinkKind
from cases.models import Case, CaseLink
from cases.search import search_cases
from core.dates import day
from incidents.choices import LinkOutcome
from incidents.models import LinkRow, LinkRun
from policies.choices import CaseKind
from policies.models import Category, Product


@dataclass(frozen=True, kw_only=True)
class Search:
    """What the cases have in common. Empty means: no matter which."""

    words: str = ""
    kind: str = ""
    category: Category | None = None
    product: Product | None = None
    received_from: date | None = None
    received_to: date | None = None
    is_open: bool = False

    def __str__(self) -> str:
        parts = [
            f"“{self.words}”" if self.words else "",
            CaseKind(self.kind).label if self.kind else "",
            str(self.category or ""),
            str(self.product or ""),
            f"from {day(self.received_from)}" if self.received_from else "",
            f"to {day(self.received_to)}" if self.received_to else "",
            "open only" if self.is_open else "",
        ]
        return ", ".join(part for part in parts if part)


def cases_like(search: Search, incident: Case, *, user: User) -> QuerySet[Case]:
    """Return the cases that the search finds, that `user` may know of, and that are not linked to the incident yet."""
    linked = CaseLink.objects.filter(target=incident, kind=LinkKind.CAUSED_BY).values("source_id")
    found = Case.objects.visible_to(user).filter(_condition(search)).exclude(pk=incident.pk).exclude(pk__in=linked)
    return (search_cases(found, search.words) if search.words else found).order_by("-received_at", "-pk")


def _condition(search: Search) -> Q:
    condition = Q()
    if search.kind:
        condition &= Q(kind=search.kind)
    if search.category:
        condition &= Q(category=search.category)
    if search.product:
        condition &= Q(product=search.product)
    if search.received_from:
        condition &= Q(received_at__gte=_start(search.received_from))
    if search.received_to:
        condition &= Q(received_at__lt=_start(search.received_to + timedelta(days=1)))
    if search.is_open:
        condition &= Q(closed_at=None)
    return condition


def _start(first: date) -> datetime:
    return timezone.make_aware(datetime.combine(first, time.min))


def answers_of(run: LinkRun, *, user: User) -> list[tuple[LinkOutcome, int]]:
    """Return how many rows had each answer, in the order in which they are shown."""
    rows = LinkRow.objects.visible_to(user).filter(run=run)
    counts = dict(rows.order_by().values_list("outcome").annotate(Count("pk")))
    return [(outcome, counts[outcome]) for outcome in LinkOutcome if outcome in counts]
