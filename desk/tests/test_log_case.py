"""Log a case through its page, from the draft to the case file."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.choices import Role
from accounts.models import User
from accounts.tests.factories import TeamFactory, UserFactory
from cases.choices import CaseStatus
from cases.models import Case, CaseDraft, Contact, Customer, NamedColleague, Referral
from cases.tests.factories import CaseFactory, CustomerFactory
from desk.selectors.answers import Answers
from desk.selectors.outlook import decide_route, policy_priority
from policies.choices import CaseKind, Impact, Priority, TriggerEffect, Urgency
from policies.models import PriorityRule, Trigger
from policies.tests.factories import CategoryFactory, ClauseFactory, TriggerFactory
from reporting.choices import ThemeState
from reporting.models import ThemeMembership
from reporting.tests.factories import ThemeFactory

pytestmark = pytest.mark.django_db

NOTHING_WRONG = {"triage_unhappy": "no", "triage_broken": "no"}
STORY = "Refund promised on 3 November has not arrived. This is the third call."


@pytest.fixture
def agent() -> User:
    return UserFactory.create(full_name="Priya Shah")


@pytest.fixture
def desk(client: Client, agent: User) -> Client:
    client.force_login(agent)
    return client


@pytest.fixture
def trigger() -> Trigger:
    return TriggerFactory.create(label="We promised something and did not do it")


def opened(desk: Client, **query: object) -> CaseDraft:
    response = desk.get("/cases/new/", query)
    assert response.status_code == 302
    return CaseDraft.objects.get(number=response.url.rstrip("/").rpartition("/")[2])


def answers(trigger: Trigger, **changed: object) -> dict[str, object]:
    return {
        "identity_check": "PASSED",
        "channel": "PHONE",
        "story": STORY,
        "desired_outcome": "REFUND",
        "triage_unhappy": "yes",
        "triage_broken-too": "no",
        "main_trigger": trigger.pk,
        "impact": 2,
        "urgency": 2,
        "is_mine": "on",
    } | changed


def test_a_known_customers_complaint_is_logged_with_the_number_read_out_at_the_start(
    desk: Client, agent: User, trigger: Trigger
) -> None:
    customer = CustomerFactory.create(name="Ann Lee")
    draft = opened(desk, customer=customer.pk)

    response = desk.post(
        f"/cases/new/{draft.number}/", answers(trigger, customer=customer.pk, referred_by="Tom", already_tried="Called")
    )

    case = Case.objects.get()
    assert response.status_code == 302
    assert response.url == case.get_absolute_url()
    assert (case.number, case.kind, case.status) == (draft.number, CaseKind.COMPLAINT, CaseStatus.LOGGED)
    assert (case.customer, case.owner, case.team, case.logged_by) == (customer, agent, agent.team, agent)
    assert case.summary == "Refund promised on 3 November has not arrived"
    assert case.triage_decisions.get().reason.startswith("The customer is unhappy")
    referral = Referral.objects.get(case=case)
    assert (referral.main_trigger, referral.referred_by, referral.already_tried) == (trigger, "Tom", "Called")
    draft.refresh_from_db()
    assert (draft.logged_as, draft.answers) == (case, {})


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ({"name": "New Person", "phone": "07700 900999"}, ("New Person", "07700900999", False)),
        ({"name": "New Person", "email": "new@example.com"}, ("New Person", "", False)),
        ({"is_anonymous": "on"}, ("Anonymous customer", "", True)),
    ],
)
def test_a_caller_needs_no_email_and_not_even_a_name(
    desk: Client, trigger: Trigger, typed: dict[str, str], expected: tuple[str, str, bool]
) -> None:
    draft = opened(desk)

    desk.post(f"/cases/new/{draft.number}/", answers(trigger, is_new_customer="1", **typed))

    customer = Case.objects.get().customer
    assert (customer.name, customer.phone_digits, customer.is_anonymous) == expected


def test_an_empty_form_says_every_problem_and_writes_no_case(desk: Client) -> None:
    draft = opened(desk)

    response = desk.post(f"/cases/new/{draft.number}/", {"triage_unhappy": "yes", "triage_broken-too": "no"})

    text = response.content.decode()
    assert response.status_code == 422
    assert not Case.objects.exists()
    assert "<title>Error: Log a case" in text
    for problem in (
        "Find the customer, or add a new one",
        "Select whether you have checked who you are speaking to",
        "Enter what the customer is telling you",
        "Select what the customer wants most",
        "Select the main reason for escalating",
        "Select who is affected",
        "Select how soon it matters",
    ):
        assert problem in text
    assert text.index("Find the customer, or add a new one") < text.index("Select whether you have checked who")


def test_nothing_typed_is_lost_by_an_error(desk: Client, trigger: Trigger) -> None:
    draft = opened(desk)

    desk.post(f"/cases/new/{draft.number}/", answers(trigger, already_tried="Rang twice <b>“x”</b> 😀"))
    reopened = desk.get(f"/cases/new/{draft.number}/").content.decode()

    assert STORY in reopened
    assert "Rang twice &lt;b&gt;“x”&lt;/b&gt; 😀" in reopened
    assert 'value="REFUND" id="id_desired_outcome_3" checked' in " ".join(reopened.split())


def test_a_second_press_of_the_button_finds_the_first_ones_case(desk: Client, trigger: Trigger) -> None:
    customer = CustomerFactory.create()
    draft = opened(desk)
    typed = answers(trigger, customer=customer.pk)

    first = desk.post(f"/cases/new/{draft.number}/", typed)
    second = desk.post(f"/cases/new/{draft.number}/", typed)

    assert Case.objects.count() == 1
    assert first.url == second.url


def test_a_routine_request_needs_no_reason_for_escalating_and_is_closed_at_once(desk: Client) -> None:
    customer = CustomerFactory.create()
    draft = opened(desk)

    desk.post(
        f"/cases/new/{draft.number}/",
        {
            "customer": customer.pk,
            "identity_check": "PASSED",
            "story": "Wants a copy of the last bill.",
            "desired_outcome": "PUT_RIGHT",
            "triage_unhappy": "no",
            "triage_broken": "no",
        },
    )

    case = Case.objects.get()
    assert (case.kind, case.status) == (CaseKind.SERVICE_REQUEST, CaseStatus.CLOSED)
    assert case.closed_at == case.logged_at


def test_a_changed_type_keeps_its_reason(desk: Client, trigger: Trigger) -> None:
    draft = opened(desk)
    typed = answers(trigger, customer=CustomerFactory.create().pk, kind=CaseKind.COMPLAINT) | NOTHING_WRONG

    refused = desk.post(f"/cases/new/{draft.number}/", typed)
    desk.post(f"/cases/new/{draft.number}/", typed | {"kind_reason": "They said that they are unhappy."})

    decision = Case.objects.get().triage_decisions.get()
    assert "Enter why the type changes" in refused.content.decode()
    assert (decision.kind, decision.was_overridden) == (CaseKind.COMPLAINT, True)
    assert "They said that they are unhappy." in decision.reason


def test_a_complaint_about_something_broken_raises_its_incident(desk: Client, trigger: Trigger) -> None:
    draft = opened(desk)

    desk.post(
        f"/cases/new/{draft.number}/",
        answers(trigger, customer=CustomerFactory.create().pk, **{"triage_broken-too": "yes"}, incident="new"),
    )

    complaint, incident = Case.objects.get(kind=CaseKind.COMPLAINT), Case.objects.get(kind=CaseKind.INCIDENT)
    assert complaint.links_out.get().target == incident
    assert complaint.number == draft.number


def test_another_teams_incident_cannot_be_linked(desk: Client, trigger: Trigger) -> None:
    hidden = CaseFactory.create(kind=CaseKind.INCIDENT)
    draft = opened(desk)

    desk.post(
        f"/cases/new/{draft.number}/",
        answers(trigger, customer=CustomerFactory.create().pk, **{"triage_broken-too": "yes"}, incident=hidden.number),
    )

    assert not Case.objects.get(kind=CaseKind.COMPLAINT).links_out.exists()


def test_the_colleague_complained_about_loses_sight_of_the_case(desk: Client, agent: User) -> None:
    colleague = UserFactory.create(team=agent.team, email="tom@example.com")
    trigger = TriggerFactory.create(effect=TriggerEffect.ABOUT_COLLEAGUE)
    draft = opened(desk)
    typed = answers(trigger, customer=CustomerFactory.create().pk)

    refused = desk.post(f"/cases/new/{draft.number}/", typed)
    desk.post(f"/cases/new/{draft.number}/", typed | {"colleague": "TOM@example.com"})

    case = Case.objects.get()
    assert "Enter which colleague it is about" in refused.content.decode()
    assert NamedColleague.objects.get().colleague == colleague
    assert case not in Case.objects.visible_to(colleague)


def test_a_case_about_a_team_leader_passes_their_team_by() -> None:
    agent = UserFactory.create()
    leader = UserFactory.create(team=agent.team, role=Role.TEAM_LEADER)
    elsewhere = TeamFactory.create()
    category = CategoryFactory.create(team=elsewhere)

    to_managers = decide_route(Answers(colleagues=(leader,)), actor=agent)
    by_category = decide_route(Answers(colleagues=(leader,), category=category), actor=agent)

    assert to_managers.team is None
    assert "named in it" in to_managers.reason
    assert by_category.team == elsewhere


def test_a_card_number_is_flagged_and_not_kept_unless_confirmed(desk: Client, trigger: Trigger) -> None:
    story = "They gave 4111 1111 1111 1111 to the agent."
    customer = CustomerFactory.create()
    draft = opened(desk)
    address = f"/cases/new/{draft.number}/"

    preview = desk.post(f"{address}preview/", {"story": story})
    desk.post(f"{address}save/", {"story": story, "draft_version": 0})
    draft.refresh_from_db()
    desk.post(address, answers(trigger, customer=customer.pk, story=story))
    other = opened(desk)
    desk.post(
        f"/cases/new/{other.number}/",
        answers(trigger, customer=customer.pk, story=story, keeps_card_number="1"),
    )

    assert "This looks like a card number" in preview.content.decode()
    assert draft.answers["story"] == ["They gave [card number removed] to the agent."]
    assert "4111" not in Case.objects.get(number=draft.number).story
    assert "4111" in Case.objects.get(number=other.number).story


def test_an_earlier_date_is_for_team_leaders_and_needs_a_reason(client: Client, desk: Client, trigger: Trigger) -> None:
    customer = CustomerFactory.create()
    day = (timezone.localdate() - timedelta(days=3)).isoformat()
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    typed = answers(trigger, customer=customer.pk, received_on=day, received_reason="It came by letter.")
    by_agent = opened(desk)
    desk.post(f"/cases/new/{by_agent.number}/", typed)
    leader = UserFactory.create(role=Role.TEAM_LEADER)
    client.force_login(leader)
    by_leader = opened(client)
    no_reason = client.post(f"/cases/new/{by_leader.number}/", typed | {"received_reason": ""})
    future = client.post(f"/cases/new/{by_leader.number}/", typed | {"received_on": tomorrow})

    client.post(f"/cases/new/{by_leader.number}/", typed)

    assert Case.objects.get(number=by_agent.number).received_at > timezone.now() - timedelta(minutes=5)
    assert "Enter why the case is logged later" in no_reason.content.decode()
    assert "Date received must be today or earlier" in future.content.decode()
    backdated = Case.objects.get(number=by_leader.number)
    assert timezone.localdate(backdated.received_at).isoformat() == day
    assert backdated.events.filter(action="case.backdated").exists()


def test_only_team_leaders_and_managers_lower_a_priority(client: Client, desk: Client, trigger: Trigger) -> None:
    typed = answers(trigger, customer=CustomerFactory.create().pk, urgency=3, impact=4)
    lower = typed | {"priority": Priority.P4, "priority_reason": "Already settled."}
    draft = opened(desk)

    refused = desk.post(f"/cases/new/{draft.number}/", lower)
    client.force_login(UserFactory.create(role=Role.TEAM_LEADER))
    by_leader = opened(client)
    client.post(f"/cases/new/{by_leader.number}/", lower)

    assert refused.status_code == 422
    assert "Only a team leader or a manager can lower the priority" in refused.content.decode()
    case = Case.objects.get()
    assert (case.number, case.priority) == (by_leader.number, Priority.P4)
    assert "Already settled." in case.priority_reason


MATRIX = {1: "P4 P4 P3", 2: "P4 P3 P2", 3: "P3 P2 P1", 4: "P2 P1 P1"}


@pytest.mark.parametrize("floor", [None, *Priority])
@pytest.mark.parametrize("urgency", Urgency)
@pytest.mark.parametrize("impact", Impact)
def test_every_cell_and_floor_gives_its_priority_and_says_why(
    impact: Impact, urgency: Urgency, floor: Priority | None
) -> None:
    clause = ClauseFactory.create(number="2.3")
    cell = Priority[MATRIX[impact].split()[urgency - 1]]
    PriorityRule.objects.create(
        impact=impact, urgency=urgency, priority=cell, clause=clause, valid_from=datetime(2026, 1, 1, tzinfo=UTC).date()
    )
    trigger = TriggerFactory.create(label="Risk of harm", priority_floor=floor)

    decision = policy_priority(
        Answers(impact=impact, urgency=urgency, main_trigger=trigger),
        received_at=datetime(2026, 11, 20, 16, 0, tzinfo=UTC),
    )

    assert decision
    assert decision.priority == min(cell, floor or cell)
    assert f"impact is {impact.value} of 4 and urgency is {urgency.value} of 3" in decision.reason
    assert str(clause) in decision.reason
    assert ("“Risk of harm” sets a minimum of" in decision.reason) is (floor is not None and floor < cell)


def test_the_same_problem_is_found_first_and_blocks_nothing(desk: Client, agent: User, trigger: Trigger) -> None:
    customer = CustomerFactory.create()
    before = CaseFactory.create(customer=customer, team=agent.team, received_at=timezone.now() - timedelta(days=20))
    draft = opened(desk, customer=customer.pk)
    typed = answers(trigger, customer=customer.pk, story="Still no refund, it was promised in November")

    panel = desk.post(f"/cases/new/{draft.number}/preview/", typed).content.decode()
    dismissed = desk.post(f"/cases/new/{draft.number}/preview/", typed | {"dismissed": before.number}).content.decode()
    desk.post(f"/cases/new/{draft.number}/", typed)

    assert "Is it the same problem?" in panel
    assert before.reference in panel
    assert "Is it the same problem?" not in dismissed
    assert Case.objects.filter(number=draft.number).exists()


@pytest.mark.parametrize(("state", "is_asked"), [(ThemeState.SUGGESTED, True), (ThemeState.RETIRED, False)])
def test_a_case_of_the_theme_that_the_words_speak_of_is_a_likely_duplicate(
    desk: Client, agent: User, trigger: Trigger, state: str, is_asked: bool
) -> None:
    case = CaseFactory.create(team=agent.team, story="Nothing alike")
    theme = ThemeFactory.create(state=state, term_weights={"meter": 0.9, "smart": 0.8, "smart meter": 0.7})
    ThemeMembership.objects.create(case=case, theme=theme, received_day=case.received_at.date())
    typed = answers(trigger, customer=case.customer.pk, story="The smart meter shows nothing.")

    panel = desk.post(f"/cases/new/{opened(desk).number}/preview/", typed).content.decode()

    assert ("Is it the same problem?" in panel) is is_asked


def test_an_old_or_hidden_case_is_no_duplicate(desk: Client, agent: User, trigger: Trigger) -> None:
    customer = CustomerFactory.create()
    old = timezone.now() - timedelta(days=91)
    CaseFactory.create(customer=customer, team=agent.team, received_at=old, logged_at=old)
    CaseFactory.create(customer=customer)
    draft = opened(desk)

    panel = desk.post(f"/cases/new/{draft.number}/preview/", answers(trigger, customer=customer.pk)).content.decode()

    assert "Is it the same problem?" not in panel
    assert "1 open case," in panel


def test_the_call_can_be_added_to_the_case_it_is_about(desk: Client, agent: User, trigger: Trigger) -> None:
    case = CaseFactory.create(team=agent.team)
    draft = opened(desk, customer=case.customer.pk)
    typed = answers(trigger, customer=case.customer.pk, same_as=case.number)

    response = desk.post(f"/cases/new/{draft.number}/same/", typed)

    assert response.url == case.get_absolute_url()
    assert Contact.objects.get(case=case).body == STORY
    assert Case.objects.count() == 1
    assert case.events.filter(action="contact.logged").exists()


def test_a_call_cannot_be_added_to_another_teams_case(desk: Client, trigger: Trigger) -> None:
    hidden = CaseFactory.create()
    draft = opened(desk)

    response = desk.post(f"/cases/new/{draft.number}/same/", answers(trigger, same_as=hidden.number))

    assert response.status_code == 404
    assert not Contact.objects.exists()


@pytest.mark.parametrize("role", [Role.ADMIN, Role.DATA_PROTECTION])
def test_those_who_log_no_cases_are_told_who_can(client: Client, role: Role) -> None:
    client.force_login(UserFactory.create(role=role))

    response = client.get("/cases/new/")

    assert response.status_code == 403
    assert not CaseDraft.objects.exists()


def test_nobody_opens_a_colleagues_draft(client: Client, desk: Client, agent: User) -> None:
    draft = opened(desk)
    client.force_login(UserFactory.create(team=agent.team))

    statuses = {
        path: client.post(f"/cases/new/{draft.number}/{path}").status_code
        for path in ("", "save/", "preview/", "update/", "same/", "discard/", "restore/")
    }

    assert set(statuses.values()) == {404}


def test_the_telephone_system_can_name_the_caller_or_the_number(desk: Client) -> None:
    known = CustomerFactory.create(phone_digits="07700900777")

    by_number = opened(desk, phone="07700 900777")
    unknown = opened(desk, phone="07700 900888")
    nonsense = opened(desk, customer="\x00abc", phone="\x00")

    assert by_number.answers["customer"] == [str(known.pk)]
    assert unknown.answers["customer_text"] == ["07700 900888"]
    assert desk.get(f"/cases/new/{nonsense.number}/").status_code == 200


def test_customers_are_found_by_name_phone_postcode_and_account(desk: Client) -> None:
    customer = CustomerFactory.create(
        name="Ann Lee", phone_digits="07700900123", postcode="YO24 1AA", account_number="884213"
    )
    Customer.objects.create(name="Somebody Else")

    for words in ("ann l", "900123", "yo24", "8842"):
        found = desk.post("/cases/new/customers/", {"q": words}).content.decode()
        assert f'data-pick="{customer.pk}"' in found
        assert "Somebody Else" not in found
        assert "900123" not in found.replace("“900123”", "")


def test_a_name_that_begins_with_the_letters_comes_before_one_that_holds_them(desk: Client) -> None:
    for name in ("Alan Demarco", "Zoe Marchetti", "Martin Ashe"):
        CustomerFactory.create(name=name)

    found = desk.post("/cases/new/customers/", {"q": "mar"}).content.decode()

    assert found.index("Martin Ashe") < found.index("Zoe Marchetti") < found.index("Alan Demarco")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("story", "a" * 20_001),
        ("customer", "99999999999999999999"),
        ("customer", "abc"),
        ("main_trigger", "0"),
        ("main_trigger", "x" * 500),
        ("impact", "9"),
        ("kind", "NONSENSE"),
        ("story", "nul \x00 byte"),
        ("triage_unhappy", "perhaps"),
        ("category", "999999"),
        ("name", "x" * 121),
    ],
)
def test_impossible_input_is_refused_in_words(desk: Client, trigger: Trigger, name: str, value: str) -> None:
    draft = opened(desk)
    typed = answers(trigger, customer=CustomerFactory.create().pk) | {name: value}

    response = desk.post(f"/cases/new/{draft.number}/", typed)
    preview = desk.post(f"/cases/new/{draft.number}/preview/", typed)

    assert response.status_code == 422
    assert "There is a problem" in response.content.decode()
    assert preview.status_code == 200
    assert not Case.objects.exists()
    assert desk.get(f"/cases/new/{draft.number}/").status_code == 200


def test_logging_asks_the_database_as_often_with_many_cases_as_with_one(
    desk: Client, agent: User, trigger: Trigger, django_assert_max_num_queries: object
) -> None:
    customer = CustomerFactory.create()
    CaseFactory.create_batch(20, customer=customer, team=agent.team, owner=agent)
    draft = opened(desk, customer=customer.pk)

    with django_assert_max_num_queries(11):  # type: ignore[operator]
        desk.get(f"/cases/new/{draft.number}/")
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        desk.post(f"/cases/new/{draft.number}/preview/", answers(trigger, customer=customer.pk))


def test_a_case_is_logged_and_shown_in_no_more_statements_where_there_are_many(
    desk: Client, agent: User, trigger: Trigger, django_assert_max_num_queries: Any
) -> None:
    customer = CustomerFactory.create()
    log(desk, trigger, customer)
    with django_assert_max_num_queries(60) as few:
        log(desk, trigger, customer)
    CaseFactory.create_batch(20, customer=customer, team=agent.team, owner=agent)

    with django_assert_max_num_queries(60) as many:
        log(desk, trigger, customer)

    assert len(many) == len(few)


def log(desk: Client, trigger: Trigger, customer: Customer) -> None:
    """Open the form, send it and read the page after it."""
    form = desk.get("/cases/new/", follow=True).request["PATH_INFO"]
    page = desk.post(form, answers(trigger, customer=customer.pk), follow=True)
    assert "Case logged" in page.content.decode()
