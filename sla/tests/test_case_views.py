from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.choices import Role
from accounts.models import User
from accounts.tests.factories import UserFactory
from cases.choices import Channel, ContactPurpose, Direction
from cases.models import Case, Contact
from cases.services.contacts import log_contact
from cases.services.facts import change_priority
from cases.tests.factories import NOW, CaseFactory
from sla.choices import ClockState
from sla.selectors.breaches import breach_obstacles
from sla.selectors.clocks import badges_of, clocks_of
from sla.services import pause_clocks, satisfy_clocks, start_clocks
from sla.tests.factories import make_house_policy

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
def leader() -> User:
    return UserFactory.create(role=Role.TEAM_LEADER, leads=True)


@pytest.fixture
def case(leader: User, time_machine: object) -> Case:
    time_machine.move_to(NOW, tick=False)
    make_house_policy()
    case = CaseFactory.create(priority=1, team=leader.team)
    start_clocks(case, actor=case.owner, now=NOW)
    return case


@pytest.fixture
def desk(client: Client, leader: User) -> Client:
    client.force_login(leader)
    return client


def url(name: str, case: Case, *args: object) -> str:
    return reverse(f"sla:{name}", args=[case.reference, *args])


def form(**fields: object) -> dict[str, object]:
    return {
        "reason": "THIRD_PARTY",
        "note": "Asked the network for its log.",
        "until": "2026-11-27",
        "contact": "",
        **fields,
    }


def test_the_page_explains_every_deadline(desk: Client, case: Case) -> None:
    text = desk.get(url("deadlines", case)).content.decode()

    assert "Due in 2 working hours" in text
    assert "Fri 20 Nov, 4:00pm to 5:00pm" in text
    assert "Customer clock: it never pauses." in text
    assert "Rule “Critical” of House v1: 2 working hours, on the calendar Office v1." in text


def test_the_overview_shows_the_next_deadline_and_all_open_ones(desk: Client, case: Case) -> None:
    text = desk.get(case.get_absolute_url()).content.decode()

    assert text.count("Mon 23 Nov, 10:00am") >= 2
    assert "Final response" in text


def test_pausing_stops_the_handling_clocks(desk: Client, case: Case) -> None:
    response = desk.post(url("pause", case), form())

    assert response.status_code == 302
    assert set(case.clocks.filter(target__is_customer_clock=False).values_list("state", flat=True)) == {"PAUSED"}
    assert "Paused until Fri 27 Nov, 5:00pm" in desk.get(url("deadlines", case)).content.decode()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"until": "2026-11-01"}, "The pause must end after now"),
        ({"until": "2027-11-01"}, "within 42 days"),
        ({"until": "tomorrow"}, "must be a real date"),
        ({"note": "\0"}, "cannot be stored"),
        ({"reason": "BORED"}, "the choices shown"),
        ({"contact": "999999"}, "the choices shown"),
    ],
)
def test_a_pause_that_cannot_be_is_refused_in_words(
    desk: Client, case: Case, fields: dict[str, object], sentence: str
) -> None:
    response = desk.post(url("pause", case), form(**fields))

    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not case.clocks.filter(state=ClockState.PAUSED).exists()


def test_resuming_lets_them_run(desk: Client, case: Case, leader: User) -> None:
    desk.post(url("pause", case), form())

    desk.post(url("resume", case))

    assert not case.clocks.filter(state=ClockState.PAUSED).exists()


def test_a_pause_for_the_customer_names_the_message_that_asked(desk: Client, case: Case) -> None:
    asked = Contact.objects.create(
        case=case, direction=Direction.OUT, channel=Channel.EMAIL, body="May we see the statement?", happened_at=NOW
    )

    refused = desk.post(url("pause", case), form(reason="CUSTOMER"))
    accepted = desk.post(url("pause", case), form(reason="CUSTOMER", contact=asked.pk))

    assert (refused.status_code, accepted.status_code) == (422, 302)
    assert "Select the message that asked the customer" in refused.content.decode()
    assert set(case.clocks.filter(state="PAUSED").values_list("events__contact", flat=True)) == {None, asked.pk}


def test_a_clock_of_another_case_is_not_found_here(desk: Client, case: Case, leader: User) -> None:
    other = CaseFactory.create(priority=1, team=leader.team)
    start_clocks(other, actor=leader, now=NOW)

    response = desk.get(url("breach_cause", case, other.clocks.first().pk))

    assert response.status_code == 404


def test_a_missed_deadline_asks_for_its_cause_before_closing(desk: Client, case: Case) -> None:
    met = satisfy_clocks(case, satisfied_by="ACKNOWLEDGED", at=MONDAY + timedelta(hours=5), actor=case.owner)[0]
    before = breach_obstacles(case, now=MONDAY)

    response = desk.post(url("breach_cause", case, met.pk), {"cause": "WORKLOAD", "note": "Two people were ill."})

    assert before == [("Say why the deadline “Acknowledge” was missed.", url("breach_cause", case, met.pk))]
    assert response.status_code == 302
    assert breach_obstacles(case, now=MONDAY) == []
    assert "Too much work for the people on shift" in desk.get(url("deadlines", case)).content.decode()


def test_a_message_to_the_customer_answers_the_clocks(case: Case, leader: User) -> None:
    log_contact(
        case,
        actor=leader,
        now=NOW,
        direction=Direction.OUT,
        channel=Channel.PHONE,
        purpose=ContactPurpose.ACKNOWLEDGEMENT,
        body="Rang Ann.",
    )

    assert case.clocks.get(target__code="acknowledge").state == ClockState.SATISFIED
    assert case.clocks.get(target__code="update").state == ClockState.RUNNING


def test_a_changed_priority_moves_the_clocks(case: Case, leader: User) -> None:
    change_priority(case, actor=leader, now=NOW, priority=3, reason="One customer only.")

    assert case.clocks.open().get(target__code="final-response").due_at.date().isoformat() == "2027-01-15"


@pytest.mark.parametrize(
    ("now", "state", "words"),
    [
        (NOW, "soon", "Due in 2 working hours"),
        (MONDAY + timedelta(minutes=30), "soon", "Due in 30 working minutes"),
        (MONDAY + timedelta(hours=1), "soon", "Due in 1 minute"),
        (MONDAY + timedelta(hours=1, minutes=5), "late", "Late by 5 working minutes"),
        (MONDAY + timedelta(hours=5), "late", "Late by 4 working hours"),
        (MONDAY + timedelta(days=4), "late", "Late by 4 working days"),
    ],
)
def test_the_badge_counts_in_working_time(case: Case, now: datetime, state: str, words: str) -> None:
    badge = badges_of([case], now=now)[case.pk]

    assert (badge.state, badge.words, badge.when) == (state, words, "Mon 23 Nov, 10:00am")


def test_badges_of_many_cases_cost_one_query(case: Case, leader: User, django_assert_num_queries: object) -> None:
    cases = [case]
    for _ in range(5):
        cases.append(CaseFactory.create(priority=2, team=leader.team))
        start_clocks(cases[-1], actor=leader, now=NOW)

    with django_assert_num_queries(1):
        assert len(badges_of(cases, now=NOW)) == 6


def test_a_met_clock_says_how_late_it_was(case: Case, leader: User) -> None:
    satisfy_clocks(case, satisfied_by="ACKNOWLEDGED", at=MONDAY + timedelta(hours=3), actor=leader)
    pause_clocks(case, reason="THIRD_PARTY", note="", expires_at=MONDAY + timedelta(days=2), actor=leader, now=NOW)

    words = {view.clock.target.code: view.badge.words for view in clocks_of(case, now=MONDAY)}

    assert words["acknowledge"] == "Met. Late by 2 working hours"
    assert words["update"] == "Paused until Wed 25 Nov, 9:00am"
