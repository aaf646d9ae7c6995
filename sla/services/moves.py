"""The policy changed: the open clocks move to what was published, case by case, with their pauses and their past.

Clocks that have ended keep the version they were judged by. A case and the cursor of the move change in one transaction:
a worker that dies repeats nothing, and of two workers one leaves the rest to the other.
"""

import logging
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import F

from accounts.models import User
from cases.models import Case
from cases.services.history import record_event
from sla.arithmetic import add
from sla.choices import ClockAction, ClockEventKind, ClockState
from sla.models import CalendarVersion, Clock, ClockMove, RuleSetVersion
from sla.querysets import ClockMoveQuerySet
from sla.selectors.fates import ByRules, Fate, Given, Way, cases_after, fates_of, way_to
from sla.selectors.planning import PlannedClock
from sla.services.changes import retarget
from sla.services.clocks import cancel, start_planned
from sla.services.ledger import append, keep_next_due, lock_case, note_breach, project

logger = logging.getLogger(__name__)

AT_ONCE = 100
BATCH = 200


class Counts(NamedTuple):
    """How many deadlines of a case changed, as `ClockMove` counts them."""

    moved: int
    started: int
    ended: int


@transaction.atomic
def move_open_clocks(version: RuleSetVersion | CalendarVersion, *, actor: User, now: datetime) -> ClockMove:
    """Let the open clocks move to `version`: at once where they are few, else a worker does it.

    Asked once for a version; an earlier move of the same set or calendar that is still under way ends here, as this one
    takes its clocks further.
    """
    move, is_new = ClockMove.objects.get_or_create(
        rules_version=version if isinstance(version, RuleSetVersion) else None,
        calendar_version=version if isinstance(version, CalendarVersion) else None,
        defaults={"asked_by": actor, "asked_at": now, "cases": way_to(version).cases().count()},
    )
    if is_new:
        moves_of(version).unfinished().exclude(pk=move.pk).update(finished_at=now)
    if move.finished_at is None and move.cases <= AT_ONCE:
        _go_on(move, now=now)
    return move


def moves_of(version: RuleSetVersion | CalendarVersion) -> ClockMoveQuerySet:
    if isinstance(version, RuleSetVersion):
        return ClockMove.objects.of_rules(version.rule_set_id)
    return ClockMove.objects.of_calendar(version.calendar_id)


def continue_moves(*, now: datetime) -> int:
    """Go on with every move that is not finished, the oldest first; return how many cases were looked at."""
    return sum(_go_on(move, now=now) for move in ClockMove.objects.unfinished())


def _go_on(move: ClockMove, *, now: datetime) -> int:
    way, before = way_to(move.version), move.looked_at
    while cases := cases_after(way, move.cursor, BATCH):
        touched = dict.fromkeys(fate.case.pk for fate in fates_of(way, cases))
        for case_id in touched:
            if not _step(move, case_id, way, now=now):
                return move.looked_at - before
        _pass(move, last=cases[-1].pk, others=len(cases) - len(touched))
    ClockMove.objects.filter(pk=move.pk, cursor=move.cursor, finished_at=None).update(finished_at=now)
    move.refresh_from_db()
    return move.looked_at - before


def _pass(move: ClockMove, *, last: int, others: int) -> None:
    """Count the cases of a batch that nothing becomes of; where another worker has gone on, it has counted them."""
    here = ClockMove.objects.filter(pk=move.pk, cursor=move.cursor, finished_at=None)
    if here.update(cursor=last, looked_at=F("looked_at") + others):
        move.cursor, move.looked_at = last, move.looked_at + others


@transaction.atomic
def _step(move: ClockMove, case_id: int, way: Way, *, now: datetime) -> bool:
    """Move one case and the cursor; return False where another worker has the move in hand."""
    free = ClockMove.objects.select_for_update(of=("self",), skip_locked=True)
    if free.filter(pk=move.pk, cursor=move.cursor, finished_at=None).first() is None:
        return False
    try:
        counts = _move_case(case_id, way, actor=move.asked_by, now=now)
    except Exception:
        logger.exception("clocks_not_moved move=%s case=%s", move.pk, case_id)
        move.failed += 1
    else:
        for name, count in counts._asdict().items():
            setattr(move, name, getattr(move, name) + count)
    move.cursor = case_id
    move.looked_at += 1
    move.save(update_fields=["cursor", "looked_at", "failed", *Counts._fields])
    return True


@transaction.atomic
def _move_case(case_id: int, way: Way, *, actor: User, now: datetime) -> Counts:
    case = Case.objects.get(pk=case_id)
    lock_case(case)
    fates = [fate for fate in fates_of(way, cases_after(way, case_id - 1, 1)) if fate.case.pk == case_id]
    clocks = case.clocks.with_policy().in_bulk([fate.clock.pk for fate in fates if fate.clock])
    before = {clock.pk: clock.due_at for clock in clocks.values()}
    given = [(clocks[fate.clock.pk], fate, fate.given) for fate in fates if fate.clock and fate.given]
    for clock, fate, terms in given:
        if isinstance(way, ByRules):
            _retarget(clock, fate, terms, actor=actor, now=now)
        else:
            _recalculate(clock, terms, actor=actor, now=now)
    project([clock for clock, _, _ in given], now=now)
    ended = [clocks[fate.clock.pk] for fate in fates if fate.clock and not fate.given]
    cancel(ended, actor=actor, now=now)
    started = start_planned(case, [planned for fate in fates if (planned := _planned(fate))], actor=actor, now=now)
    keep_next_due(case)
    moved = [clock for clock, _, _ in given if clock.due_at != before[clock.pk]]
    changes = {
        f"{clock.target.code}.due_at": (_iso(before.get(clock.pk)), "" if clock in ended else _iso(clock.due_at))
        for clock in (*moved, *ended, *started)
    }
    if changes:
        action = ClockAction.RETARGETED if isinstance(way, ByRules) else ClockAction.RECALCULATED
        record_event(case, actor=actor, action=action, now=now, changes=changes)
    return Counts(len(moved), len(started), len(ended))


def _retarget(clock: Clock, fate: Fate, given: Given, *, actor: User, now: datetime) -> None:
    """Give `clock` what the rules give it; one that may not pause any more runs again from now on."""
    if clock.state == ClockState.PAUSED and given.never_pauses:
        append(clock, ClockEventKind.RESUMED, at=now, actor=actor, now=now)
    starts_at = fate.start if fate.start != clock.started_at else None
    retarget(clock, given.allowance, given.calendar_version, actor=actor, now=now, starts_at=starts_at)


def _recalculate(clock: Clock, given: Given, *, actor: User, now: datetime) -> None:
    note_breach(clock, at=now, actor=actor, now=now)
    clock.calendar_version = given.calendar_version
    append(clock, ClockEventKind.RECALCULATED, at=now, actor=actor, now=now, calendar_version=given.calendar_version)


def _planned(fate: Fate) -> PlannedClock | None:
    if fate.clock or not fate.given:
        return None
    given = fate.given
    return PlannedClock(
        given.allowance, given.calendar_version, add(given.duration, fate.start, given.calendar), skipped=()
    )


def _iso(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""
