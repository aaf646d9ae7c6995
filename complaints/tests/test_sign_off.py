from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts.choices import Role
from accounts.models import User
from accounts.tests.factories import UserFactory
from cases.choices import ApprovalState, CaseStatus, Decision, PromiseKind, PromiseState
from cases.models import Approval, ApprovalDecision, Case, NamedColleague, Promise, Referral
from cases.services.ownership import assign
from cases.tests.factories import NOW
from complaints.choices import ComplaintAction, Outcome
from complaints.errors import ContentChangedError, NotReadyError
from complaints.models import ComplaintPoint, Delegation, Proposal, Resolution
from complaints.selectors.gates import missing_for
from complaints.services.deciding import decide
from complaints.services.finishing import reopen_complaint
from complaints.services.opening import start_investigation
from complaints.services.points import PointAnswer, save_point
from complaints.services.proposing import submit_for_sign_off, take_back
from complaints.tests.factories import (
    LATER,
    LETTER,
    DelegationFactory,
    World,
    answer_point,
    approved,
    investigating,
    logged,
    offer,
    ready,
    sent,
    submitted,
    verdict,
    write_resolution,
)
from core.errors import TransitionNotAllowedError, UserFacingError
from policies.choices import SignOffSituation, TriggerEffect
from policies.models import AuthorityLimit, RedressRange, SignOffRule
from policies.tests.factories import TriggerFactory

pytestmark = pytest.mark.django_db


def approve(world: World, person: object, **values: object) -> Approval:
    return decide(approval_id=world.approval.pk, verdict=verdict(world, **values), actor=person, now=LATER)


def assert_undecided(world: World) -> None:
    assert world.approval.state == ApprovalState.PENDING
    assert world.reload().status == CaseStatus.AWAITING_SIGN_OFF
    assert not ApprovalDecision.objects.filter(approval=world.approval).exists()


# --- getting ready -------------------------------------------------------------------------------------------------


def test_a_new_investigation_lists_everything_that_sign_off_waits_for() -> None:
    world = investigating()

    missing = missing_for(ComplaintAction.SUBMIT, world.case, now=NOW)

    assert missing == [
        "Record the root cause, and how sure you are.",
        "Answer point 1: “Refund promised on 3 November has not arrived”.",
        "Say whether it gives the customer what they asked for.",
        "Say whether we apologise.",
        "Write the letter to the customer.",
    ]


def test_submitting_before_it_is_ready_is_refused_with_the_same_list() -> None:
    world = investigating()

    with pytest.raises(NotReadyError) as refusal:
        submit_for_sign_off(case_id=world.case.pk, actor=world.agent, now=NOW)

    assert refusal.value.missing == missing_for(ComplaintAction.SUBMIT, world.case, now=NOW)
    assert not Approval.objects.exists()


def test_a_finding_without_a_clause_is_not_enough() -> None:
    world = ready()
    answer_point(world, clause_id=None)

    assert missing_for(ComplaintAction.SUBMIT, world.case, now=NOW) == [
        "Link the policy clause that point 1 relies on."
    ]


def test_redress_outside_its_range_needs_a_reason() -> None:
    world = ready("400.00")
    usual = RedressRange.objects.create(
        redress_type="DISTRESS", level="Moderate", minimum=150, maximum=300, valid_from=date(2026, 1, 1)
    )
    world.case.redress.update(usual=usual)

    assert missing_for(ComplaintAction.SUBMIT, world.case, now=NOW) == [
        "Say why £400.00 is outside the usual range of £150.00 to £300.00."
    ]

    world.case.redress.update(outside_reason="Three missed medical appointments.")
    assert not missing_for(ComplaintAction.SUBMIT, world.case, now=NOW)


@pytest.mark.parametrize(
    ("letter", "missing"),
    [
        ("", "Write the letter to the customer."),
        ("Dear Ann, we looked into it.", "Answer point 1 in the letter."),
        (LETTER + " [date]", "Fill in or remove “[date]” in the letter."),
        (LETTER + " {{ name }}", "Fill in or remove “{{ name }}” in the letter."),
        (LETTER + " CMP-2020-000001", "Remove the reference CMP-2020-000001 from the letter: it is not this case."),
    ],
)
def test_the_letter_is_checked(letter: str, missing: str) -> None:
    world = ready()
    write_resolution(world, letter=letter, version=1)

    assert missing_for(ComplaintAction.SUBMIT, world.case, now=NOW) == [missing]


def test_submitting_says_who_must_decide_and_why() -> None:
    world = submitted("250.00")

    assert world.approval.amount == Decimal("250.00")
    assert world.approval.reason == f"£250.00 is above {world.agent}’s limit of £100.00."
    assert world.approval.proposal.least_role == Role.TEAM_LEADER
    assert world.reload().status == CaseStatus.AWAITING_SIGN_OFF


def test_a_legal_trigger_needs_a_manager() -> None:
    world = ready("10.00")
    trigger = TriggerFactory.create(label="Regulator mentioned", effect=TriggerEffect.LEGAL)
    Referral.objects.create(case=world.case, main_trigger=trigger)
    submit_for_sign_off(case_id=world.case.pk, actor=world.agent, now=NOW)

    with pytest.raises(PermissionDenied, match=r"A manager must approve this.*Mira Castell can approve it"):
        approve(world, world.leader)
    assert_undecided(world)


# --- deciding ------------------------------------------------------------------------------------------------------


def test_approval_settles_the_outcome_and_promises_what_was_approved() -> None:
    world = submitted("250.00")

    approve(world, world.leader)

    world.reload()
    assert world.case.status == CaseStatus.APPROVED
    assert world.case.complaint.outcome == Outcome.UPHELD
    promises = Promise.objects.filter(case=world.case).values_list("kind", "text")
    assert set(promises) == {
        (PromiseKind.ACTION, "Release the refund"),
        (PromiseKind.PAYMENT, "Pay £250.00 (distress and inconvenience)"),
        (PromiseKind.FOLLOW_UP, "Check that the payment arrived"),
        (PromiseKind.FOLLOW_UP, "Call to check that it is put right"),
    }


def test_a_return_says_what_to_change() -> None:
    world = submitted()

    approve(world, world.leader, decision=Decision.RETURN, comment="Explain the delay.", parts=("LETTER",))

    decision = ApprovalDecision.objects.get()
    assert (decision.comment, decision.parts) == ("Explain the delay.", ["LETTER"])
    assert world.reload().status == CaseStatus.RETURNED


@pytest.mark.parametrize("decision", [Decision.RETURN, Decision.REFER])
def test_a_return_or_a_referral_without_a_comment_is_refused(decision: Decision) -> None:
    world = submitted()

    with pytest.raises(UserFacingError, match="Say why"):
        approve(world, world.leader, decision=decision)
    assert_undecided(world)


def test_referring_up_opens_a_round_for_a_manager() -> None:
    world = submitted()

    approve(world, world.leader, decision=Decision.REFER, comment="Out of my experience.")

    assert world.approval.round == 2
    assert world.approval.proposal.least_role == Role.MANAGER
    approve(world, world.manager)
    assert world.reload().status == CaseStatus.APPROVED


def test_an_amount_above_the_limit_is_refused_and_the_refusal_says_who_can() -> None:
    world = submitted("600.00")

    with pytest.raises(PermissionDenied, match=r"£600.00 is above your limit of £500.00.*Mira Castell can approve it."):
        approve(world, world.leader)
    assert_undecided(world)


def test_the_limit_is_of_all_redress_on_the_case() -> None:
    world = ready()
    for _ in range(3):
        offer(world, "200.00")
    submit_for_sign_off(case_id=world.case.pk, actor=world.agent, now=NOW)

    with pytest.raises(PermissionDenied, match=r"£600.00 is above your limit"):
        approve(world, world.leader)


def test_a_limit_of_the_person_goes_before_that_of_their_role() -> None:
    world = submitted("600.00")
    AuthorityLimit.objects.create(person=world.leader, amount=700, valid_from=date(2026, 1, 1))

    approve(world, world.leader)

    assert world.reload().status == CaseStatus.APPROVED


def test_above_the_highest_limit_two_managers_approve() -> None:
    world = submitted("3000.00")
    second = UserFactory.create(role=Role.MANAGER)

    approve(world, world.manager)
    assert world.reload().status == CaseStatus.AWAITING_SIGN_OFF
    with pytest.raises(PermissionDenied, match="You approved this already"):
        approve(world, world.manager)
    approve(world, second)

    assert world.reload().status == CaseStatus.APPROVED


def test_the_proposer_cannot_decide() -> None:
    world = submitted()
    world.agent.role = Role.TEAM_LEADER
    world.agent.save()
    world.agent.team.leaders.add(world.agent)

    with pytest.raises(PermissionDenied, match="You proposed this resolution, so someone else must decide"):
        approve(world, world.agent)
    assert_undecided(world)


def test_who_wrote_part_of_it_cannot_decide() -> None:
    world = ready("250.00")
    answer = PointAnswer(
        text=world.point.text, finding="UPHELD", reason="Never released.", clause_id=world.point.clause_id
    )
    save_point(point_id=world.point.pk, version=world.point.version, answer=answer, actor=world.leader, now=NOW)
    submit_for_sign_off(case_id=world.case.pk, actor=world.agent, now=NOW)

    with pytest.raises(PermissionDenied, match="You wrote part of this proposal"):
        approve(world, world.leader)
    assert_undecided(world)


def hand_over_from_the_leader(world: World, *, days_ago: int) -> None:
    """Let the leader have owned the case until then."""
    Case.objects.filter(pk=world.case.pk).update(owner=world.leader)
    assign(world.reload(), actor=world.manager, now=NOW - timedelta(days=days_ago), owner=world.agent)


def test_the_owner_of_last_week_cannot_decide() -> None:
    world = submitted()
    hand_over_from_the_leader(world, days_ago=7)

    with pytest.raises(PermissionDenied, match="You owned this case in the last 30 days"):
        approve(world, world.leader)
    assert_undecided(world)


def test_the_owner_of_five_weeks_ago_can_decide() -> None:
    world = submitted()
    hand_over_from_the_leader(world, days_ago=35)

    approve(world, world.leader)

    assert world.reload().status == CaseStatus.APPROVED


def test_a_person_named_in_the_complaint_does_not_even_see_it() -> None:
    world = submitted()
    NamedColleague.objects.create(case=world.case, colleague=world.leader)

    with pytest.raises(PermissionDenied):
        approve(world, world.leader)
    assert_undecided(world)


def test_who_approved_the_first_stage_cannot_decide_the_second() -> None:
    world = sent()
    reopen_complaint(case_id=world.case.pk, reason="Asks for stage 2", actor=world.agent, now=LATER, second_stage=True)
    start_investigation(case_id=world.case.pk, actor=world.agent, now=LATER, note="A second look")
    submit_for_sign_off(case_id=world.case.pk, actor=world.agent, now=LATER)

    with pytest.raises(PermissionDenied, match="You decided the first stage"):
        approve(world, world.leader)


# --- delegation ----------------------------------------------------------------------------------------------------


def test_who_stands_in_for_a_manager_has_their_limit() -> None:
    world = submitted("600.00")
    Delegation.objects.create(
        giver=world.manager, receiver=world.leader, first_day=NOW.date(), last_day=NOW.date(), reason="Leave"
    )

    approve(world, world.leader)

    assert world.reload().status == CaseStatus.APPROVED


def test_a_delegation_that_has_ended_lends_nothing() -> None:
    world = submitted("600.00")
    day = NOW.date() - timedelta(days=1)
    Delegation.objects.create(giver=world.manager, receiver=world.leader, first_day=day, last_day=day, reason="Leave")

    with pytest.raises(PermissionDenied, match="above your limit"):
        approve(world, world.leader)


def test_who_stands_in_for_a_person_barred_is_barred() -> None:
    world = submitted()
    Delegation.objects.create(
        giver=world.agent, receiver=world.leader, first_day=NOW.date(), last_day=NOW.date(), reason="Leave"
    )

    with pytest.raises(PermissionDenied, match="You are standing in for a person who may not decide this"):
        approve(world, world.leader)


# --- what was read is what is signed -------------------------------------------------------------------------------


def test_a_change_that_went_round_the_services_is_named_and_refused() -> None:
    world = submitted()
    ComplaintPoint.objects.filter(case=world.case).update(reason="Something else.")
    Resolution.objects.filter(case=world.case).update(letter="Another letter. Point 1.")

    with pytest.raises(ContentChangedError) as refusal:
        approve(world, world.leader)

    assert [each.words for each in refusal.value.changed] == ["the letter", "the reason on point 1"]
    assert_undecided(world)


def test_an_approver_who_read_an_older_version_is_refused() -> None:
    world = submitted()
    read = world.approval.content_hash
    take_back(case_id=world.case.pk, actor=world.agent, now=NOW)
    write_resolution(world, letter=LETTER + " We are sorry.", version=1)
    submit_for_sign_off(case_id=world.case.pk, actor=world.agent, now=NOW)

    with pytest.raises(ContentChangedError):
        approve(world, world.leader, content_hash=read)
    assert_undecided(world)


@pytest.mark.parametrize("state", [submitted, approved])
def test_an_edit_after_submission_voids_the_round_and_releases_its_promises(state: object) -> None:
    world = state()
    write_resolution(world, letter=LETTER + " We are sorry.", version=1)

    assert world.approval.state == ApprovalState.VOID
    assert world.approval.proposal.voided_by == world.agent
    assert world.reload().status == CaseStatus.INVESTIGATING
    assert not Promise.objects.filter(case=world.case, state=PromiseState.OPEN).exists()
    event = world.case.events.order_by("-seq").select_related("detail").first()
    assert event.detail.values["note"] == "Changed: the letter."


def test_saving_the_same_again_voids_nothing() -> None:
    world = submitted()
    write_resolution(world, version=1)

    assert_undecided(world)


def test_a_decision_on_a_voided_round_is_refused() -> None:
    world = submitted()
    voided = world.approval
    write_resolution(world, letter=LETTER + " We are sorry.", version=1)

    with pytest.raises(ContentChangedError, match="the letter"):
        decide(approval_id=voided.pk, verdict=verdict(world), actor=world.leader, now=LATER)


def test_a_second_decision_is_refused() -> None:
    world = approved()

    with pytest.raises(TransitionNotAllowedError, match="Approving is not possible while the case is approved"):
        approve(world, world.manager)
    assert ApprovalDecision.objects.count() == 1


# --- the database holds the same rules -----------------------------------------------------------------------------


def raw_decision(world: World, person: object, **values: object) -> None:
    with transaction.atomic():
        ApprovalDecision.objects.create(
            **{
                "approval": world.approval,
                "decision": Decision.APPROVE,
                "decided_by": person,
                "requested_by": world.agent,
                "decided_at": LATER,
                "content_hash": world.approval.content_hash,
                "limit": Decimal(500),
            }
            | values
        )


def test_the_database_refuses_the_proposer() -> None:
    world = submitted()

    with pytest.raises(IntegrityError):
        raw_decision(world, world.agent)


def test_the_database_refuses_a_contributor() -> None:
    world = submitted()
    world.case.contributors.create(person=world.leader, last_at=NOW)

    with pytest.raises(IntegrityError, match="wrote part of the proposal"):
        raw_decision(world, world.leader)


def test_the_database_refuses_a_named_colleague() -> None:
    world = submitted()
    NamedColleague.objects.create(case=world.case, colleague=world.leader)

    with pytest.raises(IntegrityError, match="named in the complaint"):
        raw_decision(world, world.leader)


def test_the_database_refuses_the_owner() -> None:
    world = submitted()
    Case.objects.filter(pk=world.case.pk).update(owner=world.leader)

    with pytest.raises(IntegrityError, match="owns the case"):
        raw_decision(world, world.leader)


def test_the_database_refuses_an_amount_above_the_limit() -> None:
    world = submitted("600.00")

    with pytest.raises(IntegrityError, match="above the limit"):
        raw_decision(world, world.leader)


def test_the_database_refuses_the_owner_of_last_week() -> None:
    world = submitted()
    hand_over_from_the_leader(world, days_ago=7)

    with pytest.raises(IntegrityError, match="owned the case in the last 30 days"):
        raw_decision(world, world.leader)


def test_the_database_takes_the_owner_of_five_weeks_ago() -> None:
    world = submitted()
    hand_over_from_the_leader(world, days_ago=35)

    raw_decision(world, world.leader)

    assert ApprovalDecision.objects.get().decided_by == world.leader


@pytest.mark.parametrize("change", [{"role": Role.AGENT}, {"role": Role.ADMIN}, {"is_active": False}])
def test_the_database_refuses_who_does_not_decide(change: dict[str, object]) -> None:
    world = submitted()
    User.objects.get_queryset().filter(pk=world.leader.pk).update(**change)

    with pytest.raises(IntegrityError, match="no team leader or manager who can sign in"):
        raw_decision(world, world.leader)


def test_the_database_refuses_who_stands_in_for_the_proposer() -> None:
    world = submitted()
    DelegationFactory.create(giver=world.agent, receiver=world.leader)

    with pytest.raises(IntegrityError, match="stands in for a person who may not decide"):
        raw_decision(world, world.leader)


def test_the_database_refuses_a_leader_where_a_manager_must_approve() -> None:
    world = submitted()
    Proposal.objects.update(least_role=Role.MANAGER)

    with pytest.raises(IntegrityError, match="A manager must approve it"):
        raw_decision(world, world.leader)

    DelegationFactory.create(giver=world.manager, receiver=world.leader)
    raw_decision(world, world.leader)


def test_the_database_refuses_who_referred_it_up_and_who_decided_the_first_stage() -> None:
    world = submitted()
    Proposal.objects.update(referred_by=world.leader)
    with pytest.raises(IntegrityError, match="referred it up"):
        raw_decision(world, world.leader)

    again = sent()
    reopen_complaint(case_id=again.case.pk, reason="Stage 2", actor=again.agent, now=LATER, second_stage=True)
    start_investigation(case_id=again.case.pk, actor=again.agent, now=LATER, note="A second look")
    submit_for_sign_off(case_id=again.case.pk, actor=again.agent, now=LATER)
    Proposal.objects.update(least_role=Role.TEAM_LEADER)
    with pytest.raises(IntegrityError, match="decided the first stage"):
        raw_decision(again, again.leader)


def test_the_database_refuses_an_approval_without_decisions() -> None:
    world = submitted()

    with pytest.raises(IntegrityError, match="by the decisions on it alone"), transaction.atomic():
        Approval.objects.filter(pk=world.approval.pk).update(state=ApprovalState.APPROVED)
    assert_undecided(world)


@pytest.mark.parametrize("change", [{"content_hash": "0" * 64}, {"amount": Decimal(1)}, {"approvers_needed": 0}])
def test_the_database_keeps_what_was_submitted(change: dict[str, object]) -> None:
    world = submitted()

    with pytest.raises(IntegrityError, match="does not change"), transaction.atomic():
        Approval.objects.filter(pk=world.approval.pk).update(**change)


def set_by_hand(world: World, status: CaseStatus) -> None:
    """Write a status as somebody would who goes round the product."""
    with transaction.atomic():
        Case.objects.filter(pk=world.case.pk).update(status=status)


@pytest.mark.parametrize("status", ["APPROVED", "WITH_CUSTOMER", "CONFIRMED", "FOLLOW_UP", "CLOSED"])
@pytest.mark.parametrize("make", [logged, submitted])
def test_the_database_refuses_a_status_that_nobody_signed_off(make: Any, status: CaseStatus) -> None:
    world = make()
    before = world.reload().status

    with pytest.raises(IntegrityError, match="sign-off"):
        set_by_hand(world, status)
    assert world.reload().status == before


@pytest.mark.parametrize("status", ["APPROVED", "WITH_CUSTOMER", "CONFIRMED", "FOLLOW_UP", "CLOSED"])
def test_the_database_takes_no_old_sign_off_for_a_reopened_case(status: CaseStatus) -> None:
    world = sent()
    reopen_complaint(case_id=world.case.pk, reason="New evidence", actor=world.agent, now=LATER)

    with pytest.raises(IntegrityError, match="sign-off"):
        set_by_hand(world, status)


def test_the_database_leaves_other_moves_to_the_lifecycle() -> None:
    world = logged()

    set_by_hand(world, CaseStatus.INVESTIGATING)
    set_by_hand(world, CaseStatus.WITHDRAWN)

    assert world.reload().status == CaseStatus.WITHDRAWN


# --- who signs off, whatever the amount ----------------------------------------------------------------------------


def rule(situation: SignOffSituation, least_role: Role = Role.MANAGER, approvers: int = 1) -> None:
    SignOffRule.objects.create(
        situation=situation, least_role=least_role, approvers=approvers, valid_from=date(2026, 1, 1)
    )


def test_a_rule_asks_for_two_people_on_a_complaint_about_a_colleague() -> None:
    rule(SignOffSituation.ABOUT_COLLEAGUE, Role.MANAGER, 2)
    world = ready("10.00")
    NamedColleague.objects.create(case=world.case, colleague=UserFactory.create())

    submit_for_sign_off(case_id=world.case.pk, actor=world.agent, now=NOW)

    assert world.approval.approvers_needed == 2
    assert world.approval.reason == "Two managers sign off when the complaint is about a colleague."


def test_a_rule_that_an_organisation_wrote_replaces_what_holds_without_one() -> None:
    rule(SignOffSituation.SUPPORT_NEED, Role.TEAM_LEADER)
    world = ready("10.00", customer__support_need="Large print")

    submit_for_sign_off(case_id=world.case.pk, actor=world.agent, now=NOW)
    approve(world, world.leader)

    assert world.reload().status == CaseStatus.APPROVED


def test_the_strictest_of_several_rules_holds() -> None:
    rule(SignOffSituation.PRIORITY_2, Role.TEAM_LEADER, 2)
    rule(SignOffSituation.SUPPORT_NEED, Role.MANAGER)
    world = ready("10.00", priority=2, customer__support_need="Large print")

    submit_for_sign_off(case_id=world.case.pk, actor=world.agent, now=NOW)

    assert (world.approval.approvers_needed, world.approval.proposal.least_role) == (2, Role.MANAGER)


def test_a_rule_that_has_ended_asks_for_nothing() -> None:
    rule(SignOffSituation.PRIORITY_1)
    SignOffRule.objects.update(valid_to=date(2026, 6, 1))
    world = ready("10.00", priority=1)

    submit_for_sign_off(case_id=world.case.pk, actor=world.agent, now=NOW)

    assert world.approval.proposal.least_role == Role.TEAM_LEADER


def test_the_database_refuses_another_content() -> None:
    world = submitted()

    with pytest.raises(IntegrityError, match="not what was submitted"):
        raw_decision(world, world.leader, content_hash="0" * 64)


def test_the_database_refuses_a_decision_on_a_settled_round() -> None:
    world = approved()

    with pytest.raises(IntegrityError, match="no longer waiting"):
        raw_decision(world, world.manager)
