"""Counts over case facts. Each measure says which day of the case it belongs to and what tells its counts apart."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from operator import attrgetter
from typing import Any

from django.db.models import Case as Whether
from django.db.models import Count, F, Q, Sum, Value, When
from django.db.models.functions import TruncWeek

from policies.choices import CaseKind
from reporting.choices import ClockResult, Measure, Reopening
from reporting.models.facts import CaseFact
from reporting.querysets import CaseFactQuerySet, FormerFactQuerySet

KEY_SEPARATOR = ":"
Facts = CaseFactQuerySet | FormerFactQuerySet


@dataclass(frozen=True)
class Counting:
    """Count the facts that satisfy `only` by their `day` field, apart for each combination of the `keys` fields.

    `amount` is a field that is added up beside the count.
    """

    day: str
    keys: tuple[str, ...] = ()
    only: Q = Q()  # noqa: RUF009  an empty condition never changes
    amount: str = ""


COMPLAINTS = Q(kind=CaseKind.COMPLAINT)

COUNTINGS: dict[Measure, Counting] = {
    Measure.RECEIVED: Counting("received_day"),
    Measure.CATEGORY: Counting("received_day", keys=("category_id",), only=Q(category__isnull=False)),
    Measure.OPEN: Counting("received_day", only=Q(closed_day=None)),
    Measure.CLOSED: Counting("closed_day"),
    Measure.OUTCOME: Counting("closed_day", keys=("outcome",), only=~Q(outcome="")),
    Measure.ROOT_CAUSE: Counting("closed_day", keys=("root_cause_id",), only=Q(root_cause__isnull=False)),
    Measure.JOURNEY: Counting(
        "closed_day",
        keys=("journey_stage_id", "cause_area_id"),
        only=Q(journey_stage__isnull=False, cause_area__isnull=False),
    ),
    Measure.ACKNOWLEDGED: Counting("acknowledge_due_day", keys=("acknowledged",)),
    Measure.ANSWERED: Counting("answer_due_day", keys=("answered",)),
    Measure.MISSED: Counting("missed_day", keys=("missed_cause",)),
    Measure.THEME: Counting("received_day", keys=("theme_id",), only=Q(theme__isnull=False)),
    Measure.REPEAT: Counting("received_day", keys=("is_repeat",), only=Q(is_repeat__isnull=False)),
    Measure.ACK_DAYS: Counting(
        "acknowledged_day", keys=("acknowledge_days",), only=Q(acknowledge_days__isnull=False) & COMPLAINTS
    ),
    Measure.ANSWER_DAYS: Counting(
        "answered_day", keys=("answer_days",), only=Q(answer_days__isnull=False) & COMPLAINTS
    ),
    Measure.BAND: Counting("settled_day", keys=("band",), only=~Q(band="")),
    Measure.STAGE: Counting("settled_day", keys=("stage",), only=Q(stage__isnull=False)),
    Measure.REDRESS: Counting("settled_day", only=Q(redress_pence__gt=0), amount="redress_pence"),
    Measure.REOPENED: Counting("first_closed_day", keys=("reopening",)),
    Measure.CERTAINTY: Counting("closed_day", keys=("certainty",), only=COMPLAINTS),
    Measure.CONTACTS: Counting(
        "closed_day", keys=("customer_contacts",), only=Q(customer_contacts__isnull=False) & COMPLAINTS
    ),
    Measure.HANDLING: Counting("closed_day", only=Q(handled_seconds__gt=0), amount="handled_seconds"),
    Measure.CONFIRMED: Counting("confirmed_day", keys=("confirmed",), only=~Q(confirmed="")),
    Measure.SATISFIED: Counting("confirmed_day", keys=("satisfaction",), only=Q(satisfaction__isnull=False)),
    Measure.EASE: Counting("confirmed_day", keys=("ease",), only=Q(ease__isnull=False)),
    Measure.RECOMMEND: Counting("confirmed_day", keys=("recommend",), only=Q(recommend__isnull=False)),
    Measure.REFERRED: Counting("settled_day", keys=("is_referred",), only=Q(is_referred__isnull=False)),
    Measure.OVERTURNED: Counting("ombudsman_day", keys=("ombudsman",), only=~Q(ombudsman="")),
}


Check = Callable[[Any], bool]


@cache
def condition_of(measure: Measure) -> Check:
    """Return what asks one fact, or a row with its fields, what the measure's `only` asks of the database."""
    return _check(COUNTINGS[measure].only)


def _check(condition: Q) -> Check:
    children: list[Any] = condition.children
    parts = [_check(part) if isinstance(part, Q) else _check_of_field(*part) for part in children]
    join = all if condition.connector == Q.AND else any
    return lambda fact: join(part(fact) for part in parts) != condition.negated


def _check_of_field(lookup: str, wanted: Any) -> Check:
    name, operator = _field(lookup)
    value = attrgetter(name)
    match operator:
        case "isnull":
            return lambda fact: (value(fact) is None) == wanted
        case "gt":
            return lambda fact: value(fact) is not None and bool(value(fact) > wanted)
        case _:
            return lambda fact: bool(value(fact) == wanted)


def _field(lookup: str) -> tuple[str, str]:
    """Return the column that a lookup asks, and how it asks."""
    name, _, operator = lookup.partition("__")
    return CaseFact._meta.get_field(name).attname, operator  # type: ignore[union-attr]


def fields_of(measures: Iterable[Measure]) -> set[str]:
    """Return the columns from which these measures are counted."""
    found: set[str] = set()
    for counting in map(COUNTINGS.__getitem__, measures):
        found |= {counting.day, *counting.keys, *_asked(counting.only), *filter(None, [counting.amount])}
    return found


def _asked(condition: Q) -> Iterator[str]:
    children: list[Any] = condition.children
    for part in children:
        yield from _asked(part) if isinstance(part, Q) else [_field(part[0])[0]]


@dataclass(frozen=True)
class DayCount:
    """How many cases of a team and kind had a measure on a day, and what they add up to."""

    day: date
    team_id: int | None
    kind: str
    needs_support: bool
    measure: Measure
    key: str
    count: int
    amount: int


def count_days(
    facts: CaseFactQuerySet, days: set[date] | None = None, measures: Iterable[Measure] = COUNTINGS
) -> Iterator[DayCount]:
    """Yield the counts over `facts`, of every measure; on `days` alone where given."""
    for measure in measures:
        counting = COUNTINGS[measure]
        chosen = facts.filter(counting.only, **{f"{counting.day}__isnull": False})
        if days is not None:
            chosen = chosen.filter(**{f"{counting.day}__in": days})
        names = [counting.day, "team_id", "kind", "needs_support", *counting.keys]
        rows: Any = chosen.order_by().values_list(*names).annotate(number=Count("pk"), total=_total(counting))
        for day, team_id, kind, needs_support, *values, number, total in rows:
            yield DayCount(day, team_id, kind, needs_support, measure, key_of(values), number, total or 0)


def count_weeks(
    facts: Facts, measure: Measure, *, first: date, last: date, as_of: date | None = None
) -> Iterator[tuple[str, date, int, int]]:
    """Yield (key, Monday, cases, amount) over the facts themselves, for what the daily counts do not tell apart.

    With `as_of`, what happened after that day has not happened.
    """
    counting = COUNTINGS[measure]
    chosen = _measured(facts, measure, first=first, last=last, as_of=as_of).annotate(week=TruncWeek(counting.day))
    rows: Any = chosen.order_by().values_list("week", *_keys(counting, as_of))
    for week, *values, number, total in rows.annotate(number=Count("pk"), total=_total(counting)):
        yield key_of(values), week, number, total or 0


def key_of(values: Iterable[object]) -> str:
    """Return the key under which a combination of values is counted, such as 4:12."""
    return KEY_SEPARATOR.join(str(value) for value in values)


def facts_behind(
    facts: Facts, measure: Measure, *, key: str, first: date, last: date, as_of: date | None = None
) -> Facts:
    """Return the facts that a figure counts, `first` to `last` day inclusive: the other way round of `count_days`.

    Several keys, joined by commas, are one figure.
    """
    counting = COUNTINGS[measure]
    chosen = _measured(facts, measure, first=first, last=last, as_of=as_of)
    if not key:
        return chosen
    names, wanted = _keys(counting, as_of), Q()
    for one in key.split(","):
        values = one.split(KEY_SEPARATOR) if names else []
        if len(values) != len(names) or not names or not all(map(_fits, counting.keys, values)):
            return chosen.none()
        wanted |= Q(**dict(zip(names, map(_value, values), strict=True)))
    return chosen.filter(wanted)


def _measured(facts: Facts, measure: Measure, *, first: date, last: date, as_of: date | None) -> Facts:
    """Return the facts that have the measure between two days; on an earlier day, as they stood at its end."""
    counting = COUNTINGS[measure]
    between = {f"{counting.day}__range": (first, last)}
    if as_of is None:
        return facts.filter(counting.only, **between)
    only = Q(closed_day=None) | Q(closed_day__gt=as_of) if measure == Measure.OPEN else counting.only
    then = facts.filter(only, Q(logged_day=None) | Q(logged_day__lte=as_of), **between)
    return then.annotate(
        acknowledged_then=_then("acknowledged", Q(acknowledged_day__gt=as_of), ClockResult.OPEN),
        answered_then=_then("answered", Q(answered_day__gt=as_of), ClockResult.OPEN),
        reopening_then=_then("reopening", Q(reopened_day__gt=as_of), Reopening.NONE),
    )


def _then(name: str, has_not_happened: Q, value: str) -> Whether:
    return Whether(When(has_not_happened, then=Value(value)), default=F(name))


CHANGING = frozenset({"acknowledged", "answered", "reopening"})


def _keys(counting: Counting, as_of: date | None) -> list[str]:
    return [f"{name}_then" if as_of and name in CHANGING else name for name in counting.keys]


def _total(counting: Counting) -> Any:
    return Sum(counting.amount) if counting.amount else Value(0)


NUMBERS = frozenset(
    {"stage", "acknowledge_days", "answer_days", "customer_contacts", "satisfaction", "ease", "recommend"}
)


def _fits(name: str, value: str) -> bool:
    """Return whether `value`, which came from an address, can be a value of the field at all."""
    if name.endswith("_id"):
        return value.isdecimal() and len(value) < 19
    if name in NUMBERS:
        return value.isdecimal() and len(value) < 6
    return value in {"True", "False"} if name.startswith("is_") else "\0" not in value


def _value(value: str) -> Any:
    return {"True": True, "False": False}.get(value, value)
