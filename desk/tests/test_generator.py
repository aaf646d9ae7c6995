"""Invented cases keep every rule that real ones keep."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from cases.chain import first_break
from cases.choices import CLOSED_STATUSES, ApprovalState, CaseStatus, PromiseState
from cases.models import Approval, Case, CaseEvent, Customer, Promise, SearchDocument
from cases.services.intake import reserve_numbers
from complaints.lifecycle import TRANSITIONS as COMPLAINT_TRANSITIONS
from complaints.selectors.content import content_hash, proposal_content
from desk.generator.build import Generator
from desk.generator.organisation import make_organisation
from incidents.lifecycle import TRANSITIONS as INCIDENT_TRANSITIONS
from policies.choices import CaseKind
from sla.models import Clock
from sla.selectors.ledgers import events_of, standing_of

AS_OF = datetime(2026, 11, 20, 16, tzinfo=UTC)
STEPS = {
    CaseKind.COMPLAINT: {f"complaint.{a.lower()}": t for a, t in COMPLAINT_TRANSITIONS.items()},
    CaseKind.INCIDENT: {f"incident.{a.lower()}": t for a, t in INCIDENT_TRANSITIONS.items()},
}

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def cases(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[list[Case]]:
    """Cases that the tests of this file only read."""
    with django_db_blocker.unblock(), transaction.atomic():
        Generator(make_organisation(now=AS_OF), as_of=AS_OF, seed=7).generate(120)
        yield list(Case.objects.order_by("pk"))
        transaction.set_rollback(True)


def test_every_history_is_whole(cases: list[Case]) -> None:
    breaks = [
        first_break(case.events.order_by("seq"), expected_count=case.event_count, expected_hash=case.last_event_hash)
        for case in cases
    ]

    assert set(breaks) == {""}


def test_every_life_follows_its_lifecycle(cases: list[Case]) -> None:
    for case in cases:
        status = CaseStatus.LOGGED
        for action in case.events.order_by("seq").values_list("action", flat=True):
            if step := STEPS[case.kind].get(action):
                assert status in step.sources, (case, action)
                status = step.target or status
        assert status == case.status, case


def test_nothing_happens_after_the_end_of_the_story(cases: list[Case]) -> None:
    assert not CaseEvent.objects.filter(happened_at__gt=AS_OF).exists()
    assert {case.closed_at is not None for case in cases if case.status in CLOSED_STATUSES} == {True}
    assert {case.closed_at is not None for case in cases if case.status not in CLOSED_STATUSES} == {False}


def test_what_waits_for_sign_off_is_what_was_submitted(cases: list[Case]) -> None:
    approvals = Approval.objects.filter(state__in=[ApprovalState.PENDING, ApprovalState.APPROVED])
    latest = [each for each in approvals.select_related("case__complaint", "proposal") if each.round == rounds(each)]

    assert len(latest) > 50
    assert all(content_hash(proposal_content(each.case)) == each.content_hash for each in latest)


def rounds(approval: Approval) -> int:
    return approval.case.approvals.count()


def test_a_closed_case_keeps_no_promise_open(cases: list[Case]) -> None:
    assert not Promise.objects.filter(state=PromiseState.OPEN, case__status=CaseStatus.CLOSED).exists()


def test_every_clock_stands_where_its_ledger_says(cases: list[Case]) -> None:
    clocks = list(Clock.objects.select_related("case"))
    events = events_of(clocks)

    for clock in clocks:
        standing = standing_of(events[clock.pk])
        assert (clock.state, clock.due_at, clock.satisfied_at) == (standing.state, standing.due, standing.satisfied_at)


def test_the_same_people_come_back(cases: list[Case]) -> None:
    returning = Counter(case.customer_id for case in cases)

    assert len(returning) == Customer.objects.count()
    assert max(returning.values()) >= 2


def test_every_case_can_be_found_by_its_words(cases: list[Case]) -> None:
    assert SearchDocument.objects.count() == len(cases)


def test_real_cases_go_on_counting_after_invented_ones(cases: list[Case]) -> None:
    number = reserve_numbers(1, year=2026)[0]

    assert not Case.objects.filter(number=number).exists()
    assert number > max(case.number for case in cases)
