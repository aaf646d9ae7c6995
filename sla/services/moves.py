"""The policy changed: the open clocks move to what was published, case by case, with their pauses and their past.

Clocks that have ended keep the version they were judged by. A case and the cursor of the move change in one transaction:
a worker that dies repeats nothing, and of two workers one leaves the rest to the other.
"""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from django.db import transaction

from accounts.models import User
from cases.models import Case
from cases.services.history import record_event
from sla.choices import ClockAction, ClockEventKind
from sla.models import CalendarVersion, Clock, ClockMove, RuleSetVersion
from sla.querysets import ClockMoveQuerySet, ClockQuerySet
from sla.selectors.effects import TermsOfRules
from sla.services.changes import retarget
from sla.services.ledger import append, keep_next_due, lock_case, note_breach, project

logger = logging.getLogger(__name__)

AT_ONCE = 100
BATCH = 200


class Destination(Protocol):
    """What clocks move to. Those on a later version stay there."""

    action: ClockAction

    def waiting(self) -> ClockQuerySet: ...

    def take(self, clock: Clock, case: Case, *, actor: User, now: datetime) -> bool: ...


class ToRules:
    """The rules of a version, whatever day the case was received; a target that they do not have keeps what it had."""

    action = ClockAction.RETARGETED

    def __init__(self, version: RuleSetVersion) -> None:
        self.version, self.terms = version, TermsOfRules(version)

    def waiting(self) -> ClockQuerySet:
        clocks = Clock.objects.open().filter(target__rule_set=self.version.rule_set_id)
        return clocks.filter(allowance__rule__version__number__lt=self.version.number)

    def take(self, clock: Clock, case: Case, *, actor: User, now: datetime) -> bool:
        rulebook = self.terms.rulebook
        found = self.terms.find(rulebook.situation_of(case), clock.target_id, case.received_at)
        if found is None:
            return False
        calendar_version = rulebook.calendars[found.allowance.calendar_id]
        retarget(clock, found.allowance, calendar_version, actor=actor, now=now)
        return True


class ToCalendar:
    """The same allowance on a newer version of its calendar."""

    action = ClockAction.RECALCULATED

    def __init__(self, version: CalendarVersion) -> None:
        self.version = version

    def waiting(self) -> ClockQuerySet:
        clocks = Clock.objects.open().filter(calendar_version__calendar=self.version.calendar_id)
        return clocks.filter(calendar_version__number__lt=self.version.number)

    def take(self, clock: Clock, case: Case, *, actor: User, now: datetime) -> bool:
        note_breach(clock, at=now, actor=actor, now=now)
        clock.calendar_version = self.version
        append(clock, ClockEventKind.RECALCULATED, at=now, actor=actor, now=now, calendar_version=self.version)
        return True


@transaction.atomic
def move_open_clocks(version: RuleSetVersion | CalendarVersion, *, actor: User, now: datetime) -> ClockMove:
    """Let the open clocks move to `version`: at once where they are few, else a worker does it.

    Asked once for a version; an earlier move of the same set or calendar that is still under way ends here, as this one
    takes its clocks further.
    """
    cases = _way_to(version).waiting().order_by().values("case").distinct().count()
    move, is_new = ClockMove.objects.get_or_create(
        rules_version=version if isinstance(version, RuleSetVersion) else None,
        calendar_version=version if isinstance(version, CalendarVersion) else None,
        defaults={"asked_by": actor, "asked_at": now, "cases": cases},
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
    way, looked_at = _way_to(move.version), 0
    while case_ids := _next_cases(move, way):
        for case_id in case_ids:
            if not _step(move, case_id, way, now=now):
                return looked_at
            looked_at += 1
    ClockMove.objects.filter(pk=move.pk, cursor=move.cursor, finished_at=None).update(finished_at=now)
    move.refresh_from_db()
    return looked_at


def _way_to(version: RuleSetVersion | CalendarVersion) -> Destination:
    return ToRules(version) if isinstance(version, RuleSetVersion) else ToCalendar(version)


def _next_cases(move: ClockMove, way: Destination) -> list[int]:
    ids = way.waiting().filter(case_id__gt=move.cursor).order_by("case_id").values_list("case_id", flat=True)
    return list(ids.distinct()[:BATCH])


@transaction.atomic
def _step(move: ClockMove, case_id: int, way: Destination, *, now: datetime) -> bool:
    """Move one case and the cursor; return False where another worker has the move in hand."""
    free = ClockMove.objects.select_for_update(of=("self",), skip_locked=True)
    if free.filter(pk=move.pk, cursor=move.cursor, finished_at=None).first() is None:
        return False
    try:
        move.moved += _move_case(case_id, way, actor=move.asked_by, now=now)
    except Exception:
        logger.exception("clocks_not_moved move=%s case=%s", move.pk, case_id)
        move.failed += 1
    move.cursor = case_id
    move.looked_at += 1
    move.save(update_fields=["cursor", "looked_at", "moved", "failed"])
    return True


@transaction.atomic
def _move_case(case_id: int, way: Destination, *, actor: User, now: datetime) -> int:
    case = Case.objects.get(pk=case_id)
    lock_case(case)
    clocks = list(way.waiting().filter(case=case).with_policy().order_by("due_at", "pk"))
    before = {clock.pk: clock.due_at for clock in clocks}
    taken = [clock for clock in clocks if way.take(clock, case, actor=actor, now=now)]
    project(taken, now=now)
    keep_next_due(case)
    moved = [clock for clock in taken if clock.due_at != before[clock.pk]]
    _record(case, moved, before, way.action, actor=actor, now=now)
    return len(moved)


def _record(
    case: Case, moved: Sequence[Clock], before: dict[int, datetime], action: ClockAction, *, actor: User, now: datetime
) -> None:
    changes = {
        f"{clock.target.code}.due_at": (before[clock.pk].isoformat(), clock.due_at.isoformat()) for clock in moved
    }
    if changes:
        record_event(case, actor=actor, action=action, now=now, changes=changes)
