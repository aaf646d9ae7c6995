from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Generic, Self, TypeVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce

from accounts.choices import Role
from policies.choices import VersionState

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User
    from policies.models import Clause, PolicyVersion, RootCause, TriageTree

ModelT = TypeVar("ModelT", bound=models.Model)


class PublishedQuerySet(models.QuerySet[ModelT], Generic[ModelT]):
    """What the organisation has decided is open to every colleague; who may change it is `permissions`' question."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.all() if user.is_authenticated else self.none()

    def active(self) -> Self:
        return self.filter(is_active=True)


class RootCauseQuerySet(PublishedQuerySet["RootCause"]):
    def leaves(self) -> Self:
        """Return the causes that a case can be coded by: the last level of each branch."""
        return self.filter(children=None, parent__isnull=False)

    def by_area(self) -> Self:
        """Put the causes of an area together, whether they stand on the second or the third level."""
        area_order = Coalesce("parent__parent__order", "parent__order")
        area = Coalesce("parent__parent_id", "parent_id")
        return self.select_related("parent__parent").order_by(
            area_order, area, "parent__order", "parent_id", "order", "pk"
        )


class EffectiveQuerySet(PublishedQuerySet[ModelT], Generic[ModelT]):
    """Rows with `valid_from` and `valid_to` (exclusive; empty means until further notice)."""

    def on(self, day: date) -> Self:
        """Return the rows in force on `day`, local date of receipt."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gt=day), valid_from__lte=day)


class PolicyVersionQuerySet(models.QuerySet["PolicyVersion"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return what has been published, and drafts too for those who write or approve them."""
        if not user.is_authenticated:
            return self.none()
        if user.role in {Role.ADMIN, Role.MANAGER}:
            return self.all()
        return self.exclude(state=VersionState.DRAFT)


class ClauseQuerySet(models.QuerySet["Clause"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.all() if user.is_authenticated else self.none()

    def citable(self) -> Self:
        """Return the clauses of the versions in force, in reading order."""
        return self.filter(version__state=VersionState.PUBLISHED).order_by("version__document__title", "order", "pk")


class TriageTreeQuerySet(models.QuerySet["TriageTree"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return what has been published, and the draft too for those who write or approve it."""
        if not user.is_authenticated:
            return self.none()
        if user.role in {Role.ADMIN, Role.MANAGER}:
            return self.all()
        return self.exclude(state=VersionState.DRAFT)

    def on(self, day: date) -> TriageTree | None:
        """Return the edition in force on `day`."""
        return self.filter(state=VersionState.PUBLISHED, valid_from__lte=day).order_by("-valid_from").first()
