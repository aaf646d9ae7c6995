from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from cases.models import Case

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User
    from desk.models import BulkChange, BulkChangeRow, SavedView, Search, Skip


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return the person's own views and those shared with their team."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(Q(owner=user) | Q(team_id=user.team_id, team__isnull=False))


class SearchQuerySet(models.QuerySet["Search"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return the person's own searches; what somebody looks for is nobody else's business."""
        return self.filter(owner=user) if user.is_authenticated else self.none()


class BulkChangeQuerySet(models.QuerySet["BulkChange"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(actor=user) if user.is_authenticated else self.none()


class BulkChangeRowQuerySet(models.QuerySet["BulkChangeRow"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return the rows of the person's own changes, cases they moved out of their sight among them.

        A case that a wall has hidden from them since is gone from here as well.
        """
        if not user.is_authenticated:
            return self.none()
        return self.filter(change__actor=user, case__in=Case.objects.not_walled_from(user))


class SkipQuerySet(models.QuerySet["Skip"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(person=user) if user.is_authenticated else self.none()
