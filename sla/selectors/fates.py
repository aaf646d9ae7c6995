"""What becomes of the deadlines of open cases under a version of rules or of a calendar; nothing is written.

The effect that is shown before publishing and the move that follows it both ask here, so the one is what the other does.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from django.db.models import Exists, OuterRef, QuerySet

from cases.models import Case, Referral
from sla.arithmetic import Calendar, Duration
from sla.choices import OPEN_STATES, STARTED_WITH_THE_CASE
from sla.models import Allowance, CalendarVersion, Clock, RuleSetVersion
from sla.models.targets import TargetTerms
from sla.querysets import ClockQuerySet
from sla.selectors.calendars import calendar_of
from sla.selectors.planning import Situation, begins_at, rulebook_of

NONE = frozenset[int]()


class Particulars(NamedTuple):
    """What only some rules ask of a case: why it was referred, and what helps its customer."""

    trigger_ids: frozenset[int] = NONE
    need_ids: frozenset[int] = NONE


class CaseFacts(NamedTuple):
    """What rules look at, and from when clocks count."""

    pk: int
    closed_at: datetime | None
    received_at: datetime
    logged_at: datetime
    kind: str
    priority: int
    category_id: int | None
    team_id: int | None
    channel: str


class ClockFacts(NamedTuple):
    pk: int
    case_id: int
    target_id: int
    allowance_id: int
    cycle: int
    state: str
    started_at: datetime
    due_at: datetime
    rules_number: int
    calendar_number: int


CLOCK_COLUMNS = (*ClockFacts._fields[:-2], "allowance__rule__version__number", "calendar_version__number")


class Given(NamedTuple):
    """How long, what for, and on which calendar."""

    allowance: Allowance
    calendar_version: CalendarVersion
    calendar: Calendar
    duration: Duration
    never_pauses: bool = False


class Fate(NamedTuple):
    """What becomes of a target on a case: without a clock it starts at `start`, with nothing given its clock ends."""

    case: CaseFacts
    target_id: int
    clock: ClockFacts | None
    given: Given | None
    start: datetime


class Way(Protocol):
    """What the deadlines would follow from."""

    def cases(self) -> QuerySet[Case]:
        """Return the cases that it can say anything about."""

    def case_ids(self, after: int, limit: int) -> list[int]:
        """Return the next of those cases; each page is read off an index, whatever the number of clocks."""

    def clocks(self) -> ClockQuerySet: ...

    def fates(self, case: CaseFacts, clocks: Sequence[ClockFacts], particulars: Particulars) -> Iterator[Fate]: ...

    @property
    def asks_for_triggers(self) -> bool: ...

    @property
    def asks_for_needs(self) -> bool: ...


class ByRules:
    """The rules of a version, whatever day the case was received, and the targets as that version has them.

    A clock that a later version moved already stays there, and one that began later than its case runs to its end.
    """

    def __init__(self, version: RuleSetVersion) -> None:
        self.version, self.rulebook = version, rulebook_of(version)
        self.asks_for_triggers, self.asks_for_needs = self.rulebook.asks_for_triggers, self.rulebook.asks_for_needs
        self.known: dict[tuple[object, ...], Mapping[int, Given]] = {}
        self.terms: dict[int, TargetTerms] = {}

    def cases(self) -> QuerySet[Case]:
        """Return the cases with a clock of the set and, while the set starts clocks, every open one."""
        with_a_clock = Case.objects.filter(Exists(self.clocks().open().filter(case=OuterRef("pk"))))
        return with_a_clock | Case.objects.open() if self.version.rule_set.is_active else with_a_clock

    def case_ids(self, after: int, limit: int) -> list[int]:
        ids = set(_next_case_ids(self.clocks().open(), after, limit))
        if self.version.rule_set.is_active:
            is_open = Case.objects.open().filter(pk__gt=after)
            ids.update(is_open.order_by("pk").values_list("pk", flat=True)[:limit])
        return sorted(ids)[:limit]

    def clocks(self) -> ClockQuerySet:
        return Clock.objects.filter(target__rule_set=self.version.rule_set_id)

    def fates(self, case: CaseFacts, clocks: Sequence[ClockFacts], particulars: Particulars) -> Iterator[Fate]:
        given_to = self._given(case, particulars)
        for clock in clocks:
            if clock.state in OPEN_STATES and clock.rules_number <= self.version.number:
                yield from self._moved(case, clock, given_to.get(clock.target_id))
        if case.closed_at or not self.version.rule_set.is_active:
            return
        known = {clock.target_id for clock in clocks}
        for target_id, given in given_to.items():
            start = begins_at(given.allowance.terms, received_at=case.received_at, logged_at=case.logged_at)
            if start and target_id not in known:
                yield Fate(case, target_id, None, given, start)

    def _moved(self, case: CaseFacts, clock: ClockFacts, given: Given | None) -> Iterator[Fate]:
        before = self._terms_of(clock.allowance_id)
        if given and given.allowance.pk != clock.allowance_id:
            start = _start_under(case, clock, before, given.allowance.terms)
            yield Fate(case, clock.target_id, clock, given, start)
        if not given and clock.cycle == 1 and before.starts_on in STARTED_WITH_THE_CASE:
            yield Fate(case, clock.target_id, clock, None, clock.started_at)

    def _given(self, case: CaseFacts, particulars: Particulars) -> Mapping[int, Given]:
        key = (particulars, *case[4:])
        if key not in self.known:
            situation = Situation(
                kind=case.kind,
                priority=case.priority,
                category_id=case.category_id,
                team_id=case.team_id,
                channel=case.channel,
                trigger_ids=particulars.trigger_ids,
                need_ids=particulars.need_ids,
            )
            match = next(iter(self.rulebook.matches(situation, case.received_at)), None)
            allowances = match.rule.allowances.all() if match else ()
            self.known[key] = {each.target_id: self._as_given(each) for each in allowances}
        return self.known[key]

    def _as_given(self, allowance: Allowance) -> Given:
        version = self.rulebook.calendars[allowance.calendar_id]
        never_pauses = allowance.terms.is_customer_clock
        return Given(allowance, version, calendar_of(version), allowance.duration, never_pauses)

    def _terms_of(self, allowance_id: int) -> TargetTerms:
        """Return what a target has been for the clocks that an allowance of an earlier version was given to."""
        if allowance_id not in self.terms:
            allowances = Allowance.objects.select_related("target", "former_terms")
            self.terms[allowance_id] = allowances.get(pk=allowance_id).terms
        return self.terms[allowance_id]


def _start_under(case: CaseFacts, clock: ClockFacts, before: TargetTerms, terms: TargetTerms) -> datetime:
    """Return from when a running clock counts; only a target that starts otherwise than before moves its start."""
    is_same = (before.starts_on, before.counts_from_receipt) == (terms.starts_on, terms.counts_from_receipt)
    if is_same or clock.cycle > 1:
        return clock.started_at
    start = begins_at(terms, received_at=case.received_at, logged_at=case.logged_at)
    return start or (case.received_at if terms.counts_from_receipt else clock.started_at)


class ByCalendar:
    """The same allowances on another version of their calendar. A clock on a later version stays there."""

    asks_for_triggers = asks_for_needs = False

    def __init__(self, version: CalendarVersion) -> None:
        self.version, self.calendar = version, calendar_of(version)
        self.known: dict[int, Given] = {}

    def cases(self) -> QuerySet[Case]:
        return Case.objects.filter(Exists(self.clocks().filter(case=OuterRef("pk"))))

    def case_ids(self, after: int, limit: int) -> list[int]:
        return _next_case_ids(self.clocks(), after, limit)

    def clocks(self) -> ClockQuerySet:
        clocks = Clock.objects.open().filter(calendar_version__calendar=self.version.calendar_id)
        return clocks.filter(calendar_version__number__lt=self.version.number)

    def fates(self, case: CaseFacts, clocks: Sequence[ClockFacts], particulars: Particulars) -> Iterator[Fate]:
        for clock in clocks:
            yield Fate(case, clock.target_id, clock, self._given(clock.allowance_id), clock.started_at)

    def _given(self, allowance_id: int) -> Given:
        if allowance_id not in self.known:
            allowance = Allowance.objects.select_related("target", "former_terms").get(pk=allowance_id)
            self.known[allowance_id] = Given(allowance, self.version, self.calendar, allowance.duration)
        return self.known[allowance_id]


def way_to(version: RuleSetVersion | CalendarVersion) -> Way:
    return ByRules(version) if isinstance(version, RuleSetVersion) else ByCalendar(version)


def _next_case_ids(clocks: ClockQuerySet, after: int, limit: int) -> list[int]:
    ids = clocks.filter(case_id__gt=after).order_by("case_id").values_list("case_id", flat=True)
    return list(ids.distinct()[:limit])


def cases_after(way: Way, after: int, limit: int) -> list[CaseFacts]:
    """Return the next cases as plain values, so that a hundred thousand of them need no more memory than a few."""
    rows = Case.objects.filter(pk__in=way.case_ids(after, limit)).order_by("pk").values_list(*CaseFacts._fields)
    return [CaseFacts(*row) for row in rows]


def fates_of(way: Way, cases: Sequence[CaseFacts]) -> Iterator[Fate]:
    """Yield what becomes of every deadline of `cases`; queries are for all of them together."""
    clocks: dict[int, list[ClockFacts]] = {}
    rows = way.clocks().filter(case__in=[case.pk for case in cases]).order_by("pk")
    for row in rows.values_list(*CLOCK_COLUMNS):
        clock = ClockFacts(*row)
        clocks.setdefault(clock.case_id, []).append(clock)
    triggers = _triggers(cases) if way.asks_for_triggers else {}
    needs = _needs(cases) if way.asks_for_needs else {}
    for case in cases:
        particulars = Particulars(triggers.get(case.pk, NONE), needs.get(case.pk, NONE))
        yield from way.fates(case, clocks.get(case.pk, ()), particulars)


def _triggers(cases: Iterable[CaseFacts]) -> dict[int, frozenset[int]]:
    """Return why each case was referred, in two queries for all of them."""
    referrals = Referral.objects.filter(case__in=[case.pk for case in cases]).prefetch_related("other_triggers")
    return {
        referral.case_id: frozenset({referral.main_trigger_id, *(each.pk for each in referral.other_triggers.all())})
        for referral in referrals
    }


def _needs(cases: Iterable[CaseFacts]) -> dict[int, frozenset[int]]:
    """Return what helps each case's customer, in one query for all of them."""
    found: dict[int, frozenset[int]] = {}
    with_needs = Case.objects.filter(pk__in=[case.pk for case in cases], customer__support_needs__isnull=False)
    for case_id, need_id in with_needs.values_list("pk", "customer__support_needs"):
        found[case_id] = found.get(case_id, NONE) | {need_id}
    return found
