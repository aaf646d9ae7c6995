"""Standing in: for oneself, for somebody who is away, with dates, and never past the rules of fairness."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from accounts.choices import Role
from accounts.models import Notification, SettingsChange, User
from accounts.tests.factories import UserFactory
from complaints.errors import DelegationRefusedError
from complaints.models import Delegation
from complaints.services.delegating import StandIn, delegate, end_delegation
from complaints.tests.factories import NOW, DelegationFactory

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def leader() -> User:
    return UserFactory.create(role=Role.TEAM_LEADER, full_name="Sam Okafor")


@pytest.fixture
def manager() -> User:
    return UserFactory.create(role=Role.MANAGER, full_name="Mira Castell")


def stand_in(giver: User, receiver: User, first: date = TODAY, last: date = TODAY + DAY) -> StandIn:
    return StandIn(giver=giver, receiver=receiver, first_day=first, last_day=last, reason="On leave")


def test_a_stand_in_is_named_told_and_written_down(leader: User, manager: User) -> None:
    delegate(stand_in(manager, leader), actor=manager, now=NOW)

    assert Notification.objects.get().recipient == leader
    change = SettingsChange.objects.get()
    assert (change.what, change.actor) == ("stand-in added", manager)


def test_a_manager_names_somebody_for_a_leader_who_is_away(leader: User, manager: User) -> None:
    delegate(stand_in(leader, manager), actor=manager, now=NOW)

    assert Delegation.objects.get().giver == leader


def test_a_leader_names_somebody_for_themselves_alone(leader: User, manager: User) -> None:
    with pytest.raises(PermissionDenied, match="Only a manager names somebody"):
        delegate(stand_in(manager, leader), actor=leader, now=NOW)


def test_an_agent_lets_nobody_stand_in(leader: User) -> None:
    with pytest.raises(PermissionDenied, match="Team leaders and managers sign off"):
        delegate(stand_in(leader, leader), actor=UserFactory.create(), now=NOW)


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        (TODAY - DAY, TODAY, "first_day"),
        (TODAY + DAY, TODAY, "last_day"),
        (TODAY, TODAY + 93 * DAY, "last_day"),
    ],
)
def test_days_that_make_no_sense_are_refused(leader: User, manager: User, first: date, last: date, field: str) -> None:
    with pytest.raises(DelegationRefusedError) as refusal:
        delegate(stand_in(manager, leader, first, last), actor=manager, now=NOW)

    assert refusal.value.field == field
    assert not Delegation.objects.exists()


def test_only_who_signs_off_stands_in(leader: User) -> None:
    with pytest.raises(DelegationRefusedError, match="Only a team leader or a manager can stand in"):
        delegate(stand_in(leader, UserFactory.create()), actor=leader, now=NOW)


def test_nobody_stands_in_twice_on_one_day(leader: User, manager: User) -> None:
    delegate(stand_in(manager, leader), actor=manager, now=NOW)

    with pytest.raises(DelegationRefusedError, match="stands in for Mira Castell on some of these days already"):
        delegate(stand_in(manager, leader, TODAY + DAY, TODAY + 2 * DAY), actor=manager, now=NOW)


def test_it_ends_early_once(leader: User, manager: User) -> None:
    row = DelegationFactory.create(giver=manager, receiver=leader)

    end_delegation(delegation_id=row.pk, actor=leader, now=NOW)
    end_delegation(delegation_id=row.pk, actor=leader, now=NOW + timedelta(hours=1))

    assert Delegation.objects.get().ended_at == NOW
    assert SettingsChange.objects.count() == 1


# --- the page ------------------------------------------------------------------------------------------------------


def test_the_page_names_and_ends(client: Client, leader: User, manager: User) -> None:
    client.force_login(leader)
    data = {"receiver": manager.pk, "first_day": "2026-11-20", "last_day": "2026-11-27", "reason": "On leave"}

    made = client.post(reverse("complaints:delegations"), data)
    page = client.get(reverse("complaints:delegations")).content.decode()
    client.post(reverse("complaints:end_delegation", args=[Delegation.objects.get().pk]))

    assert made.status_code == 302
    assert "Holds today" in page
    assert "ended early" in client.get(reverse("complaints:delegations")).content.decode()


def test_what_is_refused_stands_beside_its_field(client: Client, leader: User, manager: User) -> None:
    client.force_login(leader)
    data = {"receiver": manager.pk, "first_day": "2026-11-19", "last_day": "2026-11-27", "reason": "On leave"}

    response = client.post(reverse("complaints:delegations"), data)

    assert response.status_code == 422
    assert response.context["form"].errors["first_day"] == ["The first day must be today or later."]


def test_a_leader_does_not_see_or_end_those_of_others(client: Client, leader: User) -> None:
    row = DelegationFactory.create()
    client.force_login(leader)

    assert str(row.giver) not in client.get(reverse("complaints:delegations")).context["current"]
    assert client.post(reverse("complaints:end_delegation", args=[row.pk])).status_code == 404
