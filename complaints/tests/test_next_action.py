"""Each rule in the state it is made for: exactly one is shown, and the earlier rule wins."""

from datetime import datetime, timedelta

import pytest

from accounts.models import User
from cases.choices import ContactPurpose, Direction, PromiseKind, PromiseState
from cases.models import Case, ChecklistItem, Contact, Promise, RootCauseAnalysis
from cases.tests.factories import NOW
from complaints.choices import Answer
from complaints.selectors.next_action import next_action
from complaints.services.deciding import decide
from complaints.services.finishing import CustomerAnswer, record_confirmation
from complaints.tests.factories import (
    LATER,
    WAY_ON,
    World,
    answer_point,
    approved,
    confirmed,
    investigating,
    logged,
    ready,
    sent,
    submitted,
    verdict,
)
from policies.tests.factories import RootCauseFactory

pytestmark = pytest.mark.django_db


def advice(world: World, person: User | None = None, at: datetime = LATER) -> str:
    found = next_action(Case.objects.get(pk=world.case.pk), person or world.agent, at)
    return found.text if found else ""


def acknowledged(world: World) -> World:
    Contact.objects.create(
        case=world.case,
        direction=Direction.OUT,
        channel="PHONE",
        purpose=ContactPurpose.ACKNOWLEDGEMENT,
        body="We are on it.",
        author=world.agent,
        happened_at=NOW,
    )
    return world


def promise(world: World, kind: str, due_at: datetime) -> None:
    Promise.objects.create(
        case=world.case,
        kind=kind,
        text="Ring about the refund",
        due_at=due_at,
        owner=world.agent,
        made_by=world.agent,
        made_at=NOW,
    )


def settle_promises(world: World) -> None:
    Promise.objects.filter(case=world.case).update(state=PromiseState.KEPT, settled_at=LATER)


def test_1_a_late_case_gets_a_holding_update_before_anything_else() -> None:
    world = logged(next_due_at=NOW)

    assert advice(world) == "Send a holding update"


def test_1_who_has_written_since_is_not_asked_to_write_again() -> None:
    world = acknowledged(logged(next_due_at=NOW - timedelta(hours=1)))

    assert advice(world) == "Start the investigation"


def test_2_a_case_is_acknowledged_first() -> None:
    assert advice(logged()) == "Send acknowledgement"


def test_3_a_reply_is_read_and_answered() -> None:
    world = acknowledged(investigating())
    Contact.objects.create(
        case=world.case, direction=Direction.IN, channel="EMAIL", body="Any news?", happened_at=LATER, is_read=False
    )

    assert advice(world) == "Read and answer the reply"


def test_4_a_promised_call_is_made() -> None:
    world = acknowledged(investigating())
    promise(world, PromiseKind.CALL_BACK, NOW + timedelta(hours=1))

    assert advice(world) == f"Call {world.case.customer} back before 5:00pm"


def test_4_a_call_promised_for_tomorrow_can_wait() -> None:
    world = acknowledged(investigating())
    promise(world, PromiseKind.CALL_BACK, NOW + timedelta(days=1))

    assert advice(world) == "Record the root cause"


def test_5_a_returned_proposal_is_read() -> None:
    world = acknowledged(submitted())
    decide(
        approval_id=world.approval.pk,
        verdict=verdict(world, "RETURN", comment="Explain."),
        actor=world.leader,
        now=LATER,
    )

    assert advice(world) == "Read what to change"


def test_6_a_case_without_an_owner_gets_one() -> None:
    world = acknowledged(logged())
    Case.objects.filter(pk=world.case.pk).update(owner=None)

    assert advice(world, world.leader) == "Assign an owner"


def test_7_the_next_open_step_is_named_the_mandatory_one_first() -> None:
    world = acknowledged(investigating())
    ChecklistItem.objects.create(case=world.case, text="Listen to the call")
    ChecklistItem.objects.create(case=world.case, text="Ask Billing for the ledger", is_mandatory=True)

    assert advice(world) == "Continue the investigation: Ask Billing for the ledger"


def test_8_the_root_cause_comes_after_the_steps() -> None:
    assert advice(acknowledged(investigating())) == "Record the root cause"


def test_9_a_resolution_is_proposed_once_the_cause_is_known() -> None:
    world = acknowledged(investigating())
    RootCauseAnalysis.objects.create(case=world.case, root_cause=RootCauseFactory.create())

    assert advice(world) == "Propose a resolution"
    answer_point(world)
    assert advice(world) == "Propose a resolution"


def test_10_a_written_proposal_is_sent_for_sign_off() -> None:
    assert advice(acknowledged(ready())) == "Send for sign-off"


def test_a_leader_is_asked_to_decide_and_the_proposer_waits() -> None:
    world = acknowledged(submitted())

    assert advice(world, world.leader) == "Decide on the proposed resolution"
    assert advice(world) == ""


def test_11_an_approved_decision_is_sent() -> None:
    assert advice(acknowledged(approved())) == "Send the decision to the customer"


def test_12_a_silent_customer_is_asked_after_a_week() -> None:
    world = sent()
    settle_promises(world)

    assert advice(world, at=LATER + timedelta(days=6)) == f"Wait for {world.case.customer}"
    assert advice(world, at=LATER + timedelta(days=7)) == "Ask the customer to confirm"


def test_13_a_customer_who_says_no_gets_a_new_plan() -> None:
    world = sent()
    said = CustomerAnswer(answer=Answer.NO, said_by="Ann Lee", words="Still no refund.", **WAY_ON)
    record_confirmation(case_id=world.case.pk, said=said, actor=world.agent, now=LATER)

    assert advice(world) == "Plan what to do next"


def test_14_a_follow_up_that_is_due_is_done() -> None:
    world = confirmed()

    assert advice(world, at=LATER + timedelta(days=4)) == "Do the follow-up: Release the refund"


def test_15_a_case_is_closed_when_everything_is_done() -> None:
    world = confirmed()
    settle_promises(world)

    assert advice(world) == "Close the case"


def test_an_open_promise_keeps_the_case_open() -> None:
    assert advice(confirmed()) == ""
