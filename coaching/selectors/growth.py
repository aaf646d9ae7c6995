"""Recognition and goals as the pages show them."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from accounts.choices import Role
from accounts.models import User
from cases.models import Case
from coaching.models import DevelopmentGoal, Recognition
from coaching.permissions.growth import Right, may

PRAISED_ROLES = (Role.AGENT, Role.TEAM_LEADER)


def who_can_be_praised(case: Case, *, giver: User) -> QuerySet[User]:
    """Return the colleagues of the case's team and its owner, other than the giver."""
    people = User.objects.people().filter(role__in=PRAISED_ROLES)
    near = Q(pk=case.owner_id) | Q(team_id=case.team_id, team_id__isnull=False)
    return people.filter(near).exclude(pk=giver.pk).order_by("full_name", "pk")


def may_praise(user: User, case: Case) -> bool:
    """Return whether the case page offers to praise somebody; asks no query."""
    return may(user, Right.PRAISE)


def praise_for(user: User) -> QuerySet[Recognition]:
    return Recognition.objects.visible_to(user).filter(colleague=user).with_people()


def praise_by(user: User) -> QuerySet[Recognition]:
    return Recognition.objects.visible_to(user).filter(giver=user).with_people()


def praise_in_team(user: User) -> QuerySet[Recognition]:
    """Return what others of the team agreed to show."""
    rows = Recognition.objects.visible_to(user).exclude(colleague=user).exclude(giver=user)
    return rows.with_people()


def seen_cases(rows: Iterable[Recognition], *, reader: User) -> set[int]:
    """Return which of the cases the reader may open; of the others not even the reference is shown."""
    wanted = {row.case_id for row in rows}
    return set(Case.objects.visible_to(reader).filter(pk__in=wanted).values_list("pk", flat=True))


def goals_of(user: User) -> QuerySet[DevelopmentGoal]:
    return DevelopmentGoal.objects.visible_to(user).filter(owner=user)


def goals_of_team(leader: User) -> QuerySet[DevelopmentGoal]:
    return DevelopmentGoal.objects.visible_to(leader).exclude(owner=leader).open().select_related("owner")
