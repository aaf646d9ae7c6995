"""Where a clock stands, from nothing but what happened to it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sla.arithmetic.account import AccountLine
from sla.arithmetic.calendars import Calendar
from sla.arithmetic.deadlines import Deadline, add
from sla.arithmetic.durations import Duration, WorkingDays
from sla.arithmetic.pauses import Pause


class EntryKind(StrEnum):
    STARTED = "STARTED"
    RESTARTED = "RESTARTED"
    RETARGETED = "RETARGETED"
    RECALCULATED = "RECALCULATED"
    PAUSED = "PAUSED"
    RESUMED = "RESUMED"
    EXTENDED = "EXTENDED"
    BREACHED = "BREACHED"
    SATISFIED = "SATISFIED"
    LAPSED = "LAPSED"
    CANCELLED = "CANCELLED"


class ClockState(StrEnum):
    RUNNING = "RUNNING"
    PAUSED = "PAUSED"
    SATISFIED = "SATISFIED"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of a clock's ledger. A start or a new target brings `duration` and `calendar`.

    `starts_at` lets the clock count from another moment than the one at which it started.
    """

    kind: EntryKind
    at: datetime
    duration: Duration | None = None
    calendar: Calendar | None = None
    starts_at: datetime | None = None
    extension_days: int = 0


@dataclass(frozen=True, kw_only=True)
class Standing:
    """The projection of a ledger: it can be rebuilt at any time and comes out the same."""

    state: ClockState
    deadline: Deadline
    extensions: tuple[Deadline, ...]
    paused_since: datetime | None
    satisfied_at: datetime | None
    ended_at: datetime | None
    breached_at: datetime | None

    @property
    def due(self) -> datetime:
        return (self.extensions or (self.deadline,))[-1].due

    @property
    def account(self) -> tuple[AccountLine, ...]:
        """Return the account of the deadline, each extension after it."""
        lines = list(self.deadline.account)
        for extension in self.extensions:
            lines.append(AccountLine(f"Extended by {extension.duration}", "added"))
            lines += extension.account[1:]
        return tuple(lines)


@dataclass
class _Reading:
    """What has been read of a ledger so far."""

    state: ClockState = ClockState.RUNNING
    start: datetime | None = None
    duration: Duration | None = None
    calendar: Calendar | None = None
    pauses: list[Pause] = field(default_factory=list)
    paused_since: datetime | None = None
    extensions: list[int] = field(default_factory=list)
    satisfied_at: datetime | None = None
    ended_at: datetime | None = None
    breached_at: datetime | None = None

    def take(self, entry: Entry) -> None:
        """Read one more line; a new duration or calendar holds from the start of the clock on."""
        self.duration = entry.duration or self.duration
        self.calendar = entry.calendar or self.calendar
        self.start = entry.starts_at or self.start
        match entry.kind:
            case EntryKind.STARTED | EntryKind.RESTARTED:
                self.start = entry.at
            case EntryKind.PAUSED:
                self.state, self.paused_since = ClockState.PAUSED, entry.at
            case EntryKind.RESUMED:
                self._resume(entry.at)
            case EntryKind.EXTENDED:
                self.extensions.append(entry.extension_days)
            case EntryKind.BREACHED:
                self.breached_at = self.breached_at or entry.at
            case EntryKind.SATISFIED | EntryKind.LAPSED | EntryKind.CANCELLED:
                self._end(entry)

    def _resume(self, at: datetime) -> None:
        if self.paused_since is not None:
            self.pauses.append(Pause(self.paused_since, max(at, self.paused_since)))
        self.state, self.paused_since = ClockState.RUNNING, None

    def _end(self, entry: Entry) -> None:
        self._resume(entry.at)
        self.ended_at = entry.at
        if entry.kind is EntryKind.SATISFIED:
            self.state, self.satisfied_at = ClockState.SATISFIED, entry.at
        else:
            self.state = ClockState.CANCELLED


def standing(entries: Iterable[Entry]) -> Standing:
    """Return where the clock stands after `entries`, oldest first."""
    reading = _Reading()
    for entry in entries:
        reading.take(entry)
    if reading.start is None or reading.duration is None or reading.calendar is None:
        raise ValueError("A ledger begins with a start that names its duration and calendar.")
    deadline = add(reading.duration, reading.start, reading.calendar, reading.pauses)
    return Standing(
        state=reading.state,
        deadline=deadline,
        extensions=_extended(deadline, reading.extensions, reading.pauses),
        paused_since=reading.paused_since,
        satisfied_at=reading.satisfied_at,
        ended_at=reading.ended_at,
        breached_at=reading.breached_at,
    )


def _extended(deadline: Deadline, days: list[int], pauses: list[Pause]) -> tuple[Deadline, ...]:
    extensions: list[Deadline] = []
    latest = deadline
    for count in days:
        latest = add(WorkingDays(count), latest.due, deadline.calendar, pauses)
        extensions.append(latest)
    return tuple(extensions)
