"""A case changed: its clocks move to what now holds, with their pauses and their past."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from accounts.models import User
from cases.models import Case
from sla.choices import STARTED_WITH_THE_CASE, ClockEventKind, ClockState
from sla.models import Allowance, CalendarVersion, Clock
from sla.selectors.planning import PlannedClock, load_rulebook
from sla.services.clocks import cancel, start_planned
from sla.services.ledger import append, keep_next_due, lock_case, note_breach, open_clocks, project

Calendars = Mapping[int, CalendarVersion]


@transaction.atomic
def reprioritise_clocks(case: Case, *, actor: User, now: datetime, restarts_cancelled: bool = False) -> None:
    """Move the clocks to the targets of what the case has become: its kind, priority, category, team or channel.

    A clock whose target goes on keeps its start and pauses and only gets another allowance. A target that no longer
    applies stops; one that is new starts when it would have started. With `restarts_cancelled` a target that stopped
    unanswered counts as new.
    """
    lock_case(case)
    rulebook = load_rulebook()
    planned = rulebook.plan_for(case)
    wanted = {each.allowance.target_id: each for each in planned}
    clocks = open_clocks(case)
    allowed = {each.target_id: each for each in rulebook.allowances_for(case)}
    moved = [clock for clock in clocks if _retarget(clock, allowed, rulebook.calendars, actor=actor, now=now)]
    project(moved, now=now)
    cancel([clock for clock in clocks if _no_longer_applies(clock, wanted)], actor=actor, now=now)
    clocks_so_far = case.clocks.exclude(state=ClockState.CANCELLED) if restarts_cancelled else case.clocks.all()
    known = set(clocks_so_far.values_list("target_id", flat=True))
    start_planned(case, [each for target, each in wanted.items() if target not in known], actor=actor, now=now)
    keep_next_due(case)


def _no_longer_applies(clock: Clock, wanted: dict[int, PlannedClock]) -> bool:
    """Return whether a clock that starts with the case is not among those wanted; what began later runs to its end."""
    return clock.target_id not in wanted and clock.terms.starts_on in STARTED_WITH_THE_CASE and clock.cycle == 1


def _retarget(
    clock: Clock, allowed: Mapping[int, Allowance], calendars: Calendars, *, actor: User, now: datetime
) -> bool:
    """Note what the rule that now matches allows `clock`, if that is another allowance, on the calendar in force."""
    allowance = allowed.get(clock.target_id)
    if allowance is None or allowance.pk == clock.allowance_id:
        return False
    retarget(clock, allowance, calendars[allowance.calendar_id], actor=actor, now=now)
    return True


def retarget(
    clock: Clock,
    allowance: Allowance,
    calendar_version: CalendarVersion,
    *,
    actor: User,
    now: datetime,
    starts_at: datetime | None = None,
) -> None:
    """Write down that `clock` is given another allowance, and another start; that it was late before stays written."""
    note_breach(clock, at=now, actor=actor, now=now)
    clock.allowance, clock.calendar_version = allowance, calendar_version
    append(
        clock,
        ClockEventKind.RETARGETED,
        at=now,
        actor=actor,
        now=now,
        allowance=allowance,
        calendar_version=calendar_version,
        starts_at=starts_at,
    )
