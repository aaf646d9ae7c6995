"""Narrow the queue by what the address says. Everything passes an allow-list; what is not on it is left out."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts.models import User
from cases.choices import WaitingOn
from cases.models import Referral
from cases.querysets import WAITS_FOR_CUSTOMER, CaseQuerySet
from cases.search import search_cases
from desk.selectors.queue.system_views import View, end_of_today, soon

REPEAT_CONTACT: Final = "repeat-contact"
ME: Final = "me"
NOBODY: Final = "nobody"
ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What was chosen, checked and typed. Empty means: no matter which."""

    view: View
    sort: str
    words: str = ""
    chosen: dict[str, Any]


def matching(cases: CaseQuerySet, filters: Filters, *, user: User, now: datetime) -> CaseQuerySet:
    """Return those of `cases` that the view and every filter let through."""
    found = filters.view.narrow(cases, user, now)
    for name, value in filters.chosen.items():
        if value not in ("", None, [], False):
            found = found.filter(_condition(name, value, user=user, now=now))
    return search_cases(found, filters.words) if filters.words else found  # type: ignore[return-value]


def _condition(name: str, value: Any, *, user: User, now: datetime) -> Q:
    if name in COLUMNS:
        return Q(**{COLUMNS[name]: value})
    return CONDITIONS[name](value, user, now)


def _owner(value: str, user: User, now: datetime) -> Q:
    if value == NOBODY:
        return Q(owner=None)
    return Q(owner=user.pk if value == ME else value)


def _due(value: str, user: User, now: datetime) -> Q:
    match value:
        case "late":
            return Q(next_due_at__lt=now)
        case "today":
            return Q(next_due_at__gte=now, next_due_at__lte=end_of_today(now))
        case _:
            return Q(next_due_at__gte=now, next_due_at__lte=soon(now))


def _repeat(value: bool, user: User, now: datetime) -> Q:
    triggered = Q(main_trigger__code=REPEAT_CONTACT) | Q(other_triggers__code=REPEAT_CONTACT)
    return Q(Exists(Referral.objects.filter(triggered, case=OuterRef("pk"))))


def _start(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


COLUMNS: Final = {
    "stage": "status",
    "priority": "priority__in",
    "kind": "kind",
    "team": "team",
    "channel": "channel",
    "category": "category",
    "journey": "journey_stage",
    "customer": "customer",
}
CONDITIONS: Final[dict[str, Callable[[Any, User, datetime], Q]]] = {
    "owner": _owner,
    "waiting": lambda whom, user, now: WAITS_FOR_CUSTOMER if whom == WaitingOn.CUSTOMER else Q(waiting_on=whom),
    "due": _due,
    "due_from": lambda day, user, now: Q(next_due_at__gte=_start(day)),
    "due_to": lambda day, user, now: Q(next_due_at__lt=_start(day + ONE_DAY)),
    "opened_from": lambda day, user, now: Q(received_at__gte=_start(day)),
    "opened_to": lambda day, user, now: Q(received_at__lt=_start(day + ONE_DAY)),
    "repeat": _repeat,
    "support": lambda value, user, now: ~Q(customer__support_need=""),
}
