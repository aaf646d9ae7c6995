from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.db import models
from django.db.models import Q

from accounts.choices import Role
from coaching.choices.growth import GoalState, TeamAnswer

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User
    from coaching.models import DevelopmentGoal, GoalEntry, Recognition

CASEWORK = frozenset({Role.AGENT, Role.TEAM_LEADER, Role.MANAGER})


class RecognitionQuerySet(models.QuerySet["Recognition"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return what `user` gave or was given, and what colleagues of their team agreed to show the team."""
        if not user.is_authenticated or user.role not in CASEWORK:
            return self.none()
        teams = Q(colleague__team_id=user.team_id) if user.team_id else Q(pk=None)
        if user.role == Role.TEAM_LEADER:
            led = user.led_teams.through.objects.filter(user_id=user.pk).values("team_id")
            teams |= Q(colleague__team_id__in=led)
        shown = Q(team_answer=TeamAnswer.AGREED) & teams
        return self.filter(Q(colleague_id=user.pk) | Q(giver_id=user.pk) | shown)

    def with_people(self) -> Self:
        return self.select_related("giver", "colleague__team", "case")


class GoalQuerySet(models.QuerySet["DevelopmentGoal"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return the person's own goals, and those of colleagues whose team they lead now."""
        if not user.is_authenticated or user.role not in CASEWORK:
            return self.none()
        own = Q(owner_id=user.pk)
        if user.role != Role.TEAM_LEADER:
            return self.filter(own)
        led = user.led_teams.through.objects.filter(user_id=user.pk).values("team_id")
        return self.filter(own | Q(owner__team_id__in=led))

    def open(self) -> Self:
        return self.filter(state=GoalState.OPEN)


class GoalEntryQuerySet(models.QuerySet["GoalEntry"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(goal__in=apps.get_model("coaching", "DevelopmentGoal")._default_manager.visible_to(user))
