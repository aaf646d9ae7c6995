"""What people see of a clock: a badge in lists, the whole account on the case page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from cases.models import Case
from core.dates import clock_time
from sla.arithmetic import AccountLine
from sla.arithmetic.timeleft import is_soon, time_left
from sla.choices import ClockState
from sla.models import Clock, ClockEvent
from sla.selectors.calendars import calendar_of
from sla.selectors.ledgers import events_of, standing_of
from sla.selectors.planning import SkippedRule

LAST_MINUTE = (23, 59)
PASSED = "Passed"


@dataclass(frozen=True, kw_only=True)
class Badge:
    """What `templates/sla/_badge.html` shows. `state` is ok, soon, late, paused, met or stopped."""

    state: str
    when: str
    words: str


@dataclass(frozen=True, kw_only=True)
class ClockView:
    """A clock with everything that explains it."""

    clock: Clock
    badge: Badge
    account: tuple[AccountLine, ...]
    events: Sequence[ClockEvent]
    skipped: tuple[SkippedRule, ...] = ()


def clocks_of(case: Case, *, now: datetime) -> list[ClockView]:
    """Return the case's clocks, open ones first, each with its badge, account and ledger."""
    clocks = case.clocks.with_policy()
    return views_of(sorted(clocks, key=lambda clock: (not clock.is_open, clock.due_at, clock.pk)), now=now)


def views_of(clocks: Sequence[Clock], *, now: datetime) -> list[ClockView]:
    """Return what is shown of each clock; their ledgers are read in one query."""
    ledgers = events_of(clocks)
    return [
        ClockView(
            clock=clock,
            badge=badge_of(clock, now=now),
            account=standing_of(ledgers[clock.pk]).account,
            events=ledgers[clock.pk],
        )
        for clock in clocks
    ]


def badges_of(cases: Iterable[Case], *, now: datetime) -> dict[int, Badge]:
    """Return the badge of each case's next deadline by case id, in one query; a case without open clocks has none."""
    clocks = Clock.objects.open().promises().filter(case__in=[case.pk for case in cases]).first_of_each_case()
    clocks = clocks.select_related("target", "calendar_version__calendar")
    return {clock.case_id: badge_of(clock, now=now) for clock in clocks}


def badge_of(clock: Clock, *, now: datetime) -> Badge:
    when = when_words(clock.due_at, now=now)
    if clock.state == ClockState.RUNNING and clock.target.is_window and clock.due_at < now:
        return Badge(state="stopped", when=when, words=PASSED)  # the next tick writes it down
    match ClockState(clock.state):
        case ClockState.RUNNING:
            return Badge(state=_running_state(clock, now), when=when, words=_time_left(clock, now))
        case ClockState.PAUSED:
            return Badge(state="paused", when=when, words=_pause_words(clock, now))
        case ClockState.SATISFIED:
            return Badge(state="met", when=when, words=_met_words(clock))
        case ClockState.CANCELLED:
            return Badge(state="stopped", when=when, words=_stopped_words(clock))


def _running_state(clock: Clock, now: datetime) -> str:
    if clock.due_at < now:
        return "late"
    return "soon" if is_soon(calendar_of(clock.calendar_version), now, clock.due_at) else "ok"


def _time_left(clock: Clock, now: datetime) -> str:
    words = time_left(calendar_of(clock.calendar_version), now, clock.due_at)
    return words.replace("Due in", "Open for", 1) if clock.target.is_window else words


def _pause_words(clock: Clock, now: datetime) -> str:
    return f"Paused until {when_words(clock.pause_expires_at, now=now)}" if clock.pause_expires_at else "Paused"


def _stopped_words(clock: Clock) -> str:
    if clock.target.is_window and clock.ended_at == clock.due_at:
        return PASSED
    return "Stopped late" if clock.breached_at else "Stopped"


def _met_words(clock: Clock) -> str:
    if clock.satisfied_at and clock.satisfied_at > clock.due_at:
        return f"Met. {_time_left(clock, clock.satisfied_at)}"
    return "Met after an earlier deadline was missed" if clock.breached_at else "Met in time"


def when_words(moment: datetime, *, now: datetime) -> str:
    """Return "Mon 24 Nov, 3:00pm"; the end of a day is the day alone, and another year is named."""
    local, here = timezone.localtime(moment), timezone.localtime(now)
    day = f"{local:%a} {local.day} {local:%b}" + (f" {local.year}" if local.year != here.year else "")
    return day if (local.hour, local.minute) == LAST_MINUTE else f"{day}, {clock_time(moment)}"
