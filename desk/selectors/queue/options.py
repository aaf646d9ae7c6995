"""What the filters offer to choose from."""

from typing import Final

from django.core.cache import cache
from django.db.models import Q

from accounts.choices import Role
from accounts.models import Team, User
from accounts.querysets import UserQuerySet
from policies.models import Category, JourneyStage

KEPT_SECONDS: Final = 60
MOST_PEOPLE: Final = 200

Choices = list[tuple[str, str]]


def policy_choices() -> dict[str, Choices]:
    """Return categories, journey stages and teams; they change seldom, so they are read once a minute."""
    return cache.get_or_set("desk:queue-options", _read_policy_choices, KEPT_SECONDS) or {}


def _read_policy_choices() -> dict[str, Choices]:
    return {
        "category": [(str(pk), name) for pk, name in Category.objects.active().values_list("pk", "name")],
        "journey": [(str(pk), name) for pk, name in JourneyStage.objects.active().values_list("pk", "name")],
        "team": [(str(pk), name) for pk, name in Team.objects.filter(is_active=True).values_list("pk", "name")],
    }


def caseworkers(user: User) -> UserQuerySet:
    """Return the people whose cases `user` may see: their team and the teams they lead, or for a manager everybody."""
    people = User.objects.people().filter(role__in=[Role.AGENT, Role.TEAM_LEADER, Role.MANAGER])
    if user.role != Role.MANAGER:
        led = user.led_teams.through.objects.filter(user_id=user.pk).values("team_id")
        people = people.filter(Q(team_id__in=led) | Q(team_id=user.team_id, team__isnull=False))
    return people.order_by("full_name", "pk")


def colleagues(user: User) -> Choices:
    found = caseworkers(user).exclude(pk=user.pk)
    return [(str(pk), name) for pk, name in found.values_list("pk", "full_name")[:MOST_PEOPLE]]
