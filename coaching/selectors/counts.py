"""How much coaching there is, for a manager: a team and a month, never a person, never a word.

A team of fewer than five is counted together with the other small ones, and a number from one to four is not told
exactly. No totals: with one they could be worked out.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Count, Q
from django.db.models.functions import TruncMonth

from accounts.choices import Role
from accounts.models import Team
from coaching.models import CoachingSession

SMALLEST: Final = 5
MONTHS: Final = 6


@dataclass(frozen=True)
class Row:
    team: str
    cells: list[str]


@dataclass(frozen=True)
class Counts:
    months: list[date]
    rows: list[Row]


def coaching_counts(*, today: date) -> Counts:
    """Return the notes shared with members of each team, by the month in which the two spoke."""
    months = _months_before(today)
    members = Count("members", filter=Q(members__is_active=True, members__role=Role.AGENT))
    by_name = Team.objects.annotate(size=members).order_by("name", "pk").values_list("pk", "name", "size")
    sizes = {pk: (name, size) for pk, name, size in by_name}
    counted: Counter[tuple[int | None, date]] = Counter()
    shared = CoachingSession.objects.shared().filter(held_on__gte=months[0], colleague__team__isnull=False)
    for team, month, count in (
        shared.annotate(month=TruncMonth("held_on")).order_by().values_list("colleague__team", "month", Count("pk"))
    ):
        counted[team if sizes[team][1] >= SMALLEST else None, month] += count
    large: list[tuple[int | None, str]] = [(pk, name) for pk, (name, size) in sizes.items() if size >= SMALLEST]
    small = sum(size for _, size in sizes.values() if size < SMALLEST)
    teams = [*large, (None, "Smaller teams together")] if small >= SMALLEST else large
    return Counts(months, [Row(name, [_told(counted[pk, month]) for month in months]) for pk, name in teams])


def _told(count: int) -> str:
    return str(count) if count == 0 or count >= SMALLEST else "1 to 4"


def _months_before(today: date) -> list[date]:
    """Return the first days of the last six months, this one included."""
    number = today.year * 12 + today.month - 1
    return [date(each // 12, each % 12 + 1, 1) for each in range(number - MONTHS + 1, number + 1)]
