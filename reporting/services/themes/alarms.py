"""Say which themes and categories are higher than usual, and let people settle it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
from django.db import transaction
from django.db.models import Count, QuerySet

from accounts.models import User
from core.errors import UserFacingError
from policies.models import Category
from reporting import permissions
from reporting.choices import AlarmState, ThemeChange
from reporting.models import Alarm, CaseFact, Theme, ThemeEvent, ThemeMembership
from reporting.permissions import ReportingAction
from reporting.themes.rising import (
    BASELINE_DAYS,
    GAP_DAYS,
    NIGHTS,
    RECENT_DAYS,
    Counts,
    Level,
    Verdict,
    judge,
)

HISTORY_DAYS = RECENT_DAYS + GAP_DAYS + BASELINE_DAYS + NIGHTS
LEFT_OUT_WEEKS = 26
CLEAR_AFTER_DAYS = 28


@dataclass(frozen=True)
class Series:
    """The daily counts of one theme or category, and from how many people its recent cases came."""

    subject: Theme | Category
    counts: Counts
    people: int


def watch(*, as_of: date, actor: User, now: datetime) -> None:
    """Judge the night of `as_of`: raise what is new, keep what stands, clear what has gone."""
    first = as_of - timedelta(days=HISTORY_DAYS - 1)
    everything = np.zeros(HISTORY_DAYS, dtype=np.int64)
    for day, count in _by_day(ThemeMembership.objects.filter(received_day__range=(first, as_of))):
        everything[(day - first).days] += count
    for series in (*_themes(first, as_of), *_categories(first, as_of)):
        alarms = _alarms_of(series.subject)
        left_out = _left_out(alarms, first, as_of)
        verdict = judge(series.counts, everything, people=series.people, left_out=left_out)
        _write(series.subject, verdict, alarms, first=first, as_of=as_of, actor=actor, now=now)


def _themes(first: date, as_of: date) -> Iterator[Series]:
    rows = ThemeMembership.objects.filter(received_day__range=(first, as_of))
    for theme in Theme.objects.live().defer("term_weights").order_by("number"):
        yield _series(theme, rows.filter(theme=theme), "case__customer", first, as_of)


def _categories(first: date, as_of: date) -> Iterator[Series]:
    rows = CaseFact.objects.filter(received_day__range=(first, as_of))
    for category in Category.objects.order_by("pk"):
        yield _series(category, rows.filter(category=category), "case__customer", first, as_of)


def _series(
    subject: Theme | Category,
    rows: "QuerySet[ThemeMembership] | QuerySet[CaseFact]",
    customer: str,
    first: date,
    as_of: date,
) -> Series:
    counts = np.zeros(HISTORY_DAYS, dtype=np.int64)
    for day, count in _by_day(rows):
        counts[(day - first).days] = count
    recent = rows.filter(received_day__gt=as_of - timedelta(days=RECENT_DAYS))
    return Series(subject, counts, recent.order_by().values(customer).distinct().count())


def _by_day(rows: "QuerySet[ThemeMembership] | QuerySet[CaseFact]") -> Iterable[tuple[date, int]]:
    return rows.order_by().values_list("received_day").annotate(number=Count("pk"))


def _alarms_of(subject: Theme | Category) -> list[Alarm]:
    about = {"theme": subject} if isinstance(subject, Theme) else {"category": subject}
    return list(Alarm.objects.filter(**about).order_by("raised_on", "pk"))


def _left_out(alarms: Iterable[Alarm], first: date, as_of: date) -> "np.typing.NDArray[np.bool_]":
    """Mark the days of alarms of the last half year: a spike in the baseline would hide the next one for a year."""
    marked = np.zeros(HISTORY_DAYS, dtype=bool)
    for alarm in alarms:
        if alarm.last_hit_on >= as_of - timedelta(weeks=LEFT_OUT_WEEKS):
            start, end = (max(0, (day - first).days) for day in (alarm.since, alarm.last_hit_on))
            marked[start : end + 1] = True
    return marked


@transaction.atomic
def _write(
    subject: Theme | Category,
    verdict: Verdict,
    alarms: list[Alarm],
    *,
    first: date,
    as_of: date,
    actor: User,
    now: datetime,
) -> None:
    quiet_since = as_of - timedelta(days=CLEAR_AFTER_DAYS)
    gone = [alarm for alarm in alarms if alarm.last_hit_on < quiet_since]
    Alarm.objects.standing().filter(pk__in=[alarm.pk for alarm in gone]).update(state=AlarmState.CLEARED)
    if verdict.level is not Level.RISING or verdict.since is None:
        return
    present = next((alarm for alarm in reversed(alarms) if alarm not in gone), None)
    seen = {"last_hit_on": as_of, "observed": verdict.observed, "expected": verdict.expected, "p": verdict.p}
    if present is not None:
        if present.last_hit_on < as_of:
            Alarm.objects.filter(pk=present.pk).update(**seen)
        return
    about = {"theme": subject} if isinstance(subject, Theme) else {"category": subject}
    Alarm.objects.create(raised_on=as_of, since=first + timedelta(days=verdict.since), **seen, **about)
    if isinstance(subject, Theme):
        ThemeEvent.objects.create(theme=subject, change=ThemeChange.ALARM_RAISED, happened_at=now, actor=actor)


@transaction.atomic
def settle_alarm(*, alarm_id: int, state: AlarmState, reason: str, actor: User, now: datetime) -> Alarm:
    """Acknowledge an alarm, or dismiss it; either way with the reason."""
    permissions.require(actor, ReportingAction.SETTLE_ALARM)
    alarm: Alarm = Alarm.objects.select_for_update(of=("self",)).get(pk=alarm_id)
    if alarm.state not in {AlarmState.OPEN, AlarmState.ACKNOWLEDGED} or state == alarm.state:
        raise UserFacingError(f"This alarm is already {alarm.get_state_display().lower()}.")
    alarm.state, alarm.reason = state, reason
    alarm.settled_by, alarm.settled_at = actor, now
    alarm.save(update_fields=["state", "reason", "settled_by", "settled_at"])
    if alarm.theme:
        ThemeEvent.objects.create(
            theme=alarm.theme, change=ThemeChange.ALARM_SETTLED, happened_at=now, actor=actor, note=reason[:300]
        )
    return alarm
