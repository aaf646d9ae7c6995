"""The clocks of an invented case, as ledgers: met, late, paused, still running."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from cases.choices import CaseStatus, WaitingOn
from desk.generator.casefile import CaseFile
from sla.arithmetic import add
from sla.choices import (
    ALSO_SATISFIES,
    ENDS_UPDATES,
    BreachCause,
    ClockAction,
    ClockEventKind,
    ClockState,
    PauseReason,
    SatisfiedBy,
    StartEvent,
)
from sla.models import Allowance, Clock, ClockEvent
from sla.selectors.calendars import calendar_of
from sla.selectors.planning import Rulebook, Situation, load_rulebook, situation_of
from sla.services.reminders import load_ladders, schedule

CAUSES = (
    BreachCause.WORKLOAD,
    BreachCause.THIRD_PARTY_WAIT,
    BreachCause.WORKLOAD,
    BreachCause.LATE_HANDOVER,
    BreachCause.WORKLOAD,
    BreachCause.COMPLEXITY,
    BreachCause.THIRD_PARTY_WAIT,
    BreachCause.OVERSIGHT,
)


class ClockRoom:
    """Starts the clocks that the rules give a case, and brings each to where the case's milestones left it."""

    def __init__(self) -> None:
        self.rulebook: Rulebook = load_rulebook()
        self.ladders = load_ladders()
        self.known: dict[Situation, list[Allowance]] = {}

    def wind(self, file: CaseFile) -> datetime | None:
        """Write every clock of the case; return the earliest deadline that is still open."""
        starts = {StartEvent.RECEIVED: file.case.received_at, StartEvent.LOGGED: file.case.logged_at}
        deadlines = [
            due
            for allowance in self._allowances(situation_of(file.case), file.case.received_at)
            if (start := starts.get(StartEvent(allowance.terms.starts_on)))
            for due in self._run(file, allowance, start)
        ]
        return min(deadlines, default=None)

    def _allowances(self, situation: Situation, received_at: datetime) -> list[Allowance]:
        """Return what such a case is given; the rules of the house pack have held for years."""
        if situation not in self.known:
            matches = self.rulebook.matches(situation, received_at)
            self.known[situation] = [each for match in matches for each in match.rule.allowances.all()]
        return self.known[situation]

    def _run(self, file: CaseFile, allowance: Allowance, start: datetime) -> Iterator[datetime]:
        """Run one target through all its cycles; yield the deadline of the one left open."""
        target = allowance.target
        meetings = met_at(file, SatisfiedBy(target.satisfied_by))
        end = min((at for each in ENDS_UPDATES for at in file.milestones.get(each, [])), default=file.case.closed_at)
        for cycle, met in enumerate([*meetings, None], start=1):
            due = self._clock(file, allowance, cycle, start, met, file.case.closed_at)
            if due and not target.is_window:
                yield due
            if met is None or not allowance.terms.repeats or (end and met >= end):
                return
            start = met

    def _clock(
        self,
        file: CaseFile,
        allowance: Allowance,
        cycle: int,
        start: datetime,
        met: datetime | None,
        closed: datetime | None,
    ) -> datetime | None:
        version = self.rulebook.calendars[allowance.calendar_id]
        due = add(allowance.duration, start, calendar_of(version)).due
        ended = met or closed
        late = due < (ended or file.as_of)
        paused = self._is_paused(file, allowance) and not ended and not late
        state = ClockState.SATISFIED if met else ClockState.CANCELLED if closed else ClockState.RUNNING
        cause = CAUSES[file.case.pk % len(CAUSES)] if late and closed else ""
        key = file.rows.add(
            Clock,
            created_at=file.case.logged_at,
            case_id=file.case.pk,
            target_id=allowance.target_id,
            cycle=cycle,
            allowance_id=allowance.pk,
            calendar_version_id=version.pk,
            state=ClockState.PAUSED if paused else state,
            started_at=start,
            due_at=due,
            paused_since=file.now if paused else None,
            pause_expires_at=file.now + timedelta(days=5) if paused else None,
            satisfied_at=met,
            ended_at=ended,
            breached_at=due if late else None,
            breach_cause=cause,
            reminded_until=file.as_of,
            next_reminder_at=None if ended or paused else self._next_reminder(allowance, start, due, file.as_of),
        )
        kind = ClockEventKind.STARTED if cycle == 1 else ClockEventKind.RESTARTED
        self._event(file, key, kind, start, allowance_id=allowance.pk, calendar_version_id=version.pk)
        if late:
            self._miss(file, key, due, cause)
        if paused:
            pause = {"reason": PauseReason.THIRD_PARTY, "expires_at": file.now + timedelta(days=5)}
            self._event(file, key, ClockEventKind.PAUSED, file.now, **pause)
        if ended:
            self._event(file, key, ClockEventKind.SATISFIED if met else ClockEventKind.CANCELLED, ended)
        return None if ended else due

    def _miss(self, file: CaseFile, clock: int, due: datetime, cause: str) -> None:
        self._event(file, clock, ClockEventKind.BREACHED, due)
        if cause:
            changes = {"breach_cause": ("", cause)}
            file.happened(ClockAction.CAUSE_GIVEN, subject=f"clock:{clock}", changes=changes)

    def _next_reminder(self, allowance: Allowance, start: datetime, due: datetime, as_of: datetime) -> datetime | None:
        clock = Clock(target=allowance.target, started_at=start, due_at=due, reminded_until=as_of)
        schedule(clock, self.ladders, now=as_of)
        return clock.next_reminder_at

    def _is_paused(self, file: CaseFile, allowance: Allowance) -> bool:
        waits = file.case.waiting_on == WaitingOn.THIRD_PARTY or file.case.status == CaseStatus.WAITING
        return waits and not allowance.terms.is_customer_clock

    def _event(self, file: CaseFile, clock: int, kind: ClockEventKind, at: datetime, **values: object) -> None:
        system = file.reference.system.pk
        file.rows.add(ClockEvent, clock_id=clock, kind=kind, at=at, recorded_at=at, actor_id=system, **values)


def met_at(file: CaseFile, satisfied_by: SatisfiedBy) -> list[datetime]:
    """Return when such a target was met, in order; what says more also says less."""
    counts = {satisfied_by} | {each for each, also in ALSO_SATISFIES.items() if satisfied_by in also}
    return sorted(at for each in counts for at in file.milestones.get(each, []))
