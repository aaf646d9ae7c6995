from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.chain import first_break
from cases.choices import ApprovalState, CaseStatus, ContactPurpose, PromiseKind, PromiseState
from cases.models import Contact, Promise
from cases.tests.factories import NOW
from complaints.choices import Answer, ComplaintAction, Outcome, Stage
from complaints.errors import ContentChangedError, NotReadyError
from complaints.models import Confirmation, Resolution
from complaints.selectors.gates import missing_for
from complaints.selectors.next_action import next_action
from complaints.services.deciding import decide
from complaints.services.drafting import draft_letter
from complaints.services.finishing import (
    CustomerAnswer,
    close_complaint,
    record_confirmation,
    reopen_complaint,
    send_decision,
    set_aside,
    start_follow_up,
    withdraw_complaint,
)
from complaints.services.opening import open_complaint, start_investigation
from complaints.services.points import PointAnswer, add_point, save_point
from complaints.services.proposing import RedressOffer, add_redress, submit_for_sign_off
from complaints.tests.factories import (
    LATER,
    LETTER,
    WAY_ON,
    World,
    answer_point,
    approved,
    confirmed,
    investigating,
    logged,
    offer,
    ready,
    sent,
    submitted,
    verdict,
    write_resolution,
)
from core.errors import StaleVersionError, TransitionNotAllowedError, UserFacingError
from policies.choices import LetterPurpose
from policies.models import LetterTemplate
from sla.choices import BreachCause
from sla.services.breaches import give_breach_cause
from sla.tests.factories import make_clock

pytestmark = pytest.mark.django_db


MONTH_ON = LATER + timedelta(days=30)


def keep_all_promises(world: World) -> None:
    Promise.objects.filter(case=world.case).update(state=PromiseState.KEPT, settled_at=LATER, settled_by=world.agent)


def test_opening_twice_makes_one_complaint_with_one_point() -> None:
    world = logged()

    open_complaint(world.case, actor=world.agent, now=LATER)

    assert [point.text for point in world.case.points.all()] == ["Refund promised on 3 November has not arrived"]


def test_points_are_numbered_in_order() -> None:
    world = investigating()

    point = add_point(case_id=world.case.pk, text="Nobody rang back", actor=world.agent, now=NOW)

    assert point.number == 2


def test_a_finding_without_a_reason_is_refused() -> None:
    world = investigating()

    with pytest.raises(UserFacingError, match="Give the reason for the finding"):
        answer_point(world, reason=" ")
    assert world.point.finding == ""


def test_a_point_that_somebody_saved_meanwhile_is_not_overwritten() -> None:
    world = investigating()
    answer_point(world)

    with pytest.raises(StaleVersionError, match=rf"{world.agent} changed point 1 at"):
        save_point(point_id=world.point.pk, version=1, answer=PointAnswer(text="Mine"), actor=world.leader, now=LATER)
    assert world.point.finding == "UPHELD"


@pytest.mark.parametrize("amount", ["-1", "0", "NaN", "Infinity", "1e308", "0.001"])
def test_redress_that_is_no_amount_is_refused(amount: str) -> None:
    world = investigating()
    offer = RedressOffer(redress_type="GOODWILL", amount=Decimal(amount))

    with pytest.raises(UserFacingError, match="Redress must be an amount"):
        add_redress(case_id=world.case.pk, offer=offer, actor=world.agent, now=NOW)


def test_a_colleague_of_the_owner_cannot_write_the_proposal() -> None:
    world = investigating()

    with pytest.raises(PermissionDenied, match=f"for the owner of the case. {world.agent} owns it"):
        add_redress(
            case_id=world.case.pk,
            offer=RedressOffer(redress_type="GOODWILL", amount=10),
            actor=world.leader,
            now=NOW,
        )


def test_the_letter_goes_out_word_for_word() -> None:
    world = sent()

    contact = Contact.objects.get(case=world.case)
    assert (contact.purpose, contact.body) == (ContactPurpose.DECISION, LETTER)
    assert world.reload().status == CaseStatus.WITH_CUSTOMER
    assert world.case.complaint.decision_sent_at == LATER


def test_a_letter_changed_behind_the_approval_is_not_sent() -> None:
    world = approved()
    Resolution.objects.filter(case=world.case).update(letter="Point 1: no.")

    with pytest.raises(ContentChangedError, match="the letter"):
        send_decision(case_id=world.case.pk, channel="LETTER", actor=world.agent, now=LATER)
    assert not Contact.objects.exists()


def test_nothing_is_sent_before_approval() -> None:
    world = submitted()

    with pytest.raises(TransitionNotAllowedError, match="Sending the decision is not possible while"):
        send_decision(case_id=world.case.pk, channel="LETTER", actor=world.agent, now=LATER)
    assert not Contact.objects.exists()


def test_a_customer_who_is_content_confirms() -> None:
    world = confirmed()

    assert world.reload().status == CaseStatus.CONFIRMED
    assert Confirmation.objects.get().said_by == "Ann Lee"


@pytest.mark.parametrize("answer", [Answer.PARTLY, Answer.NO])
def test_a_customer_who_is_not_content_reopens_the_case_with_a_plan_and_a_promise(answer: Answer) -> None:
    world = sent()
    said = CustomerAnswer(answer=answer, said_by="Ann Lee", words="The refund is still not there.", **WAY_ON)

    record_confirmation(case_id=world.case.pk, said=said, actor=world.agent, now=LATER)

    assert world.reload().status == CaseStatus.REOPENED
    assert world.reload().complaint.reopening_plan == "Ask Billing again"
    assert world.case.events.get(action="complaint.dispute").detail.values["note"] == "Ask Billing again"
    promise = Promise.objects.get(case=world.case, kind=PromiseKind.CALL_BACK)
    assert (promise.owner, timezone.localdate(promise.due_at)) == (world.agent, WAY_ON["contact_on"])


@pytest.mark.parametrize("missing", ["plan", "contact_on"])
def test_a_colleague_does_not_hear_a_no_without_saying_how_it_goes_on(missing: str) -> None:
    world = sent()
    said = CustomerAnswer(answer=Answer.NO, said_by="Ann Lee", words="Still no refund.", **WAY_ON | {missing: ""})

    with pytest.raises(UserFacingError, match="what you do about it, and by when"):
        record_confirmation(case_id=world.case.pk, said=said, actor=world.agent, now=LATER)

    assert world.reload().status == CaseStatus.WITH_CUSTOMER
    assert not Confirmation.objects.exists()
    assert not Promise.objects.filter(kind=PromiseKind.CALL_BACK).exists()


def test_contact_is_not_promised_for_a_day_gone_by() -> None:
    world = sent()
    way_on = WAY_ON | {"contact_on": LATER.date() - timedelta(days=1)}
    said = CustomerAnswer(answer=Answer.NO, said_by="Ann Lee", words="Still no refund.", **way_on)

    with pytest.raises(UserFacingError, match="must be in the future"):
        record_confirmation(case_id=world.case.pk, said=said, actor=world.agent, now=LATER)

    assert world.reload().status == CaseStatus.WITH_CUSTOMER


def test_a_reopened_case_goes_on_with_a_plan_only() -> None:
    world = confirmed()
    reopen_complaint(case_id=world.case.pk, reason="New evidence", actor=world.agent, now=LATER)

    with pytest.raises(UserFacingError, match="Write down what you do about what is still wrong"):
        start_investigation(case_id=world.case.pk, actor=world.agent, now=LATER, note=" ")

    assert world.reload().status == CaseStatus.REOPENED


def test_an_answer_that_is_not_sorted_says_what_is_wrong() -> None:
    world = sent()

    with pytest.raises(UserFacingError, match="still wrong"):
        record_confirmation(
            case_id=world.case.pk, said=CustomerAnswer(answer=Answer.NO, said_by="Ann"), actor=world.agent, now=LATER
        )
    assert not Confirmation.objects.exists()


def test_a_case_with_an_open_promise_does_not_close() -> None:
    world = confirmed()

    with pytest.raises(NotReadyError) as refusal:
        close_complaint(case_id=world.case.pk, actor=world.agent, now=LATER)

    assert "Keep or release the promise “Release the refund”, or hand it to after-care." in refusal.value.missing
    assert world.reload().status == CaseStatus.CONFIRMED


def test_a_missed_deadline_asks_for_its_cause_before_the_case_closes() -> None:
    world = confirmed()
    keep_all_promises(world)
    clock = make_clock(world.case, breached_at=NOW)

    with pytest.raises(NotReadyError) as refusal:
        close_complaint(case_id=world.case.pk, actor=world.agent, now=LATER)
    give_breach_cause(clock, cause=BreachCause.LATE_HANDOVER, note="", actor=world.agent, now=LATER)
    close_complaint(case_id=world.case.pk, actor=world.agent, now=LATER)

    assert refusal.value.missing == ["Say why the deadline “Final response” was missed."]
    assert world.reload().closed_at == LATER


def test_a_case_closes_when_the_customer_is_content_and_everything_promised_is_done() -> None:
    world = confirmed()
    keep_all_promises(world)

    close_complaint(case_id=world.case.pk, actor=world.agent, now=LATER)

    assert world.reload().closed_at == LATER


def test_silence_closes_a_case_after_thirty_days_only() -> None:
    world = sent()
    keep_all_promises(world)
    start_follow_up(case_id=world.case.pk, actor=world.agent, now=LATER)

    with pytest.raises(NotReadyError, match=r"Record the customer’s answer, or wait until 20 Dec 2026."):
        close_complaint(case_id=world.case.pk, actor=world.agent, now=LATER + timedelta(days=29))
    close_complaint(case_id=world.case.pk, actor=world.agent, now=LATER + timedelta(days=30))

    assert world.reload().status == CaseStatus.CLOSED


def test_reopening_takes_back_the_outcome() -> None:
    world = confirmed()

    reopen_complaint(case_id=world.case.pk, reason="New evidence", actor=world.agent, now=LATER)

    complaint = world.reload().complaint
    assert (complaint.outcome, complaint.decided_at, complaint.stage) == ("", None, Stage.FIRST)


@pytest.mark.parametrize("step", [reopen_complaint])
def test_reopening_without_a_reason_is_refused(step: object) -> None:
    world = confirmed()

    with pytest.raises(UserFacingError, match="Give the reason"):
        step(case_id=world.case.pk, reason=" ", actor=world.agent, now=LATER)
    assert world.reload().status == CaseStatus.CONFIRMED


def test_a_reopened_case_needs_a_new_sign_off() -> None:
    world = confirmed()
    reopen_complaint(case_id=world.case.pk, reason="New evidence", actor=world.agent, now=LATER)
    start_investigation(case_id=world.case.pk, actor=world.agent, now=LATER, note="Ask Billing again")

    with pytest.raises(TransitionNotAllowedError):
        send_decision(case_id=world.case.pk, channel="LETTER", actor=world.agent, now=LATER)


def decided_again(world: World) -> None:
    """The case was opened again, looked into, proposed and signed off once more."""
    if world.reload().status != CaseStatus.REOPENED:
        reopen_complaint(case_id=world.case.pk, reason="New evidence", actor=world.agent, now=LATER)
    start_investigation(case_id=world.case.pk, actor=world.agent, now=LATER, note="Ask Billing again")
    submit_for_sign_off(case_id=world.case.pk, actor=world.agent, now=LATER)
    decide(approval_id=world.approval.pk, verdict=verdict(world), actor=world.leader, now=LATER)


def test_a_second_decision_after_reopening_is_sent_like_the_first() -> None:
    world = confirmed()
    decided_again(world)

    send_decision(case_id=world.case.pk, channel="LETTER", actor=world.agent, now=LATER)

    assert world.reload().status == CaseStatus.WITH_CUSTOMER


@pytest.mark.parametrize("answer", [Answer.SORTED, Answer.NO])
def test_what_the_customer_said_to_the_first_decision_does_not_close_the_case_after_the_second(answer: Answer) -> None:
    world = sent()
    said = CustomerAnswer(answer=answer, said_by="Ann Lee", words="The refund", **WAY_ON)
    record_confirmation(case_id=world.case.pk, said=said, actor=world.agent, now=LATER)
    decided_again(world)
    second = LATER + timedelta(days=1)
    send_decision(case_id=world.case.pk, channel="LETTER", actor=world.agent, now=second)
    keep_all_promises(world)
    start_follow_up(case_id=world.case.pk, actor=world.agent, now=second)

    with pytest.raises(NotReadyError, match="Record the customer’s answer, or wait until"):
        close_complaint(case_id=world.case.pk, actor=world.agent, now=second)
    asked = next_action(world.reload(), world.agent, second + timedelta(days=8))
    assert asked
    assert asked.text == "Ask the customer to confirm"


def letter_begun_again(world: World, *, now: datetime) -> str:
    purpose = LetterPurpose.DECISION
    LetterTemplate.objects.create(name="Decision", purpose=purpose, subject="Decision", body="{{ actions }}")
    write_resolution(world, letter="", version=1)
    return draft_letter(case_id=world.case.pk, actor=world.agent, now=now).letter


def test_the_second_decision_promises_and_pays_only_what_is_new(client: Client) -> None:
    world = sent("250.00")
    keep_all_promises(world)
    promised = Promise.objects.filter(case=world.case)
    reopen_complaint(case_id=world.case.pk, reason="New evidence", actor=world.agent, now=MONTH_ON)
    start_investigation(case_id=world.case.pk, actor=world.agent, now=MONTH_ON, note="Ask Billing again")
    offer(world, "40.00")
    assert letter_begun_again(world, now=MONTH_ON) == "Pay you £40.00."
    write_resolution(world, version=3)
    submit_for_sign_off(case_id=world.case.pk, actor=world.agent, now=MONTH_ON)
    assert world.approval.amount == Decimal("290.00")
    client.force_login(world.leader)
    page = client.get(reverse("complaints:sign_off", args=[world.case.reference])).text
    assert "not promised again: Pay £250.00 (distress and inconvenience); Release the refund." in page

    decide(approval_id=world.approval.pk, verdict=verdict(world), actor=world.leader, now=MONTH_ON)

    new = promised.filter(state=PromiseState.OPEN).values_list("text", flat=True)
    assert sorted(new) == [
        "Call to check that it is put right",
        "Check that the payment arrived",
        "Pay £40.00 (distress and inconvenience)",
    ]
    assert promised.filter(text__startswith="Pay £250.00").count() == 1


def test_what_a_voided_decision_promised_is_promised_anew() -> None:
    world = approved("250.00")
    write_resolution(world, letter=f"{LETTER} It was paid today.", version=1)
    submit_for_sign_off(case_id=world.case.pk, actor=world.agent, now=LATER)

    decide(approval_id=world.approval.pk, verdict=verdict(world), actor=world.leader, now=LATER)

    payments = Promise.objects.filter(case=world.case, kind=PromiseKind.PAYMENT)
    assert sorted(payments.values_list("state", flat=True)) == [PromiseState.OPEN, PromiseState.RELEASED]


def test_an_edit_after_the_second_approval_voids_that_one() -> None:
    world = confirmed()
    decided_again(world)

    write_resolution(world, letter=f"{LETTER} It was paid today.", version=1)

    states = list(world.case.approvals.order_by("round").values_list("state", flat=True))
    assert states == [ApprovalState.APPROVED, ApprovalState.VOID]
    assert world.reload().status == CaseStatus.INVESTIGATING


def test_withdrawing_takes_the_proposal_back() -> None:
    world = submitted()

    withdraw_complaint(case_id=world.case.pk, reason="Customer rang: no longer wants it", actor=world.agent, now=LATER)

    assert world.reload().status == CaseStatus.WITHDRAWN
    assert world.case.complaint.outcome == Outcome.WITHDRAWN
    assert world.approval.state == ApprovalState.TAKEN_BACK


def test_a_case_is_set_aside_only_with_an_outcome_that_needs_no_finding() -> None:
    world = logged()

    with pytest.raises(UserFacingError, match="needs findings and a sign-off"):
        set_aside(case_id=world.case.pk, outcome=Outcome.NOT_UPHELD, reason="No", actor=world.leader, now=LATER)
    set_aside(case_id=world.case.pk, outcome=Outcome.OUT_OF_SCOPE, reason="Not ours", actor=world.leader, now=LATER)

    assert world.reload().status == CaseStatus.CLOSED


def test_a_new_case_cannot_be_closed() -> None:
    world = logged()

    with pytest.raises(TransitionNotAllowedError):
        close_complaint(case_id=world.case.pk, actor=world.leader, now=LATER)
    assert missing_for(ComplaintAction.CLOSE, world.case, now=LATER)[0] == "Send the decision to the customer."


def test_the_history_of_a_whole_life_is_whole() -> None:
    world = confirmed()
    world.reload()

    events = world.case.events.order_by("seq")

    assert not first_break(events, expected_count=world.case.event_count, expected_hash=world.case.last_event_hash)
    assert [
        event.action.partition(".")[2] for event in events if event.fields == ["status"] or "status" in event.fields
    ] == [
        "start",
        "submit",
        "approve",
        "send",
        "confirm",
    ]


def test_ready_is_ready() -> None:
    assert not missing_for(ComplaintAction.SUBMIT, ready("50.00").case, now=NOW)
