"""Which deadlines are likely to be missed, from the working time that is left and what their owners have before them."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count

from accounts.models import User
from sla.arithmetic import elapsed, words
from sla.choices import BreachCause
from sla.models import Clock
from sla.selectors.calendars import calendar_of
from sla.selectors.clocks import Badge, badge_of

EFFORT = timedelta(hours=2)  # working time that a case takes its owner before its deadline, on average
HORIZON = timedelta(days=14)
LOOKED_AT = 1000
NEARLY = timedelta(hours=8)  # without an owner, less than a working day left is a risk
CAUSES_OF = timedelta(days=90)


@dataclass(frozen=True, kw_only=True)
class Risk:
    """A deadline that is likely to be missed; `short` is the working time that is missing."""

    clock: Clock
    badge: Badge
    left: timedelta
    short: timedelta
    why: str


def at_risk(user: User, *, now: datetime) -> list[Risk]:
    """Return the deadlines of the next two weeks that `user` may see and that are likely to be missed, worst first.

    An owner works on one case after the other, the earliest deadline first, late ones before all; each takes `EFFORT`.
    """
    visible = Clock.objects.visible_to(user).running().promises()
    coming = (
        visible.filter(due_at__gte=now, due_at__lte=now + HORIZON)
        .with_policy()
        .select_related(
            "target__rule_set", "allowance__rule__version", "calendar_version__calendar", "case__owner", "case__team"
        )
    )
    clocks = list(coming.defer("case__story").order_by("due_at", "pk")[:LOOKED_AT])
    before = _late_cases(clocks, now)
    found = []
    seen: set[int] = set()
    for clock in clocks:
        owner = clock.case.owner
        if owner and clock.case_id not in seen:
            seen.add(clock.case_id)
            before[owner.pk] += 1
        risk = _risk(clock, before[owner.pk] if owner else 0, now)
        if risk:
            found.append(risk)
    return sorted(found, key=lambda risk: (-risk.short, risk.clock.due_at))


def _late_cases(clocks: list[Clock], now: datetime) -> Counter[int]:
    """Return how many late cases each owner has: they are worked on before anything else."""
    owners = {clock.case.owner_id for clock in clocks if clock.case.owner_id}
    late = Clock.objects.late(now=now).filter(case__owner__in=owners)
    return Counter(dict(late.values_list("case__owner").annotate(Count("case", distinct=True)).order_by()))


def _risk(clock: Clock, cases: int, now: datetime) -> Risk | None:
    left = elapsed(calendar_of(clock.calendar_version), now, clock.due_at)
    owner = clock.case.owner
    works = owner is not None and owner.is_active
    short = cases * EFFORT - left if works else NEARLY - left
    if short <= timedelta(0):
        return None
    hours_left = f"{words.hours(left)} of working time {'is' if left == timedelta(hours=1) else 'are'} left"
    if not works:
        why = f"Nobody works on it, and {hours_left}."
    elif cases == 1:
        why = f"A case takes {words.hours(EFFORT)} on average, and {hours_left}."
    else:
        needed = words.hours(cases * EFFORT)
        why = f"{owner} has {words.amount(cases - 1, 'case')} before it. Together they need {needed}, and {hours_left}."
    return Risk(clock=clock, badge=badge_of(clock, now=now), left=left, short=short, why=why)


@dataclass(frozen=True, kw_only=True)
class CauseCount:
    """How often a cause was given. `share` and `running` are whole percents of the deadlines that have a cause."""

    label: str
    count: int
    share: int
    running: int


def causes_of_breaches(user: User, *, now: datetime) -> tuple[list[CauseCount], int]:
    """Return the causes of the last 90 days, the most frequent first, and how many missed deadlines have none yet."""
    missed = Clock.objects.visible_to(user).filter(breached_at__gte=now - CAUSES_OF, breached_at__lte=now)
    counts = dict(missed.values_list("breach_cause").annotate(Count("pk")).order_by())
    unexplained = counts.pop("", 0)
    total, so_far, rows = sum(counts.values()), 0, []
    for cause, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        so_far += count
        label = str(BreachCause(cause).label)
        share, running = (round(100 * part / total) for part in (count, so_far))
        rows.append(CauseCount(label=label, count=count, share=share, running=running))
    return rows, unexplained
