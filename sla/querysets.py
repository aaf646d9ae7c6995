from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Generic, Self, TypeVar

from django.db import models
from django.db.models import ExpressionWrapper, Q, Window
from django.db.models.functions import RowNumber

from accounts.choices import Role
from cases.models import Case
from policies.choices import VersionState
from sla.choices import OPEN_STATES, ClockState

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User
    from sla.models import Clock, ClockMove, Extension, Reminder

ModelT = TypeVar("ModelT", bound=models.Model)
EDITORS = frozenset({Role.ADMIN, Role.MANAGER})


class DraftableQuerySet(models.QuerySet[ModelT], Generic[ModelT]):
    """Versions: what is published is open to every colleague, drafts to those who write or approve them."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        if not user.is_authenticated:
            return self.none()
        return self.all() if user.role in EDITORS else self.exclude(state=VersionState.DRAFT)

    def published(self) -> Self:
        return self.filter(state=VersionState.PUBLISHED)

    def drafts(self) -> Self:
        return self.filter(state=VersionState.DRAFT)


class ClockQuerySet(models.QuerySet["Clock"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(case__in=Case.objects.visible_to(user))

    def open(self) -> Self:
        return self.filter(state__in=OPEN_STATES)

    def running(self) -> Self:
        return self.filter(state=ClockState.RUNNING)

    def promises(self) -> Self:
        """Leave out the windows: when those pass, nobody is late."""
        return self.filter(target__is_window=False)

    def late(self, *, now: datetime) -> Self:
        return self.running().promises().filter(due_at__lt=now)

    def to_remind(self, *, now: datetime) -> Self:
        """Return the clocks with a reminder due, the longest waiting first."""
        return self.running().filter(next_reminder_at__lte=now).order_by("next_reminder_at", "pk")

    def to_resume(self, *, now: datetime) -> Self:
        return self.filter(state=ClockState.PAUSED, pause_expires_at__lte=now).order_by("pause_expires_at", "pk")

    def first_of_each_case(self) -> Self:
        """Return one clock of each case: the next to run out, a running one before a paused one."""
        is_paused = ExpressionWrapper(~Q(state=ClockState.RUNNING), models.BooleanField())
        place = Window(RowNumber(), partition_by="case", order_by=[is_paused, "due_at", "pk"])
        return self.annotate(place=place).filter(place=1)

    def with_policy(self) -> Self:
        """Join what every deadline is worked out and shown from."""
        return self.select_related(
            "target__rule_set",
            "allowance__rule__version",
            "allowance__former_terms",
            "calendar_version__calendar",
        )


class ClockMoveQuerySet(models.QuerySet["ClockMove"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.all() if user.is_authenticated else self.none()

    def unfinished(self) -> Self:
        return self.filter(finished_at=None).order_by("pk")

    def with_version(self) -> Self:
        """Join what a page says of a move."""
        return self.select_related("rules_version__rule_set", "calendar_version__calendar", "asked_by")

    def of_rules(self, rule_set_id: int) -> Self:
        return self.filter(rules_version__rule_set=rule_set_id)

    def of_calendar(self, calendar_id: int) -> Self:
        return self.filter(calendar_version__calendar=calendar_id)


class ExtensionQuerySet(models.QuerySet["Extension"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(clock__case__in=Case.objects.visible_to(user))


class ReminderQuerySet(models.QuerySet["Reminder"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(recipient=user) if user.is_authenticated else self.none()
