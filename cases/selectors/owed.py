"""What was promised to customers or asked of others, and is late or nearly so."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.urls import reverse

from accounts.models import User
from cases.choices import ContributionState, PromiseState
from cases.models import Case, Contribution, Promise

AHEAD: Final = timedelta(days=2)
MOST: Final = 50


@dataclass(frozen=True, kw_only=True)
class Owed:
    case: Case
    what: str
    words: str
    who: str
    due_at: datetime
    is_late: bool
    url: str


def owed(user: User, *, now: datetime) -> list[Owed]:
    """Return the promises and contributions of the cases that `user` sees, late ones and those of the next two days."""
    return sorted([*_promises(user, now), *_contributions(user, now)], key=lambda each: each.due_at)[:MOST]


def _promises(user: User, now: datetime) -> list[Owed]:
    mine = Promise.objects.visible_to(user).filter(state=PromiseState.OPEN, due_at__lte=now + AHEAD)
    return [
        Owed(
            case=promise.case,
            what="Promise",
            words=promise.text,
            who=str(promise.owner),
            due_at=promise.due_at,
            is_late=promise.due_at <= now,
            url=reverse("cases:follow_up", args=[promise.case.reference]),
        )
        for promise in mine.select_related("case", "owner").order_by("due_at", "pk")[:MOST]
    ]


def _contributions(user: User, now: datetime) -> list[Owed]:
    cases = Case.objects.visible_to(user).open()  # who is asked reads the question alone, and finds it in their inbox
    asked = Contribution.objects.filter(case__in=cases, state=ContributionState.ASKED, due_at__lte=now + AHEAD)
    return [
        Owed(
            case=each.case,
            what="Contribution",
            words=each.question,
            who=str(each.stakeholder),
            due_at=each.due_at,
            is_late=each.due_at <= now,
            url=reverse("cases:people", args=[each.case.reference]),
        )
        for each in asked.select_related("case", "stakeholder").order_by("due_at", "pk")[:MOST]
    ]
