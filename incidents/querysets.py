from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.apps import apps
from django.db import models
from django.db.models import Q

from cases.querysets import CasePartQuerySet
from incidents.choices import Audience, JobState, RecoveryState, Telling

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User
    from incidents.models import HandOff, Incident, IncidentUpdate, LinkRow, MailingRow, RecoveryAction, ReviewAction

JobT = TypeVar("JobT", bound=models.Model)


class IncidentQuerySet(CasePartQuerySet["Incident"]):
    def open(self) -> Self:
        return self.filter(case__closed_at=None)

    def with_major(self) -> Self:
        """Join who leads it where it was declared major."""
        major = "case__major_incident"
        people = ("lead", "communications", "declared_by", "stood_down_by", "reviewed_by")
        return self.select_related(*(f"{major}__{person}" for person in people))

    def update_late(self, *, now: datetime) -> Self:
        """Return the open incidents whose promised update has not come."""
        return self.open().filter(next_update_due_at__lt=now)


class IncidentUpdateQuerySet(CasePartQuerySet["IncidentUpdate"]):
    def to_customers(self) -> Self:
        return self.filter(audience=Audience.CUSTOMERS)


class HandOffQuerySet(CasePartQuerySet["HandOff"]):
    def unanswered(self) -> Self:
        return self.filter(answered_at=None)


class RecoveryActionQuerySet(CasePartQuerySet["RecoveryAction"]):
    def outstanding(self) -> Self:
        return self.filter(state__in=[RecoveryState.PROPOSED, RecoveryState.AGREED])

    def counted(self) -> Self:
        """Return what costs money or will: everything that was not dropped."""
        return self.exclude(state=RecoveryState.DROPPED)


class JobQuerySet(CasePartQuerySet[JobT]):
    def free(self, *, now: datetime) -> Self:
        """Return what waits for a worker, and what a dead worker left."""
        return self.filter(Q(state=JobState.WAITING) | Q(state=JobState.RUNNING, leased_until__lte=now))


class LinkRowQuerySet(models.QuerySet["LinkRow"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return the rows of the incidents that one sees, without those that name a case one may not know of."""
        cases: Any = apps.get_model("cases", "Case")._default_manager
        seen = cases.visible_to(user)
        return self.filter(Q(caused=None) | Q(caused__in=seen), run__case__in=seen)


class MailingRowQuerySet(CasePartQuerySet["MailingRow"]):
    def in_the_way(self) -> Self:
        return self.filter(state=Telling.PROBLEM)


class ReviewActionQuerySet(CasePartQuerySet["ReviewAction"]):
    def not_done(self) -> Self:
        return self.filter(done_at=None)
