"""People hear about deadlines: each step once, in one transaction with the inbox line and the e-mail that it makes."""

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F, QuerySet

from accounts.choices import Role
from accounts.models import Notification, OutboxEmail, User
from accounts.services.news import News, Told, plan
from cases.models import Case
from sla.choices import DEADLINE_LATE, DEADLINE_NEAR, Audience, ClockState, ReminderAnchor
from sla.models import Clock, ClockEvent, Reminder, ReminderStep
from sla.selectors.calendars import next_opening
from sla.selectors.clocks import badge_of
from sla.services.ledger import breach_event, has_passed, is_newly_late, lapse_event
from sla.services.reminders import Ladders, load_ladders, moment_of, schedule, steps_of

logger = logging.getLogger(__name__)

BATCH = 100
REASONS = {
    Audience.OWNER: "You own this case.",
    Audience.LEADER: "You lead the team that this case is with.",
    Audience.MANAGER: "You are a manager, and this deadline needs one.",
}


@dataclass(frozen=True)
class Due:
    """A step that a clock has reached, and somebody who is to hear of it."""

    clock: Clock
    step: ReminderStep
    recipient: User

    @property
    def key(self) -> tuple[int, int, int, int]:
        return (self.clock.pk, self.step.pk, self.clock.generation, self.recipient.pk)


def remind(*, actor: User, now: datetime, limit: int = 2000) -> int:
    """Tell people of every step that clocks have reached, and return how many reminders were given.

    The work grows with what is due. A batch is all or nothing; one that fails is tried clock by clock, so that a
    single bad row holds up nobody else.
    """
    ids = list(Clock.objects.to_remind(now=now).values_list("pk", flat=True)[:limit])
    ladders = load_ladders()
    given = 0
    for start in range(0, len(ids), BATCH):
        given += _remind_safely(ids[start : start + BATCH], ladders, actor=actor, now=now)
    return given


def _remind_safely(ids: Sequence[int], ladders: Ladders, *, actor: User, now: datetime) -> int:
    try:
        return _remind(ids, ladders, actor=actor, now=now)
    except Exception:
        logger.exception("reminders_failed first_clock=%s clocks=%s", ids[0], len(ids))
        if len(ids) == 1:
            return 0
    return sum(_remind_safely([pk], ladders, actor=actor, now=now) for pk in ids)


@transaction.atomic
def _remind(ids: Sequence[int], ladders: Ladders, *, actor: User, now: datetime) -> int:
    clocks = list(_claimed(ids, now=now))
    told = _new_only(list(_due(clocks, ladders, now=now)))
    _tell(told, now=now)
    lines = [breach_event(clock, actor=actor, now=now) for clock in clocks if is_newly_late(clock, at=now)]
    lines += [lapse_event(clock, actor=actor, now=now) for clock in clocks if has_passed(clock, at=now)]
    ClockEvent.objects.bulk_create(lines)
    for clock in clocks:
        clock.reminded_until = now
        schedule(clock, ladders, now=now)
    _keep(clocks, now=now)
    return len(told)


def _keep(clocks: Sequence[Clock], *, now: datetime) -> None:
    """Write what changed on the clocks in set-based statements: a value for each row costs ten times as much."""
    ids = [clock.pk for clock in clocks]
    Clock.objects.filter(pk__in=ids).update(reminded_until=now, next_reminder_at=None)
    if late := [clock.pk for clock in clocks if clock.breached_at]:
        Clock.objects.filter(pk__in=late, breached_at=None).update(breached_at=F("due_at"))
    if passed := [clock.pk for clock in clocks if not clock.is_open]:
        Clock.objects.filter(pk__in=passed).update(state=ClockState.CANCELLED, ended_at=F("due_at"))
    if more := [clock for clock in clocks if clock.next_reminder_at]:
        Clock.objects.bulk_update(more, ["next_reminder_at"])


def _claimed(ids: Sequence[int], *, now: datetime) -> "QuerySet[Clock]":
    """Lock those that are still due; another tick's rows are left to it."""
    return (
        Clock.objects.to_remind(now=now)
        .filter(pk__in=ids)
        .select_for_update(of=("self",), skip_locked=True)
        .select_related(
            "case__owner", "case__team", "target__rule_set", "calendar_version__calendar", "allowance__rule__version"
        )
        .prefetch_related("case__team__leaders")
    )


def _due(clocks: Sequence[Clock], ladders: Ladders, *, now: datetime) -> Iterator[Due]:
    """Yield who hears of which step; nobody hears of a case that they may not see."""
    managers = list(User.objects.people().filter(role=Role.MANAGER))
    found = [
        Due(clock, step, person)
        for clock in clocks
        for step in steps_of(clock, ladders)
        if (clock.reminded_until or clock.started_at) < moment_of(step, clock) <= now
        for person in _audience(clock.case, Audience(step.audience), managers)
    ]
    seen = _visible_cases(found)
    return (due for due in found if due.clock.case_id in seen[due.recipient.pk])


def _audience(case: Case, audience: Audience, managers: Sequence[User]) -> list[User]:
    """Return the active people on this rung; the leaders stand in for a missing owner, managers for missing leaders."""
    leaders = [person for person in case.team.leaders.all() if person.is_active] if case.team else []
    match audience:
        case Audience.OWNER if case.owner and case.owner.is_active:
            return [case.owner]
        case Audience.OWNER | Audience.LEADER:
            return leaders or list(managers)
        case _:
            return list(managers)


def _visible_cases(found: Iterable[Due]) -> Mapping[int, set[int]]:
    wanted: dict[User, set[int]] = defaultdict(set)
    for due in found:
        wanted[due.recipient].add(due.clock.case_id)
    return {
        person.pk: set(Case.objects.visible_to(person).filter(pk__in=cases).values_list("pk", flat=True))
        for person, cases in wanted.items()
    }


def _new_only(found: Sequence[Due]) -> list[Due]:
    """Leave out what was told before in this generation, and say each thing to a person once."""
    clocks = {due.clock.pk for due in found}
    keys = Reminder.objects.filter(clock__in=clocks).values_list("clock", "step", "generation", "recipient")
    told = set(keys)
    return list({due.key: due for due in found if due.key not in told}.values())


def _by_person_and_case(told: Iterable[Due]) -> dict[tuple[User, int], list[Due]]:
    grouped: dict[tuple[User, int], list[Due]] = defaultdict(list)
    for due in told:
        grouped[due.recipient, due.clock.case_id].append(due)
    return grouped


def _write(told: Sequence[tuple[Told, list[Reminder]]]) -> None:
    Notification.objects.bulk_create([each.line for each, _ in told if each.line])
    OutboxEmail.objects.bulk_create([each.email for each, _ in told if each.email])
    for each, reminders in told:
        for reminder in reminders:
            reminder.line, reminder.email = each.line, each.email  # they have their keys only now
    Reminder.objects.bulk_create([reminder for _, reminders in told for reminder in reminders])


def _tell(told: Sequence[Due], *, now: datetime) -> None:
    """Say everything of one case to one person at once, and keep the proof of it."""
    grouped = list(_by_person_and_case(told).items())
    planned = plan([_news(recipient, due, now=now) for (recipient, _), due in grouped], now=now)
    _write([(each, _reminders(due, now)) for each, (_, due) in zip(planned, grouped, strict=True)])


def _news(recipient: User, dues: Sequence[Due], *, now: datetime) -> News:
    first = min(dues, key=lambda due: (due.clock.due_at, due.step.pk))
    case, clocks = first.clock.case, {due.clock.pk: due.clock for due in dues}.values()
    text = "; ".join(f"{clock.target}: {_sentence(clock, now)}" for clock in clocks)[:270]
    is_late = any(due.step.anchor == ReminderAnchor.AFTER for due in dues)
    is_urgent = any(due.step.any_hour for due in dues)
    return News(
        recipient=recipient,
        kind=DEADLINE_LATE if is_late else DEADLINE_NEAR,
        key=f"deadline:{first.clock.pk}:{first.step.pk}:{first.clock.generation}",
        text=f"{case.reference}. {text}",
        url=case.get_absolute_url(),
        reason=REASONS[Audience(first.step.audience)],
        subject=f"{case.reference}: {first.clock.target} deadline",
        may_email=any(due.step.sends_email for due in dues),
        is_urgent=is_urgent,
        send_after=now if is_urgent else next_opening(first.clock.calendar_version, recipient.time_zone, now),
    )


def _reminders(dues: Sequence[Due], now: datetime) -> list[Reminder]:
    return [
        Reminder(
            clock=due.clock,
            step=due.step,
            generation=due.clock.generation,
            recipient=due.recipient,
            due_at=moment_of(due.step, due.clock),
            told_at=now,
        )
        for due in dues
    ]


def _sentence(clock: Clock, now: datetime) -> str:
    badge = badge_of(clock, now=now)
    return f"{badge.words[:1].lower()}{badge.words[1:]} ({badge.when})"
