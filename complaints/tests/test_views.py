from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.choices import Role
from accounts.models import Notification, OutboxEmail
from accounts.tests.factories import UserFactory
from cases.choices import ApprovalState, CaseStatus, Decision
from cases.models import ApprovalDecision, Contact, Evidence
from cases.tests.factories import NOW
from complaints.choices import Answer, GivesWanted
from complaints.models import ComplaintPoint, Confirmation, RedressItem, Resolution
from complaints.tests.factories import (
    LETTER,
    World,
    approved,
    confirmed,
    investigating,
    logged,
    ready,
    sent,
    submitted,
    write_resolution,
)
from policies.choices import LetterPurpose
from policies.models import LetterTemplate
from policies.tests.factories import ClauseFactory

pytestmark = pytest.mark.django_db

READ = ["points", "resolution"]
FORMS = ["define", "start", "send", "answer", "follow_up", "close", "reopen", "withdraw", "set_aside"]


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW + timedelta(hours=2), tick=False):
        yield


def url(world: World, name: str, *ids: int) -> str:
    return reverse(f"complaints:{name}", args=[world.case.reference, *ids])


def sign_in(client: Client, person: object) -> Client:
    client.force_login(person)
    return client


@pytest.mark.parametrize("name", [*READ, *FORMS])
def test_for_a_stranger_the_complaint_does_not_exist(client: Client, name: str) -> None:
    world = logged()
    sign_in(client, UserFactory.create())

    assert client.get(url(world, name)).status_code == 404


@pytest.mark.parametrize("name", [*READ, *FORMS])
@pytest.mark.parametrize("make", [logged, investigating, submitted, approved, sent, confirmed])
def test_every_page_opens_in_every_state(client: Client, name: str, make: object) -> None:
    world = make()
    sign_in(client, world.leader)

    page = client.get(url(world, name))

    assert page.status_code == 200
    assert "None" not in page.content.decode().split("<main")[1].split("</main")[0].replace("None.", "")


@pytest.mark.parametrize("name", READ)
def test_a_colleague_reads_but_is_offered_no_change(client: Client, name: str) -> None:
    world = ready("50.00")
    sign_in(client, UserFactory.create(team=world.case.team))

    page = client.get(url(world, name))

    assert page.status_code == 200
    assert "<textarea" not in page.content.decode()


# --- points --------------------------------------------------------------------------------------------------------


def test_a_point_is_added_and_answered(client: Client) -> None:
    world = investigating()
    evidence = Evidence.objects.create(
        case=world.case,
        title="Ledger",
        evidence_type="TRANSACTION",
        shows="No payment",
        obtained_by=world.agent,
        obtained_at=NOW,
    )
    clause = ClauseFactory.create()
    sign_in(client, world.agent)

    client.post(url(world, "add_point"), {"text": "Nobody rang back"})
    point = ComplaintPoint.objects.get(case=world.case, number=2)
    answer = {
        "version": 1,
        "text": point.text,
        "finding": "UPHELD",
        "reason": "No call in the log.",
        "clause": clause.pk,
        "evidence": [evidence.pk],
    }
    response = client.post(url(world, "edit_point", point.pk), answer)

    assert response.status_code == 302
    point.refresh_from_db()
    assert (point.finding, point.clause, list(point.evidence.all())) == ("UPHELD", clause, [evidence])


def test_a_finding_without_a_reason_comes_back_with_what_was_typed(client: Client) -> None:
    world = investigating()
    sign_in(client, world.agent)

    page = client.post(
        url(world, "edit_point", world.point.pk), {"version": 1, "text": "Other words", "finding": "UPHELD"}
    )

    assert page.status_code == 422
    assert "Enter the reason for the finding" in page.content.decode()
    assert "Other words" in page.content.decode()
    assert world.point.finding == ""


def test_two_people_on_one_point_see_both_texts(client: Client) -> None:
    world = investigating()
    sign_in(client, world.leader).post(url(world, "edit_point", world.point.pk), {"version": 1, "text": "Theirs"})
    sign_in(client, world.agent)

    page = client.post(url(world, "edit_point", world.point.pk), {"version": 1, "text": "Mine"})

    assert page.status_code == 409
    words = page.content.decode()
    assert "Theirs" in words
    assert "Mine" in words
    assert world.point.text == "Theirs"

    again = client.post(url(world, "edit_point", world.point.pk), {"version": 2, "text": "Mine"})
    assert again.status_code == 302
    assert world.point.text == "Mine"


def test_a_point_of_another_case_does_not_exist_here(client: Client) -> None:
    world, other = investigating(), investigating()
    sign_in(client, world.agent)

    assert client.get(url(world, "edit_point", other.point.pk)).status_code == 404


@pytest.mark.parametrize("name", ["add_point", "define"])
def test_a_colleague_may_not_change_the_points(client: Client, name: str) -> None:
    world = investigating()
    sign_in(client, UserFactory.create(team=world.case.team))

    assert client.post(url(world, name), {"text": "x", "definition": "x"}).status_code == 403


# --- the resolution ------------------------------------------------------------------------------------------------


def test_the_resolution_is_written_step_by_step_and_sent(client: Client) -> None:
    world = ready()
    sign_in(client, world.agent)

    client.post(
        url(world, "resolution"),
        {
            "version": 1,
            "has_apology": "yes",
            "apology": "I am sorry.",
            "gives_wanted": GivesWanted.YES,
            "letter": LETTER,
        },
    )
    client.post(url(world, "add_redress"), {"redress-what": "GOODWILL", "redress-amount": "25.50"})
    client.post(
        url(world, "add_action"),
        {
            "action-text": "Ring Ann Lee",
            "action-kind": "CALL_BACK",
            "action-owner": world.agent.pk,
            "action-due_date": "2026-11-25",
        },
    )
    response = client.post(url(world, "submit"))

    assert response.status_code == 302
    assert world.reload().status == CaseStatus.AWAITING_SIGN_OFF
    assert str(world.approval.amount) == "25.50"


def test_what_is_missing_is_listed_with_links_and_refused_by_the_server(client: Client) -> None:
    world = investigating()
    sign_in(client, world.agent)

    page = client.get(url(world, "resolution")).content.decode()
    refused = client.post(url(world, "submit"))

    assert "Record the root cause, and how sure you are." in page
    assert reverse("cases:root_cause", args=[world.case.reference]) in page
    assert refused.status_code == 422
    assert "Record the root cause, and how sure you are." in refused.content.decode()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("-5", "must be 0.01 or more"),
        ("NaN", "must be a number"),
        ("1e308", "must"),
        ("0.001", "must have 2 decimal places or fewer"),
        ("", "Enter amount in pounds"),
        ("12 €", "must be a number"),
    ],
)
def test_an_amount_that_is_none_is_refused_in_words(client: Client, typed: str, said: str) -> None:
    world = investigating()
    sign_in(client, world.agent)

    page = client.post(url(world, "add_redress"), {"redress-what": "GOODWILL", "redress-amount": typed})

    assert page.status_code == 422
    assert said in page.content.decode()
    assert not RedressItem.objects.exists()


UNSAVED = {"version": 2, "has_apology": "yes", "apology": "We are sorry for the wait.", "letter": LETTER}
UNSAVED |= {"gives_wanted": GivesWanted.YES}
BESIDE = {
    "add_redress": {"redress-what": "GOODWILL", "redress-amount": "25.50"},
    "add_action": {"action-text": "Ring Ann Lee", "action-kind": "CALL_BACK", "action-due_date": "2026-11-25"},
    "submit": {},
}


@pytest.mark.parametrize("name", BESIDE)
def test_words_that_were_not_saved_are_saved_with_what_is_added(client: Client, name: str) -> None:
    world = ready()
    write_resolution(world, version=1)
    sign_in(client, world.agent)

    answer = client.post(url(world, name), UNSAVED | BESIDE[name] | {"action-owner": world.agent.pk})

    assert answer.status_code == 302
    assert Resolution.objects.get(case=world.case).apology == "We are sorry for the wait."


def test_words_stay_on_the_page_when_what_is_added_is_refused(client: Client) -> None:
    world = ready()
    write_resolution(world, version=1)
    sign_in(client, world.agent)

    page = client.post(url(world, "add_redress"), UNSAVED | {"redress-what": "GOODWILL", "redress-amount": "-1"})

    assert page.status_code == 422
    assert "We are sorry for the wait." in page.content.decode()
    assert Resolution.objects.get(case=world.case).apology != "We are sorry for the wait."


def test_saving_the_words_adds_the_redress_that_was_begun(client: Client) -> None:
    world = ready()
    write_resolution(world, version=1)
    sign_in(client, world.agent)

    client.post(url(world, "resolution"), UNSAVED | BESIDE["add_redress"])

    assert RedressItem.objects.filter(case=world.case, amount="25.50").exists()


def test_a_text_with_a_nul_byte_is_refused_in_words(client: Client) -> None:
    world = investigating()
    sign_in(client, world.agent)

    page = client.post(url(world, "resolution"), {"version": 0, "letter": "Dear\x00Ann"})

    assert page.status_code == 422
    assert "a character that cannot be stored" in page.content.decode()


def test_what_people_typed_is_never_markup(client: Client) -> None:
    world = ready()
    write_resolution(world, letter="<script>alert(1)</script> Point 1", version=1)
    sign_in(client, world.leader)

    assert "<script>alert" not in client.get(url(world, "resolution")).content.decode()


def test_two_people_on_the_resolution_see_both_texts(client: Client) -> None:
    world = ready()
    sign_in(client, world.agent)

    page = client.post(url(world, "resolution"), {"version": 7, "letter": "My letter"})

    assert page.status_code == 409
    assert "My letter" in page.content.decode()
    assert "You were right" in page.content.decode()
    assert Resolution.objects.get(case=world.case).letter == LETTER


def test_the_letter_starts_from_the_template(client: Client) -> None:
    LetterTemplate.objects.create(
        name="Decision",
        purpose=LetterPurpose.DECISION,
        subject="x",
        body="Dear {{ customer_name }},\n\n{{ findings }}\n\n{{ actions }}\n\n{{ next_steps }}\n{{ organisation_name }}",
    )
    world = ready()
    write_resolution(world, letter="", version=1)
    sign_in(client, world.agent)

    client.post(url(world, "draft_letter"))

    letter = Resolution.objects.get(case=world.case).letter
    assert "Point 1: Refund promised on 3 November has not arrived. Upheld. The payment was never released." in letter
    assert "Release the refund, by Tuesday 24 November 2026." in letter


def test_starting_the_letter_keeps_what_was_typed_beside_it(client: Client) -> None:
    LetterTemplate.objects.create(name="Decision", purpose=LetterPurpose.DECISION, subject="x", body="{{ findings }}")
    world = ready()
    write_resolution(world, letter="", version=1)
    sign_in(client, world.agent)
    typed = {"version": 2, "has_apology": "yes", "apology": "We are sorry for the wait.", "letter": ""}

    client.post(url(world, "draft_letter"), typed)

    saved = Resolution.objects.get(case=world.case)
    assert saved.apology == "We are sorry for the wait."
    assert saved.letter.startswith("We are sorry for the wait.")


def test_starting_the_letter_shows_again_what_cannot_be_saved(client: Client) -> None:
    world = ready()
    write_resolution(world, letter="", version=1)
    sign_in(client, world.agent)

    page = client.post(url(world, "draft_letter"), {"version": 2, "apology": "Sorry\x00 for it", "letter": ""})

    assert page.status_code == 422
    assert "for it" in page.content.decode()
    assert Resolution.objects.get(case=world.case).letter == ""


def test_a_letter_that_was_begun_is_not_overwritten(client: Client) -> None:
    world = ready()
    sign_in(client, world.agent)

    assert client.post(url(world, "draft_letter")).status_code == 422
    assert Resolution.objects.get(case=world.case).letter == LETTER


def test_a_proposal_is_taken_back(client: Client) -> None:
    world = submitted()
    sign_in(client, world.agent)

    client.post(url(world, "take_back"))

    assert world.reload().status == CaseStatus.INVESTIGATING
    assert world.approval.state == ApprovalState.TAKEN_BACK


def test_those_who_can_approve_are_told_and_nobody_else(client: Client) -> None:
    world = submitted()

    told = Notification.objects.values_list("recipient", "text")
    assert set(told) == {
        (person.pk, f"{world.agent} asks for sign-off on {world.case}") for person in (world.leader, world.manager)
    }
    assert OutboxEmail.objects.count() == 2
    assert world.case.customer.name not in "".join(OutboxEmail.objects.values_list("subject", flat=True))


# --- sign-off ------------------------------------------------------------------------------------------------------


def decision(world: World, choice: Decision = Decision.APPROVE, **values: object) -> dict[str, object]:
    return {"decision": choice, "content_hash": world.approval.content_hash, **values}


def test_a_leader_reads_and_approves(client: Client) -> None:
    world = submitted()
    sign_in(client, world.leader)

    page = client.get(url(world, "sign_off")).content.decode()
    response = client.post(url(world, "sign_off"), decision(world))

    assert "You were right: the refund promised" in page
    assert "£250.00 is inside your limit of £500.00." in page
    assert response.status_code == 302
    assert world.reload().status == CaseStatus.APPROVED


def test_above_the_limit_approving_is_not_offered_and_refused_when_posted(client: Client) -> None:
    world = submitted("600.00")
    sign_in(client, world.leader)

    page = client.get(url(world, "sign_off")).content.decode()
    refused = client.post(url(world, "sign_off"), decision(world))

    assert 'value="APPROVE"' not in page
    assert "£600.00 is above your limit of £500.00." in page
    assert "Mira Castell can approve it." in page
    assert refused.status_code == 403
    assert "£600.00 is above your limit of £500.00." in refused.content.decode()
    assert not ApprovalDecision.objects.exists()


def test_a_leader_above_their_limit_can_still_return_it(client: Client) -> None:
    world = submitted("600.00")
    sign_in(client, world.leader)

    client.post(url(world, "sign_off"), decision(world, Decision.RETURN, comment="Too much.", parts=["REDRESS"]))

    assert world.reload().status == CaseStatus.RETURNED


def test_a_return_without_a_comment_comes_back(client: Client) -> None:
    world = submitted()
    sign_in(client, world.leader)

    page = client.post(url(world, "sign_off"), decision(world, Decision.RETURN))

    assert page.status_code == 422
    assert "Enter why, so that the next person knows what to do" in page.content.decode()
    assert not ApprovalDecision.objects.exists()


def test_a_proposal_that_changed_is_shown_again_with_what_changed(client: Client) -> None:
    world = submitted()
    ComplaintPoint.objects.filter(case=world.case).update(reason="Something else.")
    sign_in(client, world.leader)

    page = client.post(url(world, "sign_off"), decision(world))

    assert page.status_code == 409
    assert "The reason on point 1" in page.content.decode()
    assert "Something else." in page.content.decode()
    assert world.reload().status == CaseStatus.AWAITING_SIGN_OFF


def test_who_decides_on_a_version_that_is_gone_reads_what_changed(client: Client) -> None:
    world = submitted()
    answers = decision(world)
    write_resolution(world, letter=LETTER + " We are sorry.", version=1)
    sign_in(client, world.leader)

    page = client.post(url(world, "sign_off"), answers)

    assert page.status_code == 409
    assert "Nothing was decided" in page.text
    assert "I am sorry. We are sorry." in page.text
    assert f"by {world.agent}" in page.text
    assert not ApprovalDecision.objects.exists()


def test_the_proposer_reads_why_somebody_else_must_decide(client: Client) -> None:
    world = submitted()
    sign_in(client, world.agent)

    page = client.get(url(world, "sign_off")).content.decode()

    assert "Team leaders and managers decide on a resolution." in page
    assert "Sam Okafor and Mira Castell can approve it." in page
    assert client.post(url(world, "sign_off"), decision(world)).status_code == 403


def test_a_get_never_decides(client: Client) -> None:
    world = submitted()
    sign_in(client, world.leader)

    client.get(url(world, "sign_off"), decision(world))

    assert not ApprovalDecision.objects.exists()


def test_nothing_to_decide_leads_back_to_the_case(client: Client) -> None:
    world = investigating()
    sign_in(client, world.leader)

    assert client.get(url(world, "sign_off")).headers["Location"] == url(world, "resolution")


# --- after the decision --------------------------------------------------------------------------------------------


def test_the_decision_is_sent_by_email(client: Client) -> None:
    world = approved()
    world.case.customer.email = "ann.lee@example.com"
    world.case.customer.save()
    sign_in(client, world.agent)

    client.post(url(world, "send"), {"channel": "EMAIL"})

    assert OutboxEmail.objects.get(to="ann.lee@example.com").body == LETTER
    assert world.reload().status == CaseStatus.WITH_CUSTOMER


def test_without_an_address_the_decision_cannot_go_by_email(client: Client) -> None:
    world = approved()
    sign_in(client, world.agent)

    page = client.post(url(world, "send"), {"channel": "EMAIL"})

    assert page.status_code == 422
    assert "has no email address on file" in page.content.decode()
    assert not Contact.objects.exists()


def test_the_answer_given_by_phone_is_recorded(client: Client) -> None:
    world = sent()
    sign_in(client, world.agent)

    said = {"answer": Answer.NO, "said_by": "Ann Lee", "channel": "PHONE", "words": "Still no refund."}

    refused = client.post(url(world, "answer"), said)
    client.post(url(world, "answer"), said | {"plan": "Ask Billing again", "contact_on": "2199-01-04"})

    assert refused.status_code == 422
    assert "Enter what you do about it" in refused.content.decode()
    assert "Enter by when you contact the customer" in refused.content.decode()
    assert Confirmation.objects.get().words == "Still no refund."
    assert world.reload().status == CaseStatus.REOPENED
    assert "Ask Billing again" in client.get(url(world, "start")).content.decode()


def test_closing_lists_what_is_still_promised(client: Client) -> None:
    world = confirmed()
    sign_in(client, world.agent)

    page = client.get(url(world, "close"))
    refused = client.post(url(world, "close"))

    assert "Keep or release the promise “Release the refund”, or hand it to after-care." in page.content.decode()
    assert refused.status_code == 422
    assert world.reload().status == CaseStatus.CONFIRMED


def test_a_step_out_of_turn_is_refused_in_words(client: Client) -> None:
    world = logged()
    sign_in(client, world.agent)

    page = client.post(url(world, "send"), {"channel": "LETTER"})

    assert page.status_code == 422
    assert "Sending the decision is not possible while the case is logged." in page.content.decode()


def test_setting_aside_is_for_leaders(client: Client) -> None:
    world = logged()
    sign_in(client, world.agent)

    assert client.post(url(world, "set_aside"), {"reason": "x"}).status_code == 403
    sign_in(client, world.leader).post(url(world, "set_aside"), {"reason": "Not about us"})
    assert world.reload().status == CaseStatus.CLOSED


# --- the inbox -----------------------------------------------------------------------------------------------------


def test_the_inbox_shows_what_i_may_decide(client: Client) -> None:
    world, other = submitted(), submitted()
    sign_in(client, world.leader)

    page = client.get(reverse("complaints:inbox")).content.decode()

    assert world.case.reference in page
    assert other.case.reference not in page


def test_an_empty_inbox_says_what_comes_next(client: Client) -> None:
    world = investigating()
    sign_in(client, world.leader)

    page = client.get(reverse("complaints:inbox")).content.decode()

    assert "Nothing is waiting for your sign-off." in page
    assert "1 case that you can see is being investigated." in page


@pytest.mark.parametrize("view", ["mine", "others", "returned", "decided", "nonsense"])
@pytest.mark.parametrize("make", [investigating, submitted, approved])
def test_every_view_of_the_inbox_opens(client: Client, view: str, make: object) -> None:
    world = make()
    sign_in(client, world.manager)

    assert client.get(reverse("complaints:inbox"), {"view": view}).status_code == 200


@pytest.mark.parametrize("role", [Role.ADMIN, Role.DATA_PROTECTION])
def test_the_inbox_is_not_for_those_who_do_not_work_on_cases(client: Client, role: Role) -> None:
    sign_in(client, UserFactory.create(role=role))

    assert client.get(reverse("complaints:inbox")).status_code == 403


def test_the_inbox_costs_the_same_for_one_and_for_twenty(client: Client, django_assert_max_num_queries) -> None:
    world = submitted()
    sign_in(client, world.manager)
    client.get(reverse("complaints:inbox"))
    with django_assert_max_num_queries(12) as first:
        client.get(reverse("complaints:inbox"))
    for _ in range(19):
        submitted()

    with django_assert_max_num_queries(len(first)):
        page = client.get(reverse("complaints:inbox"))

    assert page.content.decode().count("<tr>") == 21


@pytest.mark.parametrize(("name", "most"), [("points", 12), ("resolution", 22), ("sign_off", 18)])
def test_a_page_costs_the_same_for_one_point_and_for_twenty(
    client: Client, name: str, most: int, django_assert_max_num_queries
) -> None:
    world = submitted() if name == "sign_off" else ready("50.00")
    sign_in(client, world.leader if name == "sign_off" else world.agent)
    client.get(url(world, name))
    with django_assert_max_num_queries(most) as first:
        client.get(url(world, name))
    for number in range(2, 21):
        ComplaintPoint.objects.create(case=world.case, number=number, text=f"Point {number}", edited_by=world.agent)

    with django_assert_max_num_queries(len(first)):
        assert client.get(url(world, name)).status_code == 200
