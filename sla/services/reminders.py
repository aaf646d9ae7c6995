"""When a clock next has something to say."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from sla.choices import ReminderAnchor
from sla.models import Clock, ReminderStep

# A deadline that moves later by less than this part of its time tells nobody twice.
MATTERS = 0.1
# At its due moment a clock is still in time; the tick visits it right after, to write the breach down.
JUST_LATE = timedelta(seconds=1)


Ladders = Mapping[int, Sequence[ReminderStep]]


def load_ladders() -> Ladders:
    """Return the steps of every rule set by its id, in one query."""
    ladders: dict[int, list[ReminderStep]] = {}
    for step in ReminderStep.objects.all():
        ladders.setdefault(step.rule_set_id, []).append(step)
    return ladders


def steps_of(clock: Clock, ladders: Ladders) -> list[ReminderStep]:
    """Return the rungs that hold for this clock: those that name its target and, unless it is a window, those of all."""
    target = clock.target
    return [
        step
        for step in ladders.get(target.rule_set_id, ())
        if step.target_id == target.pk or (step.target_id is None and not target.is_window)
    ]


def moment_of(step: ReminderStep, clock: Clock) -> datetime:
    """Return when the clock reaches `step`, in UTC: between local times the hour that clocks skip would be counted."""
    started_at, due_at = clock.started_at.astimezone(UTC), clock.due_at.astimezone(UTC)
    match ReminderAnchor(step.anchor):
        case ReminderAnchor.PERCENT:
            return started_at + (due_at - started_at) * step.amount / 100
        case ReminderAnchor.BEFORE:
            return due_at - timedelta(minutes=step.amount)
        case ReminderAnchor.AFTER:
            return due_at + JUST_LATE + timedelta(minutes=step.amount)


def schedule(clock: Clock, ladders: Ladders, *, now: datetime, before: datetime | None = None) -> None:
    """Set, unsaved, when the clock's next reminder is due. `before` is the deadline that it had.

    A deadline that moved earlier, or later by a tenth of its time, starts a new generation, in which people are told
    again. Of the steps that a new generation has already passed, only the last is told.
    """
    if not clock.is_open:
        clock.next_reminder_at = None
        return
    steps = steps_of(clock, ladders)
    moments = sorted({clock.due_at.astimezone(UTC) + JUST_LATE, *(moment_of(step, clock) for step in steps)})
    if before is not None and _matters(clock, before):
        clock.generation += 1
        clock.reminded_until = None
    if clock.reminded_until is None:
        passed = [moment for moment in moments if moment <= now]
        clock.reminded_until = passed[-2] if len(passed) > 1 else clock.started_at - timedelta(microseconds=1)
    clock.next_reminder_at = next((moment for moment in moments if moment > clock.reminded_until), None)


def _matters(clock: Clock, before: datetime) -> bool:
    started_at, due_at, before = (moment.astimezone(UTC) for moment in (clock.started_at, clock.due_at, before))
    return due_at < before or due_at - before > (before - started_at) * MATTERS
