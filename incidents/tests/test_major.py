"""Major incidents: who may declare, who leads, the review and its clock, and who is told."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from accounts.choices import Role
from accounts.models import Notification, OutboxEmail, User
from accounts.tests.factories import UserFactory
from cases.choices import CaseStatus, LinkKind
from cases.models import Case
from cases.tests.factories import NOW, CaseFactory, CaseLinkFactory, CustomerFactory
from core.errors import UserFacingError
from incidents.choices import Audience
from incidents.models import Incident, MajorIncident, ReviewAction
from incidents.selectors.steps import closing_obstacles
from incidents.services import chasing, major
from incidents.services.broadcasts import add_listener
from incidents.services.major import Findings, Roles
from incidents.services.updates import post_update
from incidents.tests.factories import HandOffFactory, IncidentCaseFactory, ReviewActionFactory
from sla.choices import MAJOR_REVIEW, ClockState, Measure, SatisfiedBy, StartEvent
from sla.tests.factories import allow, make_calendar, make_rule, make_rule_set, make_target

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Case:
    return IncidentCaseFactory.create(status=CaseStatus.IN_PROGRESS)


@pytest.fixture
def leader(client: Client, case: Case) -> User:
    person = UserFactory.create(role=Role.TEAM_LEADER, team=case.team, full_name="Sam Okafor")
    client.force_login(person)
    return person


@pytest.fixture
def manager() -> User:
    return UserFactory.create(role=Role.MANAGER, full_name="Mira Castell")


def declare(case: Case, leader: User, manager: User) -> MajorIncident:
    roles = Roles(lead=leader, communications=manager)
    return major.declare_major(case_id=case.pk, reason="10,000 homes", roles=roles, actor=leader, now=NOW)


def test_a_leader_declares_it_and_everybody_sees_who_leads(
    client: Client, case: Case, leader: User, manager: User
) -> None:
    data = {"reason": "10,000 homes without supply", "lead": leader.pk, "communications": manager.pk}
    response = client.post(f"/cases/{case.reference}/major/declare/", data, follow=True)

    assert "It is a major incident now" in response.content.decode()
    client.force_login(case.owner)
    for page in ("timeline/", "major/"):
        words = client.get(f"/cases/{case.reference}/{page}").content.decode()
        assert "Lead: Sam Okafor" in words
        assert "communications: Mira Castell" in words
    assert "Led by Sam Okafor" in client.get("/incidents/?view=major").content.decode()


def test_an_agent_does_not_declare_one(case: Case, leader: User, manager: User) -> None:
    roles = Roles(lead=leader, communications=manager)

    with pytest.raises(PermissionDenied, match="A team leader of its team or a manager can"):
        major.declare_major(case_id=case.pk, reason="Bad", roles=roles, actor=case.owner, now=NOW)

    assert not MajorIncident.objects.exists()


def test_who_cannot_see_it_is_given_no_role(case: Case, leader: User) -> None:
    stranger = UserFactory.create(role=Role.TEAM_LEADER)

    with pytest.raises(UserFacingError, match="cannot see this incident"):
        declare(case, leader, stranger)


def test_it_is_declared_once_until_it_was_stood_down(case: Case, leader: User, manager: User) -> None:
    declare(case, leader, manager)
    with pytest.raises(UserFacingError, match="declared major already"):
        declare(case, leader, manager)
    major.stand_down(case_id=case.pk, note="Supply is back", actor=leader, now=NOW)

    assert declare(case, leader, manager).stood_down_at is None


def test_the_review_is_due_from_the_stand_down_and_ends_its_clock(case: Case, leader: User, manager: User) -> None:
    rules = make_rule_set()
    waits = {"starts_on": StartEvent.STAGE_ENTERED, "stage": MAJOR_REVIEW}
    target = make_target(rules, "major-review", SatisfiedBy.REVIEWED, **waits)
    allow(make_rule(rules), target, 5, Measure.WORKING_DAYS, make_calendar())
    declare(case, leader, manager)
    review = Findings(findings="A joint failed.")
    with pytest.raises(UserFacingError, match="Stand the incident down first"):
        major.record_review(case_id=case.pk, review=review, actor=leader, now=NOW)
    assert not case.clocks.exists()

    major.stand_down(case_id=case.pk, note="Supply is back", actor=leader, now=NOW)
    clock = case.clocks.get()
    assert (clock.state, clock.due_at.date()) == (ClockState.RUNNING, NOW.date() + timedelta(days=7))
    assert "The review of the major incident is not recorded." in obstacles(case)
    major.record_review(case_id=case.pk, review=review, actor=leader, now=NOW + timedelta(days=1))

    assert case.clocks.get().state == ClockState.SATISFIED
    assert "The review of the major incident is not recorded." not in obstacles(case)


def obstacles(case: Case) -> list[str]:
    fresh = Case.objects.get(pk=case.pk)
    return [sentence for sentence, _ in closing_obstacles(fresh, now=NOW)]


def test_an_action_is_chased_once_and_done_by_its_owner(client: Client, case: Case, leader: User) -> None:
    action = ReviewActionFactory.create(case=case, owner=case.owner, made_by=leader)
    for _ in range(2):
        chasing.chase(now=NOW)
    assert Notification.objects.filter(recipient=case.owner, text__contains="review").count() == 1
    client.force_login(UserFactory.create(team=case.team))
    page = f"/cases/{case.reference}/major/actions/{action.pk}/done/"
    assert client.post(page, {"outcome": "Tested"}).status_code == 403

    client.force_login(case.owner)
    client.post(page, {"outcome": "Tested"})

    assert ReviewAction.objects.get().outcome == "Tested"


def test_stakeholders_on_the_list_get_the_update_and_customers_do_not(case: Case, leader: User) -> None:
    affected = CaseFactory.create(team=case.team, customer=CustomerFactory.create(email="ann@example.com"))
    CaseLinkFactory.create(source=affected, target=case, kind=LinkKind.CAUSED_BY)
    for email in ("ops@example.com", "OPS@example.com", "press@example.com"):
        add_listener(case_id=case.pk, name="Partner", email=email, actor=leader, now=NOW)
    with pytest.raises(UserFacingError, match="address of an affected customer"):
        add_listener(case_id=case.pk, name="Ann", email="Ann@example.com", actor=leader, now=NOW)

    post_update(case_id=case.pk, audience=Audience.CUSTOMERS, text="We know.", actor=leader, now=NOW)
    assert not OutboxEmail.objects.exists()
    update = post_update(case_id=case.pk, audience=Audience.STAKEHOLDERS, text="Joint cut.", actor=leader, now=NOW)

    assert update.sent_to == 2
    assert set(OutboxEmail.objects.values_list("to", "body")) == {
        ("ops@example.com", "Joint cut."),
        ("press@example.com", "Joint cut."),
    }


def test_a_promised_update_is_chased_before_and_after_and_anew_for_the_next(case: Case, leader: User) -> None:
    case.team.leaders.add(leader)
    due = NOW + timedelta(hours=1)
    Incident.objects.filter(case=case).update(next_update_due_at=due)

    heard = []
    for at in (NOW, due - timedelta(minutes=20), due - timedelta(minutes=10), due, due + timedelta(minutes=5)):
        chasing.chase(now=at)
        told = Notification.objects.filter(kind="incident.chase")
        heard.append((told.filter(recipient=case.owner).count(), told.filter(recipient=leader).count()))
    assert heard == [(0, 0), (1, 0), (1, 0), (2, 1), (2, 1)]

    Incident.objects.filter(case=case).update(next_update_due_at=due + timedelta(hours=2))
    chasing.chase(now=due + timedelta(hours=2))
    assert Notification.objects.filter(recipient=case.owner).count() == 3


def test_a_hand_off_without_receipt_or_answer_is_chased_once_each(case: Case) -> None:
    HandOffFactory.create(case=case, due_at=NOW + timedelta(hours=4))

    heard = []
    for minutes in (10, 31, 60, 240, 300):
        chasing.chase(now=NOW + timedelta(minutes=minutes))
        heard.append(Notification.objects.filter(recipient=case.owner).count())

    assert heard == [0, 1, 1, 2, 2]
