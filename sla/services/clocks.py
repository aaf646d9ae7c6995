"""Clocks start, are met, stop, and start again."""

import logging
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from django.db import transaction
from django.db.models import Max

from accounts.models import Team, User
from cases.models import Case
from cases.services.history import record_event
from policies.choices import CaseKind
from policies.models import Category, Trigger
from sla.choices import ALSO_SATISFIES, ENDS_UPDATES, ClockAction, ClockEventKind, ClockState, SatisfiedBy, StartEvent
from sla.models import Allowance, Clock, ClockEvent
from sla.models.targets import TargetTerms
from sla.selectors.planning import PlannedClock, Situation, load_rulebook
from sla.services.ledger import append, has_passed, keep_next_due, lock_case, note_breach, open_clocks, project
from sla.services.reminders import load_ladders, schedule

logger = logging.getLogger(__name__)


def preview_deadlines(
    *,
    kind: str,
    priority: int | None,
    category: Category | None,
    team: Team | None,
    channel: str,
    received_at: datetime,
    now: datetime,
    triggers: Iterable[Trigger] = (),
) -> list[PlannedClock]:
    """Return the clocks that logging such a case now would start, each with its account; nothing is written."""
    situation = Situation(
        kind=kind,
        priority=priority,
        category_id=category.pk if category else None,
        team_id=team.pk if team else None,
        channel=channel,
        trigger_ids=frozenset(each.pk for each in triggers),
    )
    return load_rulebook().plan(situation, received_at=received_at, logged_at=now)


@transaction.atomic(savepoint=False)
def start_clocks(case: Case, *, actor: User, now: datetime) -> list[Clock]:
    """Start what the policy in force on the day of receipt asks for; a case it says nothing about is made visible."""
    rulebook = load_rulebook()
    planned = rulebook.plan(rulebook.situation_of(case), received_at=case.received_at, logged_at=case.logged_at)
    clocks = start_planned(case, planned, actor=actor, now=now)
    if not clocks and case.kind != CaseKind.SERVICE_REQUEST:
        logger.error("no_target_matches case=%s", case.pk)
        record_event(case, actor=actor, action=ClockAction.NO_TARGET, now=now, note="No target matches this case.")
    if case.is_in_the_making:
        case.next_due_at = min((clock.due_at for clock in clocks if not clock.target.is_window), default=None)
    else:
        keep_next_due(case)
    return clocks


@transaction.atomic
def satisfy_clocks(
    case: Case,
    *,
    satisfied_by: SatisfiedBy,
    at: datetime,
    actor: User,
    channel: str = "",
    is_automatic: bool = False,
) -> list[Clock]:
    """End the clocks that this answers, start the ones that wait for them, and start the next update interval."""
    lock_case(case)
    answered = {satisfied_by, *ALSO_SATISFIES.get(satisfied_by, ())}
    met = [
        clock
        for clock in open_clocks(case)
        if clock.target.satisfied_by in answered
        and not _begins_with(clock, at)
        and _counts(clock, channel=channel, is_automatic=is_automatic)
    ]
    _meet(met, at=at, actor=actor)
    followers = _start_followers(case, met, ends_updates=satisfied_by in ENDS_UPDATES, at=at, actor=actor)
    _meet(
        [clock for clock in followers if clock.target.satisfied_by in answered and not clock.terms.repeats],
        at=at,
        actor=actor,
    )
    if satisfied_by in ENDS_UPDATES:
        cancel([clock for clock in open_clocks(case) if clock.terms.repeats], actor=actor, now=at)
    if satisfied_by == SatisfiedBy.FINAL_RESPONSE:
        start_waiting(case, StartEvent.ANSWERED, actor=actor, at=at)
    keep_next_due(case)
    return met


@transaction.atomic
def stop_clocks(case: Case, *, actor: User, now: datetime) -> None:
    """End every clock still open, as when a case is withdrawn or closed; what was late stays late.

    What the customer has time for after our answer goes on: it does not end with our work.
    """
    lock_case(case)
    ours = [clock for clock in open_clocks(case) if clock.terms.starts_on != StartEvent.ANSWERED]
    cancel(ours, actor=actor, now=now)
    keep_next_due(case)


@transaction.atomic
def reopen_clocks(case: Case, *, actor: User, now: datetime) -> list[Clock]:
    """Start again, from now, the targets whose policy says so when a case is reopened."""
    lock_case(case)
    running = set(case.clocks.open().values_list("target_id", flat=True))
    rulebook = load_rulebook()
    ended = case.clocks.exclude(target__in=running)
    latest = {clock.target_id: clock for clock in ended.with_policy().order_by("cycle")}
    again = [clock for clock in latest.values() if clock.terms.restarts_on_reopening]
    planned = [rulebook.plan_one(clock.allowance, now) for clock in again]
    clocks = start_planned(case, planned, actor=actor, now=now)
    keep_next_due(case)
    return clocks


@transaction.atomic
def start_waiting(case: Case, event: StartEvent, *, actor: User, at: datetime, stage: str = "") -> list[Clock]:
    """Start each target that waits for `event`, once in a case; each time anew at a stage and at another answer."""
    rulebook = load_rulebook()
    allowances = {
        each.target_id: each
        for each in rulebook.allowances_for(case)
        if each.terms.starts_on == event and each.terms.stage == stage
    }
    if not allowances:
        return []
    lock_case(case)
    if event == StartEvent.ANSWERED:
        cancel([clock for clock in open_clocks(case) if clock.target_id in allowances], actor=actor, now=at)
    clocks = case.clocks.all() if event == StartEvent.ACKNOWLEDGED else case.clocks.open()
    known = set(clocks.values_list("target_id", flat=True))
    planned = [
        rulebook.plan_one(each, _counts_from(each.terms, case, at))
        for target, each in allowances.items()
        if target not in known
    ]
    started = start_planned(case, planned, actor=actor, now=at)
    keep_next_due(case)
    return started


def _counts(clock: Clock, *, channel: str, is_automatic: bool) -> bool:
    """Return whether a message of this sort satisfies the target, by the target's own rule."""
    terms = clock.terms
    if is_automatic and not terms.counts_automatic:
        return False
    return not (channel and terms.channels and channel not in terms.channels)


def _begins_with(clock: Clock, at: datetime) -> bool:
    """Return whether this interval began with the very message that is being counted."""
    return clock.terms.repeats and clock.cycle > 1 and clock.started_at >= at


def _meet(clocks: Sequence[Clock], *, at: datetime, actor: User) -> None:
    """Write down that the targets were met; a window that had passed before is not met any more."""
    for clock in clocks:
        note_breach(clock, at=at, actor=actor, now=at)
        passed = has_passed(clock, at=at)
        kind = ClockEventKind.LAPSED if passed else ClockEventKind.SATISFIED
        append(clock, kind, at=clock.due_at if passed else at, actor=actor, now=at)
    project(clocks, now=at)


def _start_followers(case: Case, met: Sequence[Clock], *, ends_updates: bool, at: datetime, actor: User) -> list[Clock]:
    """Start what waited for the targets that were met, and their next interval where they repeat."""
    beside = Allowance.objects.filter(rule__in={clock.allowance.rule_id for clock in met})
    targets = {clock.target_id for clock in met}
    allowances = [
        each
        for each in beside.select_related("target__rule_set", "former_terms", "rule__version", "calendar")
        if each.terms.starts_on == StartEvent.AFTER_TARGET and each.terms.after_id in targets
    ]
    if not ends_updates:
        allowances += [clock.allowance for clock in met if clock.terms.repeats]
    if not allowances:
        return []
    rulebook = load_rulebook()
    planned = [rulebook.plan_one(each, _counts_from(each.terms, case, at)) for each in allowances]
    return start_planned(case, planned, actor=actor, now=at)


def _counts_from(terms: TargetTerms, case: Case, at: datetime) -> datetime:
    return case.received_at if terms.counts_from_receipt else at


def start_planned(case: Case, planned: Sequence[PlannedClock], *, actor: User, now: datetime) -> list[Clock]:
    """Write the planned clocks with the first line of their ledgers."""
    if not planned:
        return []
    known = [] if case.is_in_the_making else case.clocks.values_list("target").annotate(Max("cycle")).order_by()
    cycles: dict[int, int] = dict(known)
    clocks = [new_clock(case, each, cycle=cycles.get(each.allowance.target_id, 0) + 1) for each in planned]
    ladders = load_ladders()
    for clock in clocks:
        schedule(clock, ladders, now=now)
    Clock.objects.bulk_create(clocks)
    ClockEvent.objects.bulk_create([first_event(clock, actor=actor, now=now) for clock in clocks])
    return clocks


def new_clock(case: Case, planned: PlannedClock, *, cycle: int = 1) -> Clock:
    return Clock(
        case=case,
        target=planned.allowance.target,
        cycle=cycle,
        allowance=planned.allowance,
        calendar_version=planned.calendar_version,
        state=ClockState.RUNNING,
        started_at=planned.deadline.start.astimezone(UTC),
        due_at=planned.deadline.due.astimezone(UTC),
    )


def first_event(clock: Clock, *, actor: User, now: datetime) -> ClockEvent:
    return ClockEvent(
        clock=clock,
        kind=ClockEventKind.STARTED if clock.cycle == 1 else ClockEventKind.RESTARTED,
        at=clock.started_at,
        recorded_at=now,
        actor=actor,
        allowance=clock.allowance,
        calendar_version=clock.calendar_version,
    )


def cancel(clocks: Sequence[Clock], *, actor: User, now: datetime) -> None:
    for clock in clocks:
        note_breach(clock, at=now, actor=actor, now=now)
        append(clock, ClockEventKind.CANCELLED, at=now, actor=actor, now=now)
    project(clocks, now=now)
