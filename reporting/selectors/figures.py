"""The counts of a dashboard in one go: from the daily facts, and for this reader from the cases behind a wall."""

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import chain
from operator import attrgetter
from typing import Any, TypeVar

from django.db.models import Count, Q, Sum
from django.db.models.functions import TruncWeek

from accounts.models import User
from cases.models import Case
from cases.querysets import CaseQuerySet
from reporting.choices import ClockResult, Measure
from reporting.measures.figures import Share
from reporting.models import CaseFact, DailyFact, FactsProgress, FormerFact
from reporting.querysets import CaseFactQuerySet, DailyFactQuerySet, FormerFactQuerySet
from reporting.selectors.beside_cases import count_beside_cases
from reporting.selectors.counting import COUNTINGS, Facts, condition_of, count_weeks, facts_behind, fields_of, key_of
from reporting.selectors.scope import DUE, Scope, monday

RowsT = TypeVar("RowsT", DailyFactQuerySet, CaseFactQuerySet, FormerFactQuerySet)


@dataclass(frozen=True)
class WeekCount:
    """How many cases had a measure with a key in a week, named by its Monday, and what they add up to."""

    measure: Measure
    key: str
    week: date
    count: int
    amount: int


@dataclass(frozen=True)
class Figures:
    """The counts of a scope, by measure, key and week; `amounts` add up what a measure sums.

    `walled` are the facts behind a wall that this reader may know of, and that are open or have a day in the scope; the
    counts include them.
    """

    scope: Scope
    counts: Counter[tuple[Measure, str, date]]
    amounts: Counter[tuple[Measure, str, date]] = field(default_factory=Counter)
    walled: list[Any] = field(default_factory=list)

    def narrowed(self, scope: Scope) -> "Figures":
        """Return the counts of the weeks of a shorter scope, out of those that are here."""
        weeks = set(scope.mondays)
        counts = Counter({place: count for place, count in self.counts.items() if place[2] in weeks})
        amounts = Counter({place: amount for place, amount in self.amounts.items() if place[2] in weeks})
        return Figures(scope, counts, amounts, self.walled)

    def weekly(self, measure: Measure, key: str | None = None) -> list[int]:
        """Return one count per week of the scope, of one key or of all."""
        return self.weekly_of(measure, None if key is None else (key,))

    def weekly_of(self, measure: Measure, keys: Collection[str] | None = None) -> list[int]:
        """Return one count per week of the scope, of some keys or of all."""
        totals: Counter[date] = Counter()
        for (found, key, week), count in self.counts.items():
            if found == measure and (keys is None or key in keys):
                totals[week] += count
        return [totals[week] for week in self.scope.mondays]

    def total(self, measure: Measure, key: str | None = None) -> int:
        return sum(self.weekly(measure, key))

    def by_key(self, measure: Measure) -> dict[str, int]:
        totals: Counter[str] = Counter()
        for (found, key, _), count in self.counts.items():
            if found == measure:
                totals[key] += count
        return dict(totals)

    def weekly_by_key(self, measure: Measure) -> list[dict[str, int]]:
        """Return the counts of each week, by key."""
        weeks: dict[date, dict[str, int]] = {week: {} for week in self.scope.mondays}
        for (found, key, week), count in self.counts.items():
            if found == measure and week in weeks:
                weeks[week][key] = count
        return list(weeks.values())

    def weekly_amount(self, measure: Measure) -> list[int]:
        totals: Counter[date] = Counter()
        for (found, _, week), amount in self.amounts.items():
            if found == measure:
                totals[week] += amount
        return [totals[week] for week in self.scope.mondays]

    def on_time(self, measure: Measure) -> list[Share]:
        """Return per week what was met of what fell due; what is late and what is past due and open are misses."""
        met, due = self.weekly(measure, ClockResult.MET), self.weekly(measure)
        return [Share(m, d) for m, d in zip(met, due, strict=True)]

    def on_time_in_all(self, measure: Measure) -> Share:
        return Share(self.total(measure, ClockResult.MET), self.total(measure))


def load_figures(user: User, scope: Scope, measures: Collection[Measure]) -> Figures:
    """Return what `user` may count in `scope`: two queries, however many cases there are.

    What the daily counts do not tell apart is counted from the facts: one query, or two, for each measure.
    """
    figures = Figures(scope, Counter())
    beside = [WeekCount(*found) for found in count_beside_cases(user, scope, measures)]
    measures = [measure for measure in measures if measure in COUNTINGS]
    if not measures:
        found: Iterator[WeekCount] = iter(())
    elif scope.is_finer_than_the_counts:
        found = _from_the_facts(user, scope, measures)
    else:
        figures.walled.extend(_behind_a_wall(user, scope, measures))
        found = chain(_open_to_all(user, scope, measures), _walled(figures.walled, scope, measures))
    for row in chain(beside, found):
        figures.counts[row.measure, row.key, row.week] += row.count
        figures.amounts[row.measure, row.key, row.week] += row.amount
    return figures


def _open_to_all(user: User, scope: Scope, measures: Collection[Measure]) -> Iterator[WeekCount]:
    days = in_scope(DailyFact.objects.visible_to(user), scope).filter(measure__in=measures)
    days = days.filter(day__range=(scope.first, scope.last)).exclude(measure__in=DUE, day__gt=scope.yesterday)
    weekly = days.annotate(week=TruncWeek("day")).order_by().values_list("measure", "key", "week")
    for measure, key, week, number, total in weekly.annotate(number=Sum("count"), total=Sum("amount")):
        yield WeekCount(Measure(measure), key, week, number, total)


def _behind_a_wall(user: User, scope: Scope, measures: Collection[Measure]) -> Iterator[Any]:
    """Yield a row for each case behind a wall that counts in the scope or is open, with the columns that are counted."""
    days = {COUNTINGS[measure].day for measure in measures}
    counts = Q(closed_day=None)
    for day in days:
        counts |= Q(**{f"{day}__range": (scope.first, scope.last)})
    facts = in_scope(CaseFact.objects.visible_to(user).behind_a_wall(), scope).filter(counts)
    columns = fields_of(measures) | {"received_day", "closed_day"}
    return facts.order_by().values_list(*sorted(columns), named=True).iterator()


def _walled(facts: Collection[Any], scope: Scope, measures: Collection[Measure]) -> Iterator[WeekCount]:
    for measure in measures:
        counting, holds, last = COUNTINGS[measure], condition_of(measure), scope.last_day(measure)
        day_of, amount_of = attrgetter(counting.day), attrgetter(counting.amount or counting.day)
        for fact in facts:
            day = day_of(fact)
            if day is None or not scope.first <= day <= last or not holds(fact):
                continue
            key = key_of(getattr(fact, name) for name in counting.keys)
            yield WeekCount(measure, key, monday(day), 1, amount_of(fact) if counting.amount else 0)


def _from_the_facts(user: User, scope: Scope, measures: Collection[Measure]) -> Iterator[WeekCount]:
    for measure in measures:
        last = scope.last_day(measure)
        for facts in facts_then(user, scope, measure):
            for key, week, number, amount in count_weeks(
                facts, measure, first=scope.first, last=last, as_of=scope.as_of
            ):
                yield WeekCount(measure, key, week, number, amount)


def facts_then(user: User, scope: Scope, measure: Measure) -> list[Facts]:
    """Return the facts of the scope as they are, or as they were at the end of the day that it looks back to.

    Cases that have not changed since are where they were; of the others, what they were then is kept. A theme's own
    history says which cases it had, so themes are counted as they are now.
    """
    now = in_scope(CaseFact.objects.visible_to(user), scope)
    end = scope.end_of_as_of
    if end is None or measure == Measure.THEME:
        return [now]
    return [now.unchanged_since(end), in_scope(FormerFact.objects.visible_to(user).true_at(end), scope)]


def cases_behind(user: User, scope: Scope, measure: Measure, *, key: str, first: date, last: date) -> CaseQuerySet:
    """Return the cases that a figure counts, as far as `user` may know of them."""
    found = Q()
    for facts in facts_then(user, scope, measure):
        behind = facts_behind(facts, measure, key=key, first=first, last=last, as_of=scope.as_of)
        found |= Q(pk__in=behind.values("case_id"))
    return Case.objects.visible_to(user).filter(found)


def in_scope(rows: RowsT, scope: Scope) -> RowsT:
    """Return the facts of the scope's segment; which days is the measure's question."""
    wanted: dict[str, Any] = {
        "team_id": scope.team,
        "kind": scope.kind,
        "channel": scope.channel,
        "product_id": scope.product,
        "owner_id": scope.owner,
    }
    if scope.support:
        wanted["needs_support"] = scope.support == "yes"
    return rows.filter(**{name: value for name, value in wanted.items() if value not in (None, "")})


AGES = (  # whole days since the case was received: from, up to, in words
    (0, 6, "Under 1 week"),
    (7, 13, "1 to 2 weeks"),
    (14, 27, "2 to 4 weeks"),
    (28, 41, "4 to 6 weeks"),
    (42, 55, "6 to 8 weeks"),
    (56, None, "8 weeks or more"),
)
LONG_AGO = date(1970, 1, 1)


def facts_refreshed_at() -> datetime | None:
    """Return up to when the counts are true; `None` before the first round."""
    return FactsProgress.objects.values_list("refreshed_at", flat=True).first()


@dataclass(frozen=True)
class AgeBand:
    label: str
    first: date
    last: date
    count: int


def open_by_age(user: User, figures: Figures) -> list[AgeBand]:
    """Return how many cases are open now, by how long ago the customer told us; one query beside the figures."""
    scope = figures.scope
    by_day = _open_by_day(user, figures)
    bands = []
    for youngest, oldest, label in AGES:
        last = scope.today - timedelta(days=youngest)
        first = LONG_AGO if oldest is None else scope.today - timedelta(days=oldest)
        bands.append(AgeBand(label, first, last, sum(n for day, n in by_day.items() if first <= day <= last)))
    return bands


def _open_by_day(user: User, figures: Figures) -> Counter[date]:
    """Return how many cases are open, by the day they were received."""
    by_day: Counter[date] = Counter()
    scope = figures.scope
    if scope.is_finer_than_the_counts:
        for facts in facts_then(user, scope, Measure.OPEN):
            behind = facts_behind(facts, Measure.OPEN, key="", first=LONG_AGO, last=scope.last, as_of=scope.as_of)
            by_day.update(dict(behind.order_by().values_list("received_day").annotate(number=Count("pk"))))
        return by_day
    counted = in_scope(DailyFact.objects.visible_to(user), scope).filter(measure=Measure.OPEN)
    by_day.update(dict(counted.order_by().values_list("day").annotate(number=Sum("count"))))
    by_day.update(fact.received_day for fact in figures.walled if fact.closed_day is None)
    return by_day
