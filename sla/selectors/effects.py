"""What a change of policy would do to the open cases, before it is made; nothing is written.

The open clocks are read slice by slice, as plain values: a page shows the first slice at once and asks for the next one,
so that memory stays bounded and the reader sees how far it is.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, NamedTuple, Protocol

from django.db.models import QuerySet

from cases.models import Case, Referral
from sla.arithmetic import Calendar, Duration, add
from sla.arithmetic.ledger import Entry, EntryKind, standing
from sla.choices import ClockEventKind
from sla.models import Allowance, CalendarVersion, Clock, ClockEvent, RuleSetVersion
from sla.selectors.calendars import calendar_of
from sla.selectors.ledgers import entry_of
from sla.selectors.planning import Rulebook, Situation, rulebook_of

BATCH = 2000
LISTED = 20
LONGEST_NUMBER = 12
NONE = frozenset[int]()
DISTURBANCES = (ClockEventKind.PAUSED, ClockEventKind.EXTENDED)


class Particulars(NamedTuple):
    """What only some rules ask of a case: why it was referred, and what helps its customer."""

    trigger_ids: frozenset[int] = NONE
    need_ids: frozenset[int] = NONE


class Terms(NamedTuple):
    allowance: Allowance
    calendar: Calendar
    duration: Duration


class OpenClock(NamedTuple):
    """What the arithmetic and the rules need to know of an open clock."""

    pk: int
    case_id: int
    target_id: int
    allowance_id: int
    started_at: datetime
    due_at: datetime
    received_at: datetime
    kind: str
    priority: int
    category_id: int | None
    team_id: int | None
    channel: str

    def situation(self, particulars: Particulars) -> Situation:
        return Situation(
            kind=self.kind,
            priority=self.priority,
            category_id=self.category_id,
            team_id=self.team_id,
            channel=self.channel,
            trigger_ids=particulars.trigger_ids,
            need_ids=particulars.need_ids,
        )


FACTS = 7  # from this column on, an open clock says what rules look at
COLUMNS = (
    "pk",
    "case_id",
    "target_id",
    "allowance_id",
    "started_at",
    "due_at",
    "case__received_at",
    "case__kind",
    "case__priority",
    "case__category_id",
    "case__team_id",
    "case__channel",
)


@dataclass(frozen=True)
class Move:
    clock: Clock
    new_due_at: datetime

    @property
    def is_later(self) -> bool:
        return self.new_due_at > self.clock.due_at


@dataclass
class Effect:
    """How many open deadlines a change would move, and the first of them. `after` is where the next slice goes on."""

    total: int = 0
    checked: int = 0
    later: int = 0
    sooner: int = 0
    become_late: int = 0
    after: int | None = None
    moves: list[Move] = field(default_factory=list)
    found: dict[int, datetime] = field(default_factory=dict)

    @property
    def moved(self) -> int:
        return self.later + self.sooner

    def take(self, clock: OpenClock, new_due_at: datetime, now: datetime) -> None:
        self.checked += 1
        if new_due_at == clock.due_at:
            return
        self.later += new_due_at > clock.due_at
        self.sooner += new_due_at < clock.due_at
        self.become_late += new_due_at < now <= clock.due_at
        if len(self.found) < LISTED:
            self.found[clock.pk] = new_due_at


class NewTerms(Protocol):
    """What a clock would be given, and the rules that ask for it."""

    @property
    def rulebook(self) -> Rulebook | None: ...

    def of(self, clock: OpenClock, particulars: Particulars) -> Terms | None: ...


class TermsOfRules:
    """The allowance of a target under the rules of one version; none where those have no such target."""

    def __init__(self, version: RuleSetVersion) -> None:
        self.rulebook: Rulebook = rulebook_of(version)
        self.known: dict[tuple[object, ...], Terms | None] = {}

    def of(self, clock: OpenClock, particulars: Particulars) -> Terms | None:
        key = (clock.target_id, particulars, *clock[FACTS:])
        if key not in self.known:
            self.known[key] = self.find(clock.situation(particulars), clock.target_id, clock.received_at)
        return self.known[key]

    def find(self, situation: Situation, target_id: int, received_at: datetime) -> Terms | None:
        match = next(iter(self.rulebook.matches(situation, received_at)), None)
        allowances = match.rule.allowances.all() if match else ()
        allowance = next((each for each in allowances if each.target_id == target_id), None)
        if allowance is None:
            return None
        return Terms(allowance, calendar_of(self.rulebook.calendars[allowance.calendar_id]), allowance.duration)


class TermsOfCalendar:
    """The same allowance on another version of its calendar."""

    rulebook = None

    def __init__(self, version: CalendarVersion) -> None:
        self.calendar = calendar_of(version)
        self.known: dict[int, Terms] = {}

    def of(self, clock: OpenClock, particulars: Particulars) -> Terms | None:
        if clock.allowance_id not in self.known:
            allowance = Allowance.objects.select_related("target").get(pk=clock.allowance_id)
            self.known[clock.allowance_id] = Terms(allowance, self.calendar, allowance.duration)
        return self.known[clock.allowance_id]


def effect_of_calendar(version: CalendarVersion, *, now: datetime, after: int = 0, limit: int | None = None) -> Effect:
    """Return what putting `version` in force for the open clocks of its calendar would do."""
    clocks = Clock.objects.open().filter(calendar_version__calendar=version.calendar_id)
    return _effect(clocks, TermsOfCalendar(version), now=now, after=after, limit=limit)


def effect_of_rules(version: RuleSetVersion, *, now: datetime, after: int = 0, limit: int | None = None) -> Effect:
    """Return what moving the open clocks of a rule set to the rules of `version` would do."""
    clocks = Clock.objects.open().filter(target__rule_set=version.rule_set_id)
    return _effect(clocks, TermsOfRules(version), now=now, after=after, limit=limit)


def _effect(clocks: QuerySet[Clock], terms: NewTerms, *, now: datetime, after: int, limit: int | None) -> Effect:
    effect = Effect(total=clocks.count() if after == 0 else 0)
    looked_at = 0
    for batch in _in_batches(clocks, after):
        disturbed = _disturbed(batch)
        triggers = _triggers(batch) if terms.rulebook and terms.rulebook.asks_for_triggers else {}
        needs = _needs(batch) if terms.rulebook and terms.rulebook.asks_for_needs else {}
        for clock in batch:
            new = terms.of(clock, Particulars(triggers.get(clock.case_id, NONE), needs.get(clock.case_id, NONE)))
            if new:
                effect.take(clock, _new_due(clock, new, disturbed), now)
        looked_at += len(batch)
        if limit and looked_at >= limit:
            effect.after = batch[-1].pk
            break
    effect.moves = _moves(effect.found)
    return effect


def _in_batches(clocks: QuerySet[Clock], after: int) -> Iterator[list[OpenClock]]:
    rows = clocks.order_by("pk").values_list(*COLUMNS)
    while batch := [OpenClock(*row) for row in rows.filter(pk__gt=after)[:BATCH]]:
        after = batch[-1].pk
        yield batch


def _disturbed(batch: Sequence[OpenClock]) -> Mapping[int, list[ClockEvent]]:
    """Return the whole ledger of each clock that was ever paused or extended; the others need none."""
    first, last = batch[0].pk, batch[-1].pk
    events = ClockEvent.objects.filter(clock__gte=first, clock__lte=last, kind__in=DISTURBANCES)
    disturbed = list(events.values_list("clock", flat=True).distinct())
    ledgers: dict[int, list[ClockEvent]] = {}
    if not disturbed:
        return ledgers
    for event in (
        ClockEvent.objects.filter(clock__in=disturbed)
        .select_related("allowance", "calendar_version__calendar")
        .order_by("clock", "pk")
    ):
        ledgers.setdefault(event.clock_id, []).append(event)
    return ledgers


def _triggers(batch: Iterable[OpenClock]) -> dict[int, frozenset[int]]:
    """Return why each case was referred, in two queries for the whole batch."""
    cases = {clock.case_id for clock in batch}
    referrals = Referral.objects.filter(case__in=cases).prefetch_related("other_triggers")
    return {
        referral.case_id: frozenset({referral.main_trigger_id, *(each.pk for each in referral.other_triggers.all())})
        for referral in referrals
    }


def _needs(batch: Iterable[OpenClock]) -> dict[int, frozenset[int]]:
    """Return what helps each case's customer, in one query for the whole batch."""
    found: dict[int, frozenset[int]] = {}
    cases = Case.objects.filter(pk__in={clock.case_id for clock in batch}, customer__support_needs__isnull=False)
    for case_id, need_id in cases.values_list("pk", "customer__support_needs"):
        found[case_id] = found.get(case_id, NONE) | {need_id}
    return found


def _new_due(clock: OpenClock, terms: Terms, disturbed: Mapping[int, list[ClockEvent]]) -> datetime:
    duration, calendar = terms.duration, terms.calendar
    if clock.pk not in disturbed:
        return add(duration, clock.started_at, calendar).due
    entries = [entry_of(event) for event in disturbed[clock.pk]]
    moved = Entry(kind=EntryKind.RETARGETED, at=clock.started_at, duration=duration, calendar=calendar)
    return standing([*entries, moved]).due


def _moves(found: Mapping[int, datetime]) -> list[Move]:
    clocks = Clock.objects.filter(pk__in=list(found)).select_related("case", "target").in_bulk()
    return [Move(clocks[pk], new_due_at) for pk, new_due_at in found.items() if pk in clocks]


SLICE = 10_000
FIGURES = ("after", "total", "checked", "later", "sooner", "become_late")


def carried(effect: Effect) -> dict[str, str]:
    """Return what the address of the next slice carries: the figures so far and the first moves."""
    found = ",".join(f"{pk}:{due.timestamp():.0f}" for pk, due in effect.found.items())
    return {**{name: str(getattr(effect, name) or 0) for name in FIGURES}, "found": found}


def effect_so_far(answers: Mapping[str, str]) -> Effect | None:
    """Return what an address says of the slices before; none for a first slice or an address that nobody wrote."""
    if not all(answers.get(name, "").isdecimal() and len(answers[name]) < LONGEST_NUMBER for name in FIGURES):
        return None
    figures: dict[str, Any] = {name: int(answers[name]) for name in FIGURES}
    effect = Effect(**figures)
    for pair in answers.get("found", "").split(",")[:LISTED]:
        pk, _, due = pair.partition(":")
        if pk.isdecimal() and due.isdecimal() and len(pair) < 2 * LONGEST_NUMBER:
            effect.found[int(pk)] = datetime.fromtimestamp(int(due), UTC)
    return effect if effect.after else None


def joined(before: Effect, slice_: Effect) -> Effect:
    """Return the figures of the slices before together with those of one more."""
    found = dict(list({**before.found, **slice_.found}.items())[:LISTED])
    return replace(
        slice_,
        found=found,
        moves=_moves(found),
        total=before.total,
        checked=before.checked + slice_.checked,
        later=before.later + slice_.later,
        sooner=before.sooner + slice_.sooner,
        become_late=before.become_late + slice_.become_late,
    )
