"""A share of the triage decisions is looked at by somebody who did not make them."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from accounts.choices import Role
from accounts.models import Notification, User
from accounts.tests.factories import TeamFactory, UserFactory
from cases.choices import CaseStatus
from cases.models import TriageDecision
from cases.tests.factories import NOW, CaseFactory
from coaching.choices.triage import ProposalState, TriageClaim, TriageVerdict
from coaching.models import TriageDraw, TriageReview
from coaching.services.triage import accept_proposal, decline_proposal, draw_triage_sample, give_verdict
from coaching.tests.triage_factories import TriageDecisionFactory, TriageReviewFactory
from core.errors import TransitionNotAllowedError, UserFacingError
from policies.choices import CaseKind, TriageOutcome, VersionState
from policies.models import TriageTree
from sla.tests.factories import make_house_policy

pytestmark = pytest.mark.django_db


@pytest.fixture
def review() -> TriageReview:
    return TriageReviewFactory.create(decision__case__status=CaseStatus.CLOSED, decision__case__closed_at=NOW)


@pytest.fixture
def leader(review: TriageReview) -> User:
    person = UserFactory.create(role=Role.TEAM_LEADER, team=review.decision.case.team)
    review.decision.case.team.leaders.add(person)
    return person


@pytest.fixture
def manager() -> User:
    return UserFactory.create(role=Role.MANAGER, team=None)


def every_decision_is_drawn() -> None:
    TriageTree.objects.create(
        number=1, state=VersionState.PUBLISHED, valid_from=NOW.date() - timedelta(days=30), sample_percent=100
    )


def disagree(review: TriageReview, actor: User, kind: str = CaseKind.COMPLAINT) -> TriageReview:
    return give_verdict(
        review_id=review.pk,
        verdict=TriageVerdict.DISAGREE,
        reason="They said that we let them down.",
        proposed_kind=kind,
        actor=actor,
        now=NOW,
    )


def test_each_decision_is_drawn_for_what_it_denies_and_once_a_day() -> None:
    every_decision_is_drawn()
    request = TriageDecisionFactory.create()
    complaint = TriageDecisionFactory.create(case=CaseFactory.create(), outcome=TriageOutcome.COMPLAINT)

    draw = draw_triage_sample(seed=123_456, now=NOW)

    assert draw is not None
    assert (draw.seed, draw.percent, draw.population) == (123_456, 100, 3)
    assert set(TriageReview.objects.values_list("decision", "claim")) == {
        (request.pk, TriageClaim.NOT_COMPLAINT),
        (request.pk, TriageClaim.NOT_INCIDENT),
        (complaint.pk, TriageClaim.NOT_INCIDENT),
    }
    assert draw_triage_sample(seed=654_321, now=NOW) is None


def test_the_same_seed_draws_the_same_decisions() -> None:
    TriageDecisionFactory.create_batch(30)

    chosen = []
    for _ in range(2):
        draw_triage_sample(seed=123_456, now=NOW)
        chosen.append(set(TriageReview.objects.values_list("decision", "claim")))
        TriageReview.objects.all().delete()
        TriageDraw.objects.all().delete()

    assert chosen[0] == chosen[1]
    assert 0 < len(chosen[0]) < 30


def test_nobody_reviews_their_own_decision(client: Client, leader: User) -> None:
    own = TriageReviewFactory.create(
        decision__case__team=leader.team, decision__decided_by=leader, claim=TriageClaim.NOT_INCIDENT
    )
    client.force_login(leader)

    page = client.get("/coaching/quality/triage/").content.decode()
    refused = client.post(own.get_absolute_url(), {"verdict": "AGREE", "reason": "It is right."})

    assert own.decision.case.reference not in page
    assert refused.status_code == 422
    assert "<b>You made this decision.</b> Somebody else reviews it." in refused.content.decode()
    own.refresh_from_db()
    assert own.verdict == ""


def test_an_agent_reviews_no_triage(review: TriageReview) -> None:
    with pytest.raises(PermissionDenied):
        disagree(review, UserFactory.create(team=TeamFactory.create()))


def test_a_disagreement_proposes_another_type_and_tells_who_decided(review: TriageReview, leader: User) -> None:
    with pytest.raises(UserFacingError, match="another type than the one that was decided"):
        disagree(review, leader, CaseKind.SERVICE_REQUEST)
    disagree(review, leader)

    review.refresh_from_db()
    assert (review.proposal, review.proposed_kind) == (ProposalState.OPEN, CaseKind.COMPLAINT)
    assert Notification.objects.filter(recipient=review.decision.decided_by).count() == 1
    with pytest.raises(TransitionNotAllowedError, match="has reviewed this decision already"):
        disagree(review, leader)


def test_somebody_else_accepts_and_the_old_decision_stays(review: TriageReview, leader: User, manager: User) -> None:
    make_house_policy()
    disagree(review, leader)

    with pytest.raises(UserFacingError, match="somebody else must answer it"):
        accept_proposal(review_id=review.pk, actor=leader, now=NOW)
    accept_proposal(review_id=review.pk, actor=manager, now=NOW)

    case = review.decision.case
    case.refresh_from_db()
    assert (case.kind, case.status, case.closed_at) == (CaseKind.COMPLAINT, CaseStatus.LOGGED, None)
    assert case.clocks.open().exists()
    decisions = list(TriageDecision.objects.filter(case=case).values_list("outcome", flat=True))
    assert decisions == [TriageOutcome.SERVICE_REQUEST, TriageOutcome.COMPLAINT]
    assert TriageReview.objects.get().proposal == ProposalState.ACCEPTED


def test_a_declined_proposal_changes_no_type(client: Client, review: TriageReview, leader: User, manager: User) -> None:
    disagree(review, leader)
    client.force_login(manager)

    empty = client.post(f"{review.get_absolute_url()}decline/", {"reason": ""})
    decline_proposal(review_id=review.pk, reason="It was a question.", actor=manager, now=NOW)

    review.refresh_from_db()
    assert empty.status_code == 422
    assert (review.proposal, review.settled_by) == (ProposalState.DECLINED, manager)
    assert review.decision.case.kind == CaseKind.SERVICE_REQUEST
