"""A case that turns out to be something else keeps what it has, and every figure follows."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from accounts.models import User
from cases.choices import CaseStatus
from cases.models import Case
from cases.services.triage import reclassify
from cases.tests.factories import NOW, CaseFactory, PromiseFactory
from complaints.services.opening import open_complaint
from complaints.tests.factories import World, approved, sent, submitted
from core.errors import UserFacingError
from policies.choices import CaseKind
from reporting.choices import Measure
from reporting.models import CaseFact, DailyFact
from reporting.selectors.returns import live_entries
from reporting.services.facts import refresh_facts
from sla.choices import SatisfiedBy
from sla.services import start_clocks
from sla.tests.factories import make_house_policy, make_system_user

pytestmark = pytest.mark.django_db

DAY = NOW.date()


@pytest.fixture
def system() -> User:
    make_house_policy()
    return make_system_user()


@pytest.fixture
def complaint(system: User) -> Case:
    case = CaseFactory.create()
    open_complaint(case, actor=system, now=NOW)
    start_clocks(case, actor=system, now=NOW)
    return case


def counted(measure: Measure) -> dict[str, int]:
    return dict(DailyFact.objects.filter(measure=measure).values_list("kind", "count"))


def become(case: Case, kind: CaseKind, system: User, *, after: int) -> Case:
    now = NOW + timedelta(hours=after)
    changed = reclassify(case, kind=kind, reason="It turned out otherwise.", actor=system, now=now)
    refresh_facts(now=now)
    return changed


def test_a_complaint_that_was_a_request_leaves_every_figure_of_complaints(complaint: Case, system: User) -> None:
    become(complaint, CaseKind.SERVICE_REQUEST, system, after=1)

    assert counted(Measure.RECEIVED) == {CaseKind.SERVICE_REQUEST: 1}
    assert counted(Measure.OPEN) == {}
    assert live_entries(DAY, DAY + timedelta(days=30)) == []
    assert CaseFact.objects.get(case=complaint).kind == CaseKind.SERVICE_REQUEST
    assert not complaint.clocks.open().exists()
    assert complaint.points.exists()


def test_there_and_back_again_counts_once_and_keeps_the_first_deadline(complaint: Case, system: User) -> None:
    due = complaint.clocks.open().get(target__satisfied_by=SatisfiedBy.FINAL_RESPONSE).due_at
    become(complaint, CaseKind.SERVICE_REQUEST, system, after=1)

    case = become(complaint, CaseKind.COMPLAINT, system, after=2)

    assert (case.status, case.closed_at) == (CaseStatus.LOGGED, None)
    assert counted(Measure.RECEIVED) == {CaseKind.COMPLAINT: 1}
    assert counted(Measure.OPEN) == {CaseKind.COMPLAINT: 1}
    assert [entry.case for entry in live_entries(DAY, DAY + timedelta(days=30))] == [case.pk]
    assert case.clocks.open().get(target__satisfied_by=SatisfiedBy.FINAL_RESPONSE).due_at == due
    assert [each.kind for each in case.triage_decisions.all()] == [CaseKind.SERVICE_REQUEST, CaseKind.COMPLAINT]


def test_an_incident_that_is_a_complaint_is_counted_as_one_from_the_day_it_was_received(system: User) -> None:
    incident = CaseFactory.create(kind=CaseKind.INCIDENT, status=CaseStatus.IN_PROGRESS)

    case = become(incident, CaseKind.COMPLAINT, system, after=1)

    assert case.status == CaseStatus.LOGGED
    assert [entry.opened for entry in live_entries(DAY, DAY)] == [date(2026, 11, 20)]
    assert case.clocks.open().exists()


@pytest.mark.parametrize("make", [submitted, approved, sent])
def test_a_decision_on_its_way_is_not_lost(system: User, make: Callable[[], World]) -> None:
    complaint = make().case

    with pytest.raises(UserFacingError, match="Take it back first"):
        become(complaint, CaseKind.INCIDENT, system, after=1)

    complaint.refresh_from_db()
    assert (complaint.kind, complaint.triage_decisions.count()) == (CaseKind.COMPLAINT, 0)


def test_an_open_promise_keeps_the_case_open(complaint: Case, system: User) -> None:
    PromiseFactory.create(case=complaint)

    with pytest.raises(UserFacingError, match="1 promise to the customer is still open"):
        become(complaint, CaseKind.SERVICE_REQUEST, system, after=1)
