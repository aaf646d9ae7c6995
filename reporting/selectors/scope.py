"""What a dashboard looks at: which weeks, which team, which kind of case. All of it stands in the address."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cache, cached_property
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from core import dates
from reporting.choices import OF_CONTACTS, OF_RECOMMENDATIONS, Measure

DUE = frozenset({Measure.ACKNOWLEDGED, Measure.ANSWERED})
WEEKS = {8: "8 weeks", 13: "13 weeks", 26: "26 weeks", 52: "52 weeks"}
USUAL_WEEKS = 26


@dataclass(frozen=True, kw_only=True)
class Scope:
    """`weeks` whole weeks, Monday to Sunday, and the one that `today` is in.

    With `as_of`, that day is `today`, and what happened or was written down after it is not counted. `owner` narrows to
    one colleague's cases; only their own page and their leader's set it, never an address.
    """

    today: date
    weeks: int = USUAL_WEEKS
    team: int | None = None
    kind: str = ""
    support: str = ""
    channel: str = ""
    product: int | None = None
    as_of: date | None = None
    owner: int | None = None

    def __post_init__(self) -> None:
        if self.as_of is not None:
            object.__setattr__(self, "today", self.as_of)

    @property
    def is_finer_than_the_counts(self) -> bool:
        """Return whether the daily counts do not tell apart what is asked for, so that the facts must be counted."""
        return bool(self.as_of or self.channel or self.product or self.owner)

    @property
    def is_of_a_segment(self) -> bool:
        """Return whether only some kinds of case are meant, which figures that are not of cases cannot tell apart."""
        return bool(self.kind or self.support or self.channel or self.product)

    @property
    def end_of_as_of(self) -> datetime | None:
        """Return the moment up to which `as_of` looks: midnight after it."""
        if self.as_of is None:
            return None
        return datetime.combine(self.as_of + timedelta(days=1), time(), timezone.get_default_timezone())

    @cached_property
    def first(self) -> date:
        return monday(self.today) - timedelta(weeks=self.weeks - 1)

    @property
    def last(self) -> date:
        return self.today

    @property
    def yesterday(self) -> date:
        """Return the last day whose deadlines are all decided: what is due today may still be met."""
        return self.today - timedelta(days=1)

    @cached_property
    def mondays(self) -> list[date]:
        return [self.first + timedelta(weeks=week) for week in range(self.weeks)]

    @cached_property
    def labels(self) -> list[str]:
        return [f"{day.day} {day:%b}" for day in self.mondays]

    @property
    def in_words(self) -> str:
        words = f"{dates.day(self.first)} to {dates.day(self.last)}"
        return f"{words}, as it stood at the end of {dates.day(self.as_of)}" if self.as_of else words

    @cached_property
    def query(self) -> str:
        """Return the scope as it stands in an address."""
        return urlencode(self.parameters())

    @property
    def shared_query(self) -> str:
        """Return the scope without whose cases they are, for a page that decides that itself."""
        return self.but(owner=None).query

    def parameters(self) -> dict[str, str]:
        chosen = {
            "weeks": str(self.weeks),
            "team": str(self.team or ""),
            "kind": self.kind,
            "support": self.support,
            "channel": self.channel,
            "product": str(self.product or ""),
            "as_of": self.as_of.isoformat() if self.as_of else "",
            "mine": "yes" if self.owner else "",
        }
        return {
            name: value for name, value in chosen.items() if value and (name != "weeks" or self.weeks != USUAL_WEEKS)
        }

    def but(self, **changes: object) -> "Scope":
        return replace(self, **changes)  # type: ignore[arg-type]

    def cases_url(self, measure: Measure, *, key: str = "", first: date | None = None, last: date | None = None) -> str:
        """Return where the cases behind a figure are listed; figures that are not of cases have pages of their own."""
        if measure in OF_CONTACTS:
            return reverse("reporting:contact_figures")
        if measure in OF_RECOMMENDATIONS:
            return f"{reverse('reporting:recommendations')}?as=table"
        extra = {"from": (first or self.first).isoformat(), "to": (last or self.last_day(measure)).isoformat()}
        named = ({"key": key} if key else {}) | extra
        return f"{_cases_behind(measure)}?{'&'.join(filter(None, (self.query, urlencode(named))))}"

    def week_url(self, measure: Measure, week: date, *, key: str = "") -> str:
        return self.cases_url(measure, key=key, first=week, last=min(week + timedelta(days=6), self.last_day(measure)))

    def last_day(self, measure: Measure) -> date:
        """Return the last day that counts: what is due today may still be met."""
        return self.yesterday if measure in DUE else self.last


@cache
def _cases_behind(measure: Measure) -> str:
    return reverse("reporting:cases_behind", args=[measure])


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
