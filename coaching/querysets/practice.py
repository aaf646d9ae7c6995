from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Q

from accounts.choices import Role
from coaching.choices.practice import PracticeState

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User
    from coaching.models import Practice

TEXTS = ("situation", "when_to_use", "steps", "words", "avoid", "example")
READERS = frozenset({Role.AGENT, Role.TEAM_LEADER, Role.MANAGER, Role.ADMIN, Role.DATA_PROTECTION, Role.SYSTEM})
PUBLISHERS = frozenset({Role.TEAM_LEADER, Role.MANAGER, Role.SYSTEM})


class PracticeQuerySet(models.QuerySet["Practice"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return what is published to everybody; the rest to its writer, and what waits or rests to who publishes."""
        if not user.is_authenticated or user.role not in READERS:
            return self.none()
        seen = Q(state=PracticeState.PUBLISHED) | Q(written_by_id=user.pk) | Q(owner_id=user.pk)
        if user.role in PUBLISHERS:
            seen |= Q(state__in=[PracticeState.IN_REVIEW, PracticeState.RETIRED])
        return self.filter(seen)

    def published(self) -> Self:
        return self.filter(state=PracticeState.PUBLISHED)

    def current(self, *, today: date) -> Self:
        """Return what may be suggested: published, and its review date has not passed."""
        return self.published().filter(review_date__gte=today)

    def out_of_date(self, *, today: date) -> Self:
        return self.published().filter(review_date__lt=today)

    def saying(self, words: Iterable[str]) -> Self:
        """Return the articles that hold every one of the words somewhere."""
        found = self
        for word in words:
            found = found.filter(reduce(or_, (Q(**{f"{name}__icontains": word}) for name in TEXTS)))
        return found

    def with_help(self) -> Self:
        """Count who was helped and who was not, each person once."""
        said_yes = Q(feedback__helped=True)
        return self.annotate(
            yes=models.Count("feedback", filter=said_yes),
            no=models.Count("feedback", filter=~said_yes & Q(feedback__isnull=False)),
        )

    def with_people(self) -> Self:
        return self.select_related("owner", "written_by", "category", "trigger", "clause__version__document")


class PracticePartQuerySet(models.QuerySet[Any]):
    """What belongs to an article is seen by whoever sees the article."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        whole: Any = apps.get_model("coaching", "Practice")._default_manager
        return self.filter(practice__in=whole.visible_to(user))
