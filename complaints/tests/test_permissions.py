"""Who may decide: by hand, and over people and rounds that nobody thought of."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.choices import Role
from accounts.tests.factories import UserFactory
from cases.models import NamedColleague
from cases.tests.factories import CaseFactory
from complaints.choices import ComplaintAction as Action
from complaints.permissions import ROLE_ACTIONS, Signer, SignOffRound, beyond_authority, can, conflict

PEOPLE = st.integers(min_value=1, max_value=6)
GROUPS = st.frozensets(PEOPLE, max_size=2)
POUNDS = st.decimals(min_value=0, max_value=5000, places=2)

signers = st.builds(Signer, pk=PEOPLE, role=st.sampled_from(Role), limit=POUNDS)
rounds = st.builds(
    SignOffRound,
    amount=POUNDS,
    least_role=st.sampled_from([Role.TEAM_LEADER, Role.MANAGER]),
    approvers_needed=st.sampled_from([1, 2]),
    proposer=PEOPLE,
    recent_owners=GROUPS,
    named=GROUPS,
    contributors=GROUPS,
    referrers=GROUPS,
    first_stage_deciders=GROUPS,
    stand_ins=GROUPS,
    decided=GROUPS,
)


def may_approve(signer: Signer, round_: SignOffRound) -> bool:
    return not conflict(signer, round_) and not beyond_authority(signer, round_)


@given(signers, rounds)
def test_nobody_approves_what_they_had_a_hand_in(signer: Signer, round_: SignOffRound) -> None:
    if may_approve(signer, round_):
        assert signer.role in (Role.TEAM_LEADER, Role.MANAGER)
        assert signer.pk != round_.proposer
        for barred in (
            round_.recent_owners,
            round_.named,
            round_.contributors,
            round_.referrers,
            round_.first_stage_deciders,
            round_.stand_ins,
            round_.decided,
        ):
            assert signer.pk not in barred


@given(signers, rounds)
def test_nobody_approves_more_than_their_limit_alone(signer: Signer, round_: SignOffRound) -> None:
    if may_approve(signer, round_):
        assert round_.approvers_needed == 2 or round_.amount <= signer.limit
        assert round_.least_role != Role.MANAGER or signer.role == Role.MANAGER


@given(signers, rounds)
def test_every_refusal_names_its_rule(signer: Signer, round_: SignOffRound) -> None:
    for sentence in (conflict(signer, round_), beyond_authority(signer, round_)):
        assert not sentence or (sentence[0] in "YTA£" and sentence.endswith("."))


def test_a_leader_within_their_limit_and_with_no_part_in_it_may_approve() -> None:
    signer = Signer(pk=1, role=Role.TEAM_LEADER, limit=Decimal(500))
    round_ = SignOffRound(amount=Decimal(500), least_role=Role.TEAM_LEADER, approvers_needed=1, proposer=2)

    assert may_approve(signer, round_)


def test_every_role_has_its_actions() -> None:
    assert set(ROLE_ACTIONS) == set(Role)


MATRIX = {
    # action: who may, of (agent own, agent team, leader team, manager, admin, data protection)
    Action.START: "yes no yes yes no no",
    Action.ANSWER_POINTS: "yes no yes yes no no",
    Action.PROPOSE: "yes no no no no no",
    Action.SUBMIT: "yes no no no no no",
    Action.TAKE_BACK: "yes no no no no no",
    Action.APPROVE: "no no yes yes no no",
    Action.RETURN: "no no yes yes no no",
    Action.REFER: "no no yes yes no no",
    Action.SEND: "yes no yes yes no no",
    Action.CALL_OFF: "yes no yes yes no no",
    Action.CONFIRM: "yes yes yes yes no no",
    Action.DISPUTE: "yes yes yes yes no no",
    Action.FOLLOW_UP: "yes no yes yes no no",
    Action.CLOSE: "yes no yes yes no no",
    Action.REOPEN: "yes yes yes yes no no",
    Action.WITHDRAW: "yes no yes yes no no",
    Action.SET_ASIDE: "no no yes yes no no",
}


@pytest.mark.django_db
@pytest.mark.parametrize("action", MATRIX)
def test_the_matrix_of_rights(action: Action) -> None:
    case = CaseFactory.create()
    people = [
        case.owner,
        UserFactory.create(team=case.team),
        UserFactory.create(role=Role.TEAM_LEADER, team=case.team),
        UserFactory.create(role=Role.MANAGER),
        UserFactory.create(role=Role.ADMIN),
        UserFactory.create(role=Role.DATA_PROTECTION),
    ]

    answers = ["yes" if can(person, action, case) else "no" for person in people]

    assert " ".join(answers) == MATRIX[action]


@pytest.mark.django_db
@pytest.mark.parametrize("action", Action)
def test_nobody_acts_on_a_complaint_about_themselves(action: Action) -> None:
    case = CaseFactory.create()
    leader = UserFactory.create(role=Role.TEAM_LEADER, team=case.team)
    NamedColleague.objects.create(case=case, colleague=leader)

    assert not can(leader, action, case)
