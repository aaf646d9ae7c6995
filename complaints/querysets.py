from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from accounts.choices import Role
from cases.models import Case

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User
    from complaints.models import ConfirmationLink, Delegation, Merge


class DelegationQuerySet(models.QuerySet["Delegation"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return a person's own delegations, given and received; a manager sees all."""
        if not user.is_authenticated:
            return self.none()
        if user.role == Role.MANAGER:
            return self.all()
        return self.filter(Q(giver=user) | Q(receiver=user))

    def active(self, day: date) -> Self:
        return self.filter(ended_at=None, first_day__lte=day, last_day__gte=day)

    def standing(self, day: date) -> Self:
        """Return those that hold on `day` or begin later."""
        return self.filter(ended_at=None, last_day__gte=day)

    def past(self, day: date) -> Self:
        return self.exclude(ended_at=None, last_day__gte=day)


class ConfirmationLinkQuerySet(models.QuerySet["ConfirmationLink"]):
    def working(self, *, now: datetime) -> Self:
        return self.filter(expires_at__gt=now)


class MergeQuerySet(models.QuerySet["Merge"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return the merges of which the person sees both cases."""
        visible = Case.objects.visible_to(user).values("pk")
        return self.filter(case__in=visible, into__in=visible)

    def standing(self) -> Self:
        return self.filter(undone_at=None)
