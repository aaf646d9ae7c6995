"""What a change of policy would do to the deadlines of open cases, before it is made; nothing is written.

The cases are read slice by slice, as plain values: a page shows the first slice at once and asks for the next one, so
that memory stays bounded and the reader sees how far it is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from cases.models import Case
from sla.arithmetic import add
from sla.arithmetic.ledger import Entry, EntryKind, standing
from sla.choices import ClockEventKind, ClockState
from sla.models import CalendarVersion, ClockEvent, RuleSetVersion, Target
from sla.selectors.fates import Fate, Given, cases_after, fates_of, way_to
from sla.selectors.ledgers import entry_of

BATCH = 500
LISTED = 20
LONGEST_NUMBER = 12
DISTURBANCES = (ClockEventKind.PAUSED, ClockEventKind.EXTENDED)
Ledgers = Mapping[int, Sequence[ClockEvent]]
Found = dict[tuple[int, int], tuple[datetime | None, datetime | None]]


@dataclass(frozen=True)
class Move:
    """A deadline that changes. Without `due_at` it starts, without `new_due_at` it ends."""

    case: Case
    target: Target
    due_at: datetime | None
    new_due_at: datetime | None


FIGURES = ("total", "checked", "later", "sooner", "become_late", "started", "started_late", "ended")


@dataclass
class Effect:
    """How many deadlines a change would move, start and end, and the first of them.

    `total` and `checked` are open cases. `after` is where the next slice goes on.
    """

    total: int = 0
    checked: int = 0
    later: int = 0
    sooner: int = 0
    become_late: int = 0
    started: int = 0
    started_late: int = 0
    ended: int = 0
    after: int | None = None
    moves: list[Move] = field(default_factory=list)
    found: Found = field(default_factory=dict)

    @property
    def moved(self) -> int:
        return self.later + self.sooner

    @property
    def changed(self) -> int:
        return self.moved + self.started + self.ended

    def take(self, fate: Fate, new_due_at: datetime | None, now: datetime) -> None:
        due_at = fate.clock.due_at if fate.clock else None
        if due_at == new_due_at:
            return
        if due_at is None:
            self.started += 1
            self.started_late += new_due_at is not None and new_due_at < now
        elif new_due_at is None:
            self.ended += 1
        else:
            self.later += new_due_at > due_at
            self.sooner += new_due_at < due_at
            self.become_late += new_due_at < now <= due_at
        if len(self.found) < LISTED:
            self.found[fate.case.pk, fate.target_id] = (due_at, new_due_at)


def effect_of(
    version: RuleSetVersion | CalendarVersion, *, now: datetime, after: int = 0, limit: int | None = None
) -> Effect:
    """Return what letting the open cases go with `version` would do, for the next `limit` cases after `after`."""
    way = way_to(version)
    effect = Effect(total=way.cases().count() if after == 0 else 0)
    while cases := cases_after(way, after, BATCH):
        after = cases[-1].pk
        fates = list(fates_of(way, cases))
        disturbed = _disturbed(fates)
        for fate in fates:
            effect.take(fate, _new_due(fate, disturbed, now), now)
        effect.checked += len(cases)
        if limit and effect.checked >= limit:
            effect.after = after
            break
    effect.moves = _moves(effect.found)
    return effect


def _disturbed(fates: Sequence[Fate]) -> Ledgers:
    """Return the whole ledger of each clock that was ever paused or extended; the others need none."""
    clocks = [fate.clock.pk for fate in fates if fate.clock and fate.given]
    events = ClockEvent.objects.filter(clock__in=clocks, kind__in=DISTURBANCES)
    disturbed = set(events.values_list("clock", flat=True))
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


def _new_due(fate: Fate, disturbed: Ledgers, now: datetime) -> datetime | None:
    if fate.given is None:
        return None
    if fate.clock is None or fate.clock.pk not in disturbed:
        return add(fate.given.duration, fate.start, fate.given.calendar).due
    entries = [entry_of(event) for event in disturbed[fate.clock.pk]]
    if fate.clock.state == ClockState.PAUSED and fate.given.never_pauses:
        entries.append(Entry(kind=EntryKind.RESUMED, at=now))
    return standing([*entries, _retargeting(fate.given, fate.start)]).due


def _retargeting(given: Given, start: datetime) -> Entry:
    return Entry(kind=EntryKind.RETARGETED, at=start, duration=given.duration, calendar=given.calendar, starts_at=start)


def _moves(found: Found) -> list[Move]:
    cases = Case.objects.in_bulk({case_id for case_id, _ in found})
    targets = Target.objects.in_bulk({target_id for _, target_id in found})
    return [
        Move(cases[case_id], targets[target_id], due_at, new_due_at)
        for (case_id, target_id), (due_at, new_due_at) in found.items()
        if case_id in cases and target_id in targets
    ]


def carried(effect: Effect) -> dict[str, str]:
    """Return what the address of the next slice carries: the figures so far and the first moves."""
    found = ",".join(
        f"{case_id}:{target_id}:{_seconds(due_at)}:{_seconds(new_due_at)}"
        for (case_id, target_id), (due_at, new_due_at) in effect.found.items()
    )
    return {**{name: str(getattr(effect, name) or 0) for name in ("after", *FIGURES)}, "found": found}


def effect_so_far(answers: Mapping[str, str]) -> Effect | None:
    """Return what an address says of the slices before; none for a first slice or an address that nobody wrote."""
    named = {name: answers.get(name, "") for name in ("after", *FIGURES)}
    if not all(map(_is_a_number, named.values())):
        return None
    figures: dict[str, Any] = {name: int(value) for name, value in named.items()}
    effect = Effect(**figures)
    for row in answers.get("found", "").split(",")[:LISTED]:
        parts = row.split(":")
        if len(parts) == 4 and all(map(_is_a_number, parts)):
            case_id, target_id, due_at, new_due_at = map(int, parts)
            effect.found[case_id, target_id] = (_moment(due_at), _moment(new_due_at))
    return effect if effect.after else None


def joined(before: Effect, slice_: Effect) -> Effect:
    """Return the figures of the slices before together with those of one more."""
    found = dict(list({**before.found, **slice_.found}.items())[:LISTED])
    figures = {name: getattr(before, name) + getattr(slice_, name) for name in FIGURES}
    return Effect(**figures, after=slice_.after, found=found, moves=_moves(found))


def _is_a_number(text: str) -> bool:
    return text.isdecimal() and len(text) < LONGEST_NUMBER


def _seconds(moment: datetime | None) -> str:
    return f"{moment.timestamp():.0f}" if moment else "0"


def _moment(seconds: int) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds else None
