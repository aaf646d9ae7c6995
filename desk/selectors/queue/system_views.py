"""The views that everybody has. Each is one indexed condition, so that its count stays cheap."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.utils import timezone

from accounts.choices import Role
from accounts.models import User
from cases.choices import CaseStatus
from cases.querysets import CaseQuerySet
from sla.arithmetic import NeverFinishesError, WorkingDays, add
from sla.selectors.calendars import calendar_of, published_calendars

CLOSED_WINDOW: Final = timedelta(days=30)
SOON: Final = WorkingDays(2)


@dataclass(frozen=True, kw_only=True)
class View:
    """`empty` says what the view is for when it has nothing in it."""

    key: str
    label: str
    title: str
    empty: str
    narrow: Callable[[CaseQuerySet, User, datetime], CaseQuerySet]
    sort: str = "due"


def end_of_today(now: datetime) -> datetime:
    return timezone.localtime(now).replace(hour=23, minute=59, second=59, microsecond=0)


def soon(now: datetime) -> datetime:
    """Return the end of the second working day from now, by the organisation's first calendar."""
    version = min(published_calendars().values(), key=lambda each: each.calendar_id, default=None)
    if version is not None:
        try:
            return add(SOON, now, calendar_of(version)).due
        except NeverFinishesError:
            pass
    day = end_of_today(now)
    for _ in range(SOON.count):
        day += timedelta(days=1)
        while day.weekday() > 4:
            day += timedelta(days=1)
    return day


VIEWS: Final = (
    View(
        key="my-open",
        label="My open",
        title="My open cases",
        empty="You have no open cases.",
        narrow=lambda cases, user, now: cases.open().owned_by(user),
    ),
    View(
        key="unassigned",
        label="Unassigned",
        title="Unassigned cases",
        empty="Every open case has an owner.",
        narrow=lambda cases, user, now: cases.open().unassigned(),
    ),
    View(
        key="due-soon",
        label="Due in 2 working days",
        title="Due in the next 2 working days",
        empty="No case is due in the next 2 working days.",
        narrow=lambda cases, user, now: cases.open().filter(next_due_at__gte=now, next_due_at__lte=soon(now)),
    ),
    View(
        key="late",
        label="Late",
        title="Late cases",
        empty="No cases are late.",
        narrow=lambda cases, user, now: cases.overdue(now=now),
    ),
    View(
        key="waiting",
        label="Waiting on customer",
        title="Waiting on the customer",
        empty="No case waits for a customer.",
        narrow=lambda cases, user, now: cases.waiting_on_customer(),
    ),
    View(
        key="with-approver",
        label="With approver",
        title="With an approver",
        empty="No case waits for sign-off.",
        narrow=lambda cases, user, now: cases.filter(status=CaseStatus.AWAITING_SIGN_OFF),
    ),
    View(
        key="reopened",
        label="Reopened",
        title="Reopened cases",
        empty="No case has been reopened.",
        narrow=lambda cases, user, now: cases.filter(status=CaseStatus.REOPENED),
    ),
    View(
        key="all-open",
        label="All open",
        title="All open cases",
        empty="There are no open cases.",
        narrow=lambda cases, user, now: cases.open(),
    ),
    View(
        key="closed",
        label="Closed in 30 days",
        title="Closed in the last 30 days",
        empty="No case was closed in the last 30 days.",
        narrow=lambda cases, user, now: cases.filter(closed_at__gte=now - CLOSED_WINDOW),
        sort="-closed",
    ),
    View(
        key="all",
        label="All cases",
        title="All cases",
        empty="There are no cases yet.",
        narrow=lambda cases, user, now: cases,
        sort="-received",
    ),
)
BY_KEY: Final = {view.key: view for view in VIEWS}


def default_view(user: User) -> str:
    """Return where the queue opens: an agent's own cases, everybody else's open ones."""
    return "my-open" if user.role == Role.AGENT else "all-open"
