"""The steps of an incident, through the services."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from accounts.choices import Role
from accounts.models import User
from accounts.tests.factories import UserFactory
from cases.choices import CaseStatus, LinkKind, WaitingOn
from cases.models import Case, CaseEvent, CaseLink
from cases.tests.factories import NOW, CaseFactory
from core.errors import StaleVersionError, TransitionNotAllowedError, UserFacingError
from incidents.choices import Audience, RecoveryKind, RecoveryState
from incidents.models import HandOff, Incident, IncidentUpdate, RecoveryAction
from incidents.services import handoffs, linking, recovery, steps, updates
from incidents.tests.factories import IncidentCaseFactory
from policies.choices import CaseKind, Priority
from policies.models import AuthorityLimit, PriorityRule

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def case() -> Case:
    return IncidentCaseFactory.create()


def leader_of(case: Case) -> User:
    return UserFactory.create(role=Role.TEAM_LEADER, team=case.team, leads=True)


def turn(case: Case, actor: User | None = None, note: str = "") -> steps.Turn:
    return steps.Turn(case_id=case.pk, actor=actor or case.owner, now=LATER, note=note)


def assessment(**values: object) -> steps.Assessment:
    return steps.Assessment(**{"affected": "Online payments", "impact": 3, "urgency": 3, **values})


def in_progress(case: Case) -> Case:
    steps.assess(turn(case), assessment=assessment())
    return steps.start(turn(case))


def resolved(case: Case) -> Case:
    in_progress(case)
    return steps.resolve(turn(case), resolution="The payment provider restarted its gateway.")


def tell(case: Case, **values: object) -> IncidentUpdate:
    given = {"audience": Audience.CUSTOMERS, "text": "Payments work again.", "actor": case.owner, "now": LATER}
    return updates.post_update(case_id=case.pk, **{**given, **values})


def test_opening_an_incident_twice_keeps_what_is_known() -> None:
    case = CaseFactory.create(kind=CaseKind.INCIDENT)
    first = steps.open_incident(case, actor=case.owner, now=NOW, affected="Meters")

    second = steps.open_incident(case, actor=case.owner, now=LATER, affected="Something else")

    assert second.pk == first.pk
    assert Incident.objects.get().affected == "Meters"
    assert list(CaseEvent.objects.values_list("action", flat=True)) == ["incident.opened"]


def test_assessing_sets_extent_and_priority(case: Case) -> None:
    PriorityRule.objects.create(impact=3, urgency=3, priority=1, valid_from=NOW.date())

    steps.assess(turn(case), assessment=assessment(affected_count=420))

    case.refresh_from_db()
    assert (case.status, case.priority, case.version) == (CaseStatus.ASSESSED, Priority.P1, 2)
    assert case.priority_reason == "P1 Critical, because impact is 3 of 4 and urgency is 3 of 3."
    assert case.incident.affected_count == 420
    assert CaseEvent.objects.get().action == "incident.assessed"


def test_starting_gives_an_unowned_incident_an_owner(case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(owner=None)
    leader = leader_of(case)

    steps.assess(turn(case, leader), assessment=assessment())
    steps.start(turn(case, leader))

    case.refresh_from_db()
    assert case.owner == leader


def test_waiting_says_why_and_resuming_clears_it(case: Case) -> None:
    in_progress(case)

    steps.wait(turn(case, note="The provider looks into it"), waiting_on=WaitingOn.THIRD_PARTY)
    case.refresh_from_db()
    assert (case.status, case.waiting_on) == (CaseStatus.WAITING, WaitingOn.THIRD_PARTY)
    assert case.incident.waiting_reason == "The provider looks into it"

    steps.resume(turn(case))
    case.refresh_from_db()
    assert (case.status, case.waiting_on) == (CaseStatus.IN_PROGRESS, "")


def test_a_step_on_an_old_version_changes_nothing(case: Case) -> None:
    old = steps.Turn(case_id=case.pk, actor=case.owner, now=LATER, version=case.version)
    steps.assess(old, assessment=assessment())

    with pytest.raises(StaleVersionError, match="Somebody changed"):
        steps.start(old)

    case.refresh_from_db()
    assert case.status == CaseStatus.ASSESSED
    assert CaseEvent.objects.count() == 1


def test_a_refused_step_leaves_no_trace(case: Case) -> None:
    with pytest.raises(TransitionNotAllowedError, match="“Start work” is not possible while the incident is logged"):
        steps.start(turn(case))

    case.refresh_from_db()
    assert (case.status, case.version) == (CaseStatus.LOGGED, 1)
    assert not CaseEvent.objects.exists()


@pytest.mark.parametrize("role", [Role.AGENT, Role.ADMIN, Role.DATA_PROTECTION])
def test_who_may_not_work_on_a_colleagues_incident(case: Case, role: Role) -> None:
    person = UserFactory.create(role=role, team=case.team)

    with pytest.raises(PermissionDenied, match="You cannot work on an incident"):
        steps.assess(turn(case, person), assessment=assessment())

    assert not CaseEvent.objects.exists()


def test_closing_names_everything_that_is_open(case: Case) -> None:
    resolved(case)
    handoffs.hand_off(
        case_id=case.pk, request=handoffs.Request(resolver="Networks", asked="Cause"), actor=case.owner, now=LATER
    )
    recovery.propose_recovery(
        case_id=case.pk,
        proposal=recovery.Proposal(customer_group="All", kind=RecoveryKind.APOLOGY, text="Write to everyone"),
        actor=case.owner,
        now=LATER,
    )

    with pytest.raises(UserFacingError) as refusal:
        steps.close(turn(case))

    assert str(refusal.value) == (
        f"{case} cannot be closed yet. 1 hand-off without an answer. 1 service recovery action not done or dropped. "
        "Customers have not been told that it is resolved."
    )
    case.refresh_from_db()
    assert case.closed_at is None


def test_closing_after_everything_is_done(case: Case) -> None:
    resolved(case)
    tell(case, next_update_at=LATER + timedelta(hours=1))

    steps.start_follow_up(turn(case))
    steps.close(turn(case))

    case.refresh_from_db()
    assert (case.status, case.closed_at) == (CaseStatus.CLOSED, LATER)
    assert case.incident.next_update_due_at is None


def test_only_a_manager_closes_a_critical_incident(case: Case) -> None:
    PriorityRule.objects.create(impact=3, urgency=3, priority=1, valid_from=NOW.date())
    resolved(case)
    tell(case)

    with pytest.raises(PermissionDenied, match="close a critical or major incident"):
        steps.close(turn(case, leader_of(case)))

    steps.close(turn(case, UserFactory.create(role=Role.MANAGER)))
    case.refresh_from_db()
    assert case.status == CaseStatus.CLOSED


def test_reopening_takes_it_up_again(case: Case) -> None:
    resolved(case)
    tell(case)
    steps.close(turn(case))

    steps.reopen(turn(case, UserFactory.create(team=case.team), note="It fails again"))

    case.refresh_from_db()
    assert (case.status, case.closed_at, case.incident.resolved_at) == (CaseStatus.REOPENED, None, None)


def test_an_update_promises_the_next_one(case: Case) -> None:
    tell(case, next_update_at=LATER + timedelta(hours=2))

    case.incident.refresh_from_db()
    assert case.incident.next_update_due_at == LATER + timedelta(hours=2)
    assert CaseEvent.objects.get().action == "incident.customers_told"


def test_a_word_to_stakeholders_does_not_settle_what_customers_were_promised(case: Case) -> None:
    tell(case, next_update_at=LATER + timedelta(hours=2))

    tell(case, audience=Audience.STAKEHOLDERS, text="Cause is known.")

    case.incident.refresh_from_db()
    assert case.incident.next_update_due_at == LATER + timedelta(hours=2)


def test_a_promise_for_the_past_is_refused(case: Case) -> None:
    with pytest.raises(UserFacingError, match="must be later than now"):
        tell(case, next_update_at=LATER)

    assert not IncidentUpdate.objects.exists()


def test_a_hand_off_has_a_receipt_and_an_answer(case: Case) -> None:
    row = handoffs.hand_off(
        case_id=case.pk, request=handoffs.Request(resolver="Networks", asked="Cause"), actor=case.owner, now=NOW
    )

    handoffs.confirm_receipt(hand_off_id=row.pk, receipt="NW-118", actor=case.owner, now=LATER)
    handoffs.record_answer(hand_off_id=row.pk, answer="A cable was cut.", actor=case.owner, now=LATER)

    row.refresh_from_db()
    assert (row.receipt, row.received_at, row.answer) == ("NW-118", LATER, "A cable was cut.")
    with pytest.raises(TransitionNotAllowedError, match="already recorded"):
        handoffs.record_answer(hand_off_id=row.pk, answer="Another.", actor=case.owner, now=LATER)
    assert HandOff.objects.get().answer == "A cable was cut."


def propose(case: Case, actor: User, cost: int) -> RecoveryAction:
    proposal = recovery.Proposal(
        customer_group="Customers without supply", kind=RecoveryKind.GOODWILL, text="Credit", cost=Decimal(cost)
    )
    return recovery.propose_recovery(case_id=case.pk, proposal=proposal, actor=actor, now=LATER)


@pytest.fixture
def limits() -> None:
    for role, amount in ((Role.AGENT, 50), (Role.TEAM_LEADER, 500), (Role.MANAGER, 2500)):
        AuthorityLimit.objects.create(role=role, amount=amount, valid_from=NOW.date())


@pytest.mark.usefixtures("limits")
def test_recovery_adds_up_against_the_limit(case: Case) -> None:
    first, second = propose(case, case.owner, 30), propose(case, case.owner, 30)

    assert (first.state, second.state) == (RecoveryState.AGREED, RecoveryState.PROPOSED)


@pytest.mark.usefixtures("limits")
def test_somebody_else_with_the_limit_agrees(case: Case) -> None:
    leader, manager = leader_of(case), UserFactory.create(role=Role.MANAGER)
    own, big = propose(case, leader, 501), propose(case, case.owner, 100)

    with pytest.raises(PermissionDenied, match="someone else must agree"):
        recovery.agree_recovery(action_id=own.pk, actor=leader, now=LATER)
    with pytest.raises(PermissionDenied, match="Your limit is £500"):
        recovery.agree_recovery(action_id=big.pk, actor=leader, now=LATER)
    recovery.agree_recovery(action_id=own.pk, actor=manager, now=LATER)

    own.refresh_from_db()
    assert (own.state, own.agreed_by) == (RecoveryState.AGREED, manager)


@pytest.mark.usefixtures("limits")
def test_what_was_dropped_costs_nothing_any_more(case: Case) -> None:
    recovery.drop_recovery(action_id=propose(case, case.owner, 40).pk, reason="Not wanted", actor=case.owner, now=LATER)

    assert propose(case, case.owner, 40).state == RecoveryState.AGREED


def test_a_proposal_cannot_be_done_before_it_is_agreed(case: Case) -> None:
    row = propose(case, case.owner, 10)

    with pytest.raises(TransitionNotAllowedError, match="cannot be done"):
        recovery.finish_recovery(action_id=row.pk, outcome="Paid", actor=case.owner, now=LATER)


def test_cases_are_linked_once_and_only_those_one_may_know_of(case: Case) -> None:
    ours, theirs = CaseFactory.create(team=case.team), CaseFactory.create()
    ids = [ours.pk, theirs.pk, case.pk]

    counts = [linking.link_cases(case_id=case.pk, caused=ids, actor=case.owner, now=LATER) for _ in range(2)]

    assert counts == [1, 0]
    link = CaseLink.objects.get()
    assert (link.source, link.target, link.kind) == (ours, case, LinkKind.CAUSED_BY)


def test_a_link_made_by_mistake_is_taken_back(case: Case) -> None:
    ours = CaseFactory.create(team=case.team)
    linking.link_cases(case_id=case.pk, caused=[ours.pk], actor=case.owner, now=LATER)

    linking.unlink_case(case_id=case.pk, caused_id=ours.pk, actor=case.owner, now=LATER, reason="Another matter")

    assert not CaseLink.objects.exists()
    assert CaseEvent.objects.filter(case=ours).values_list("action", flat=True).last() == "case.unlinked"


def test_a_case_that_is_a_request_by_now_takes_no_steps(case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(kind=CaseKind.SERVICE_REQUEST)

    with pytest.raises(UserFacingError, match="no longer an incident"):
        steps.assess(turn(case), assessment=assessment())
