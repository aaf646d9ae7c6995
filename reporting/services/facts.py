"""Bring the facts up to date with the cases: a little every minute, or all of them from nothing.

What changed is read from the histories and the ledgers, which every write adds to. A transaction can commit after one
with a higher number, so each round looks back a little; reading a case twice changes nothing. What a case was before
it changed is kept, so that a figure for a past date can be counted again; rebuilding leaves that alone.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from cases.models import Case, CaseEvent, Customer
from policies.choices import CaseKind
from reporting.choices import Measure
from reporting.models import CaseFact, CaseSpell, DailyFact, FactsProgress, FormerFact
from reporting.models.facts import FactFields
from reporting.selectors.counting import COUNTINGS, count_days
from reporting.services.case_facts import REPEAT_WITHIN, read_facts
from sla.models import ClockEvent

LOOK_BACK = 1000
LOOK_BACK_TIME = timedelta(minutes=10)
CHUNK = 2000
DAYS = sorted({counting.day for counting in COUNTINGS.values()})
FIELDS = [field.attname for field in FactFields._meta.get_fields() if hasattr(field, "attname")]


def refresh_facts(*, now: datetime) -> int:
    """Recount what the cases that changed since the last round touch; return how many those were.

    The very first round counts everything.
    """
    progress, _ = FactsProgress.objects.get_or_create(pk=1)
    if progress.refreshed_at is None:
        return rebuild_facts(now=now)
    last_event, last_tick = _last_pk(CaseEvent.objects.all()), _last_pk(ClockEvent.objects.all())
    changed = _changed_since(progress, progress.refreshed_at)
    for chunk in _chunks(sorted(changed | _told_again(changed))):
        _replace_facts(chunk, now=now)
    FactsProgress.objects.filter(pk=1).update(last_event=last_event, last_clock_event=last_tick, refreshed_at=now)
    return len(changed)


@transaction.atomic
def rebuild_facts(*, now: datetime) -> int:
    """Throw all facts away and count every case again; return how many there are."""
    for kept in (DailyFact, CaseSpell, CaseFact):
        kept.objects.all().delete()
    last_event, last_tick = _last_pk(CaseEvent.objects.all()), _last_pk(ClockEvent.objects.all())
    total = 0
    for chunk in _chunks(Case.objects.order_by("pk").values_list("pk", flat=True).iterator(CHUNK)):
        facts, spells = read_facts(chunk)
        CaseFact.objects.bulk_create(facts)
        CaseSpell.objects.bulk_create(spells)
        total += len(chunk)
    _recount(days=None)
    FactsProgress.objects.update_or_create(
        pk=1, defaults={"last_event": last_event, "last_clock_event": last_tick, "refreshed_at": now}
    )
    return total


def _changed_since(progress: FactsProgress, since: datetime) -> set[int]:
    """Return the cases with news in their history, in a clock's ledger or at their customer."""
    events = CaseEvent.objects.filter(pk__gt=progress.last_event - LOOK_BACK)
    ticks = ClockEvent.objects.filter(pk__gt=progress.last_clock_event - LOOK_BACK)
    changed = {*events.values_list("case_id", flat=True), *ticks.values_list("clock__case_id", flat=True)}
    customers = Customer.objects.filter(updated_at__gte=since - LOOK_BACK_TIME)
    return changed | set(Case.objects.filter(customer__in=customers.values("pk")).values_list("pk", flat=True))


def _told_again(changed: set[int]) -> set[int]:
    """Return the complaints that may be, or no longer be, a customer's second about one thing because of these."""
    found: set[int] = set()
    for chunk in _chunks(sorted(changed)):
        rows = list(Case.objects.filter(pk__in=chunk).values_list("customer_id", "received_at"))
        if not rows:
            continue
        first, last = min(at for _, at in rows), max(at for _, at in rows)
        later = Case.objects.filter(
            kind=CaseKind.COMPLAINT,
            customer__in={customer for customer, _ in rows},
            customer__is_anonymous=False,
            received_at__range=(first, last + REPEAT_WITHIN),
        )
        found |= set(later.values_list("pk", flat=True))
    return found


def _last_pk(rows: QuerySet[Any]) -> int:
    return rows.order_by("-pk").values_list("pk", flat=True).first() or 0


def _chunks(ids: Iterable[int]) -> Iterator[list[int]]:
    source = iter(ids)
    while chunk := list(islice(source, CHUNK)):
        yield chunk


@transaction.atomic
def _replace_facts(case_ids: list[int], *, now: datetime) -> None:
    """Write the facts that differ, keep what they were, and recount the days they belonged to and belong to now."""
    old = CaseFact.objects.in_bulk(case_ids)
    new, spells = read_facts(case_ids)
    changed = [fact for fact in new if fact.pk not in old or _differs(fact, old[fact.pk])]
    gone, by_case = [old[fact.pk] for fact in changed if fact.pk in old], {fact.pk: fact for fact in changed}
    FormerFact.objects.bulk_create(
        _former(fact, until=now) for fact in gone if _values(fact) != _values(by_case[fact.pk])
    )
    CaseFact.objects.filter(pk__in=[fact.pk for fact in gone]).delete()
    CaseFact.objects.bulk_create(changed)
    _replace_spells(spells, [fact.pk for fact in changed])
    days = {getattr(fact, name) for fact in (*gone, *changed) for name in DAYS}
    if changed:
        _recount(days={day for day in days if day is not None})


def _differs(one: CaseFact, other: CaseFact) -> bool:
    return one.theme_id != other.theme_id or _values(one) != _values(other)


def _values(fact: FactFields) -> dict[str, Any]:
    return {name: getattr(fact, name) for name in FIELDS}


def _former(fact: CaseFact, *, until: datetime) -> FormerFact:
    """Return what a case was until now. Its theme is left out: a theme's own history says which cases it had."""
    return FormerFact(case_id=fact.pk, until=until, **_values(fact))


def _replace_spells(spells: list[CaseSpell], case_ids: list[int]) -> None:
    wanted = set(case_ids)
    CaseSpell.objects.filter(case__in=case_ids).delete()
    CaseSpell.objects.bulk_create([spell for spell in spells if spell.case_id in wanted])


def _recount(days: set[date] | None, measures: Iterable[Measure] = COUNTINGS) -> None:
    counted = DailyFact.objects.filter(measure__in=list(measures))
    if days is not None:
        counted = counted.filter(day__in=days)
    counted.delete()
    open_to_all = CaseFact.objects.filter(is_walled=False)
    rows = (DailyFact(**vars(count)) for count in count_days(open_to_all, days, measures))
    DailyFact.objects.bulk_create(rows, batch_size=CHUNK)


def adopt_themes() -> int:
    """Bring each fact's theme up to date with the case's, and recount the days concerned; return how many changed."""
    changed = CaseFact.objects.with_another_theme_than_the_case().values_list("pk", flat=True)
    return adopt_themes_of(list(changed.order_by("pk")))


def adopt_themes_of(case_ids: Iterable[int]) -> int:
    days: set[date] = set()
    total = 0
    for chunk in _chunks(case_ids):
        days |= set(CaseFact.objects.filter(pk__in=chunk).order_by().values_list("received_day", flat=True).distinct())
        total += CaseFact.objects.filter(pk__in=chunk).adopt_theme_of_the_case()
    with transaction.atomic():
        _recount(days, [Measure.THEME])
    return total
