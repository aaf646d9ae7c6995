"""The inbox asks the same question as `permissions.conflict`, in SQL: the two must agree about everybody."""

from datetime import timedelta

import pytest

from accounts.choices import Role
from accounts.models import User
from accounts.tests.factories import UserFactory
from cases.choices import Decision
from cases.models import Approval, Case
from cases.tests.factories import NOW
from complaints import permissions
from complaints.models import Contributor, Delegation, FormerOwner
from complaints.selectors.authority import sign_off_rounds, signers
from complaints.selectors.inbox import waiting_for
from complaints.services.deciding import decide
from complaints.services.finishing import reopen_complaint
from complaints.services.opening import start_investigation
from complaints.services.proposing import submit_for_sign_off
from complaints.tests.factories import LATER, World, sent, submitted, verdict

pytestmark = pytest.mark.django_db


def plain(world: World) -> None:
    """Nothing bars anybody but the proposer."""


def wrote_part(world: World) -> None:
    Contributor.objects.create(case=world.case, person=world.leader, last_at=NOW)


def owned_it_last_week(world: World) -> None:
    FormerOwner.objects.create(case=world.case, person=world.leader, until=NOW - timedelta(days=7))


def owned_it_long_ago(world: World) -> None:
    FormerOwner.objects.create(case=world.case, person=world.leader, until=NOW - timedelta(days=31))


def owns_it(world: World) -> None:
    Case.objects.filter(pk=world.case.pk).update(owner=world.leader)


def referred_it(world: World) -> None:
    decide(
        approval_id=world.approval.pk,
        verdict=verdict(world, Decision.REFER, comment="Not mine."),
        actor=world.leader,
        now=LATER,
    )


def stands_in_for_the_proposer(world: World) -> None:
    Delegation.objects.create(
        giver=world.agent, receiver=world.leader, first_day=NOW.date(), last_day=NOW.date(), reason="Leave"
    )


def stood_in_yesterday(world: World) -> None:
    day = NOW.date() - timedelta(days=1)
    Delegation.objects.create(giver=world.agent, receiver=world.leader, first_day=day, last_day=day, reason="Leave")


@pytest.mark.parametrize(
    "tie",
    [
        plain,
        wrote_part,
        owned_it_last_week,
        owned_it_long_ago,
        owns_it,
        referred_it,
        stands_in_for_the_proposer,
        stood_in_yesterday,
    ],
)
def test_what_waits_for_a_person_is_what_nothing_bars_them_from(tie: object) -> None:
    world = submitted()
    tie(world)

    assert_agreed(world)


def test_the_decider_of_the_first_stage_finds_the_second_in_nobody_s_way() -> None:
    world = sent()
    reopen_complaint(case_id=world.case.pk, reason="Stage 2", actor=world.agent, now=LATER, second_stage=True)
    start_investigation(case_id=world.case.pk, actor=world.agent, now=LATER, note="A second look")
    submit_for_sign_off(case_id=world.case.pk, actor=world.agent, now=LATER)

    assert_agreed(world)
    assert not waiting_for(world.leader, now=LATER).exists()


def test_the_first_of_two_managers_waits_for_the_second() -> None:
    world = submitted("3000.00")
    decide(approval_id=world.approval.pk, verdict=verdict(world), actor=world.manager, now=LATER)

    assert_agreed(world)
    assert not waiting_for(world.manager, now=LATER).exists()


def assert_agreed(world: World) -> None:
    everybody: list[User] = [
        world.agent,
        world.leader,
        world.manager,
        UserFactory.create(role=Role.MANAGER),
        UserFactory.create(team=world.case.team),
    ]
    approval = Approval.objects.select_related("case__complaint", "proposal").get(pk=world.approval.pk)
    round_ = sign_off_rounds([approval], LATER)[approval.pk]
    reach = signers(everybody, NOW.date())

    for person in everybody:
        waits = waiting_for(person, now=LATER).filter(pk=approval.pk).exists()
        assert waits == (not permissions.conflict(reach[person.pk], round_)), person
