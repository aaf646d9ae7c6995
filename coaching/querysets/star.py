from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from accounts.choices import Role
from coaching.choices.star import StarState

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User
    from coaching.models import StarRecord


class StarQuerySet(models.QuerySet["StarRecord"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return the person's own records, and those shared with them while they lead the author's team."""
        if not user.is_authenticated:
            return self.none()
        own = Q(author_id=user.pk)
        if user.role != Role.TEAM_LEADER:
            return self.filter(own)
        led = user.led_teams.through.objects.filter(user_id=user.pk).values("team_id")
        shared = Q(coach_id=user.pk, author__team_id__in=led) & ~Q(state=StarState.DRAFT)
        return self.filter(own | shared)

    def with_people(self) -> Self:
        return self.select_related("author__team", "coach", "case__customer", "clause__version__document")
