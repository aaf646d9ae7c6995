import pytest

from accounts.choices import Role
from accounts.models import User
from accounts.tests.factories import TeamFactory, UserFactory
from cases.models import Case, CaseAccess, NamedColleague
from cases.tests.factories import CaseFactory

pytestmark = pytest.mark.django_db


def sees(user: User, case: Case) -> bool:
    return Case.objects.visible_to(user).filter(pk=case.pk).exists()


@pytest.mark.parametrize(
    ("role", "own_team", "other_team"),
    [
        (Role.AGENT, True, False),
        (Role.TEAM_LEADER, True, False),
        (Role.MANAGER, True, True),
        (Role.ADMIN, False, False),
        (Role.DATA_PROTECTION, False, False),
    ],
)
def test_which_cases_each_role_knows_of(role: Role, own_team: bool, other_team: bool) -> None:
    person = UserFactory.create(role=role)
    ours, theirs = CaseFactory.create(team=person.team), CaseFactory.create()

    assert (sees(person, ours), sees(person, theirs)) == (own_team, other_team)


def test_a_leader_sees_every_team_they_lead() -> None:
    second = TeamFactory.create()
    leader = UserFactory.create(role=Role.TEAM_LEADER)
    second.leaders.add(leader)

    assert sees(leader, CaseFactory.create(team=second))


@pytest.mark.parametrize("role", [Role.AGENT, Role.TEAM_LEADER, Role.MANAGER])
def test_a_colleague_complained_about_does_not_see_the_case(role: Role) -> None:
    person = UserFactory.create(role=role)
    case = CaseFactory.create(team=person.team)
    NamedColleague.objects.create(case=case, colleague=person)

    assert not sees(person, case)
    assert Case.objects.visible_to(person).count() == 0


def test_a_restricted_case_is_seen_by_the_people_named_on_it_alone() -> None:
    manager, admitted = UserFactory.create(role=Role.MANAGER), UserFactory.create(role=Role.MANAGER)
    case = CaseFactory.create(is_restricted=True)
    CaseAccess.objects.create(case=case, person=admitted)

    assert not sees(manager, case)
    assert sees(admitted, case)


def test_an_agent_without_a_team_does_not_see_cases_without_a_team() -> None:
    assert not sees(UserFactory.create(team=None), CaseFactory.create(team=None, owner=UserFactory.create()))
