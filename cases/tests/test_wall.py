"""Naming a colleague: who may, what it takes from them, and who leads them where policy says so."""

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from accounts.choices import Role
from accounts.models import Notification, User
from accounts.services.people import Access, TeamFacts, change_access, save_team
from accounts.tests.factories import TeamFactory, UserFactory
from cases.models import Case, CaseEvent, NamedColleague, Referral
from cases.services.history import break_in_history
from cases.services.ownership import assign
from cases.services.wall import clear_colleague, name_colleague
from cases.tests.factories import NOW, CaseFactory, PromiseFactory
from core.errors import UserFacingError
from policies.choices import TriggerEffect
from policies.tests.factories import TriggerFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Case:
    return CaseFactory.create()


@pytest.fixture
def leader(case: Case) -> User:
    return UserFactory.create(role=Role.TEAM_LEADER, team=case.team)


@pytest.fixture
def manager() -> User:
    return UserFactory.create(role=Role.MANAGER, team=None)


@pytest.fixture
def priya(case: Case) -> User:
    return UserFactory.create(team=case.team, full_name="Priya Shah")


def name(case: Case, colleague: User, actor: User, *, hides_leaders: bool = False) -> None:
    name_colleague(case, colleague=colleague, hides_leaders=hides_leaders, actor=actor, now=NOW)


def sees(person: User, case: Case) -> bool:
    return Case.objects.visible_to(person).filter(pk=case.pk).exists()


def test_who_is_named_loses_sight_of_it_and_the_rest_of_the_team_keeps_it(
    case: Case, priya: User, leader: User
) -> None:
    name(case, priya, leader)

    assert not sees(priya, case)
    assert sees(leader, case)
    assert CaseEvent.objects.get(case=case).action == "case.colleague_named"
    assert break_in_history(case) == ""


def test_who_is_named_hands_over_what_they_had(case: Case, priya: User, leader: User) -> None:
    assign(case, actor=leader, now=NOW, owner=priya)
    promise = PromiseFactory.create(case=case, owner=priya)

    name(case, priya, leader)

    case.refresh_from_db()
    promise.refresh_from_db()
    assert case.owner is None
    assert promise.owner == leader
    assert not Notification.objects.filter(recipient=priya).exists()


def test_who_is_named_cannot_be_given_the_case(case: Case, priya: User, leader: User) -> None:
    name(case, priya, leader)

    with pytest.raises(UserFacingError, match=r"cannot be given this case\. Choose somebody else"):
        assign(case, actor=leader, now=NOW, owner=priya)


def test_nobody_names_themselves(case: Case, leader: User) -> None:
    with pytest.raises(UserFacingError, match="ask a colleague to take the case over"):
        name(case, leader, leader)
    assert not NamedColleague.objects.exists()


def test_an_agent_names_on_their_own_case_only(case: Case, priya: User, leader: User, manager: User) -> None:
    name(case, leader, case.owner)

    with pytest.raises(PermissionDenied):
        name(CaseFactory.create(team=case.team), leader, priya)


def test_somebody_who_can_decide_must_be_left(case: Case, leader: User, priya: User) -> None:
    with pytest.raises(UserFacingError, match="Nobody who can decide on the case would be left"):
        name(case, leader, case.owner)
    assert not NamedColleague.objects.exists()


# --- who leads them ------------------------------------------------------------------------------------------------


def test_where_policy_says_so_the_leader_loses_sight_of_it_too(
    case: Case, priya: User, leader: User, manager: User
) -> None:
    name(case, priya, manager, hides_leaders=True)

    assert not sees(leader, case)
    assert sees(manager, case)
    assert NamedColleague.objects.get(colleague=leader).leads == priya


def test_a_leader_of_later_loses_sight_of_it(case: Case, priya: User, leader: User, manager: User) -> None:
    admin = UserFactory.create(role=Role.ADMIN, team=None)
    later = UserFactory.create(role=Role.TEAM_LEADER, team=TeamFactory.create())
    name(case, priya, manager, hides_leaders=True)

    facts = TeamFacts(name=case.team.name, time_zone="Europe/London", leaders=[leader, later])
    save_team(team_id=case.team_id, facts=facts, actor=admin, now=NOW)

    assert not sees(later, case)


def test_a_colleague_who_moves_brings_the_wall_to_their_new_leader(
    case: Case, priya: User, leader: User, manager: User
) -> None:
    admin = UserFactory.create(role=Role.ADMIN, team=None)
    other = UserFactory.create(role=Role.TEAM_LEADER)
    name(case, priya, manager, hides_leaders=True)
    Case.objects.filter(pk=case.pk).update(owner=other)

    access = Access(full_name=priya.full_name, role=Role.AGENT, team=other.team)
    change_access(person_id=priya.pk, access=access, actor=admin, now=NOW)

    assert not sees(other, case)
    case.refresh_from_db()
    assert case.owner is None


def test_a_trigger_decides_what_the_page_proposes(client: Client, case: Case, leader: User) -> None:
    trigger = TriggerFactory.create(effect=TriggerEffect.ABOUT_LEADER_TOO)
    Referral.objects.create(case=case, main_trigger=trigger)
    client.force_login(leader)

    page = client.get(reverse("cases:colleagues", args=[case.reference]))

    assert page.context["form"].initial == {"hides_leaders": True}


# --- the page ------------------------------------------------------------------------------------------------------


def test_the_page_names_and_clears(client: Client, case: Case, priya: User, leader: User) -> None:
    client.force_login(leader)
    client.post(reverse("cases:colleagues", args=[case.reference]), {"colleague": priya.pk})
    named = NamedColleague.objects.get()

    page = client.get(reverse("cases:colleagues", args=[case.reference])).content.decode()
    answer = client.post(reverse("cases:clear_colleague", args=[case.reference, named.pk]), {"reason": "Another Priya"})

    assert "Priya Shah" in page
    assert answer.status_code == 302
    assert sees(priya, case)
    assert "hidden from 1 colleague" in page


def test_clearing_lets_the_leaders_of_the_colleague_see_it_again(
    case: Case, priya: User, leader: User, manager: User
) -> None:
    name(case, priya, manager, hides_leaders=True)

    clear_colleague(case, colleague=priya, reason="Another Priya", actor=manager, now=NOW)

    assert sees(priya, case)
    assert sees(leader, case)
