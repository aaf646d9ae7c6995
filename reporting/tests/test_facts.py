from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command

from accounts.models import User
from cases.models import Case, NamedColleague, RootCauseAnalysis
from cases.services.history import record_event
from cases.tests.factories import NOW, CaseFactory
from complaints.choices import Outcome
from complaints.models import Complaint
from policies.tests.factories import RootCauseFactory
from reporting.choices import NO_CAUSE, ClockResult, Measure
from reporting.models import CaseFact, DailyFact, FactsProgress
from reporting.services.facts import rebuild_facts, refresh_facts
from sla.choices import BreachCause, SatisfiedBy
from sla.services import satisfy_clocks, start_clocks
from sla.services.breaches import give_breach_cause
from sla.tests.factories import make_house_policy, make_system_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def system() -> User:
    make_house_policy()
    return make_system_user()


def logged(system: User, **fields: Any) -> Case:
    """Return a case with clocks and a line of history, as logging leaves it."""
    case = CaseFactory.create(**fields)
    start_clocks(case, actor=system, now=case.logged_at)
    record_event(case, actor=system, action="case.logged", now=case.logged_at)
    return case


def daily() -> set[tuple[Any, ...]]:
    return set(DailyFact.objects.values_list("day", "team_id", "kind", "measure", "key", "count"))


def count_of(measure: Measure, **filters: Any) -> int:
    return sum(DailyFact.objects.filter(measure=measure, **filters).values_list("count", flat=True))


def test_a_logged_case_is_counted_within_the_next_round(system: User) -> None:
    logged(system)

    assert refresh_facts(now=NOW) == 1

    assert count_of(Measure.RECEIVED, day=date(2026, 11, 20)) == 1
    assert count_of(Measure.OPEN) == 1
    assert count_of(Measure.ANSWERED, key=ClockResult.OPEN) == 1


def test_a_met_deadline_and_a_closed_case_move_from_one_count_to_another(system: User) -> None:
    case = logged(system)
    refresh_facts(now=NOW)
    later = NOW + timedelta(days=3)
    satisfy_clocks(case, satisfied_by=SatisfiedBy.FINAL_RESPONSE, at=later, actor=system)
    Complaint.objects.create(case=case, outcome=Outcome.UPHELD)
    Case.objects.filter(pk=case.pk).update(closed_at=later)
    record_event(case, actor=system, action="complaint.closed", now=later)

    refresh_facts(now=later)

    assert count_of(Measure.OPEN) == 0
    assert count_of(Measure.CLOSED, day=date(2026, 11, 23)) == 1
    assert count_of(Measure.OUTCOME, key=Outcome.UPHELD) == 1
    assert count_of(Measure.ANSWERED, key=ClockResult.MET) == 1
    assert count_of(Measure.ANSWERED, key=ClockResult.OPEN) == 0


def test_a_late_answer_is_late(system: User) -> None:
    case = logged(system)
    satisfy_clocks(case, satisfied_by=SatisfiedBy.FINAL_RESPONSE, at=NOW + timedelta(weeks=9), actor=system)

    refresh_facts(now=NOW + timedelta(weeks=9))

    assert CaseFact.objects.get(case=case).answered == ClockResult.LATE


def test_a_missed_deadline_counts_once_a_case_by_its_cause(system: User) -> None:
    case = logged(system)
    logged(system)
    late = NOW + timedelta(weeks=9)
    satisfy_clocks(case, satisfied_by=SatisfiedBy.FINAL_RESPONSE, at=late, actor=system)
    refresh_facts(now=late)
    unexplained = count_of(Measure.MISSED, key=NO_CAUSE)
    clock = case.clocks.filter(breached_at__isnull=False).earliest("breached_at")

    give_breach_cause(clock, cause=BreachCause.WORKLOAD, note="", actor=system, now=late)
    refresh_facts(now=late)

    assert case.clocks.filter(breached_at__isnull=False).count() == 2
    assert (unexplained, count_of(Measure.MISSED, key=NO_CAUSE)) == (1, 0)
    assert count_of(Measure.MISSED, key=BreachCause.WORKLOAD) == 1


def test_a_reopened_case_leaves_the_day_it_was_closed_on(system: User) -> None:
    case = logged(system)
    Case.objects.filter(pk=case.pk).update(closed_at=NOW)
    record_event(case, actor=system, action="complaint.closed", now=NOW)
    refresh_facts(now=NOW)
    Case.objects.filter(pk=case.pk).update(closed_at=None)
    record_event(case, actor=system, action="complaint.reopened", now=NOW)

    refresh_facts(now=NOW)

    assert count_of(Measure.CLOSED) == 0
    assert count_of(Measure.OPEN) == 1


def test_a_case_received_just_before_midnight_counts_on_that_day(system: User) -> None:
    received = datetime.fromisoformat("2026-06-30T23:50:00+01:00")
    logged(system, received_at=received, logged_at=received + timedelta(minutes=20))

    refresh_facts(now=NOW)

    assert count_of(Measure.RECEIVED, day=date(2026, 6, 30)) == 1


def test_a_case_behind_a_wall_is_in_no_shared_count(system: User) -> None:
    case = logged(system)
    NamedColleague.objects.create(case=case, colleague=case.owner)

    refresh_facts(now=NOW)

    assert daily() == set()
    assert CaseFact.objects.get(case=case).is_walled


def test_nothing_new_changes_nothing(system: User) -> None:
    logged(system)
    refresh_facts(now=NOW)
    before = daily()

    refresh_facts(now=NOW)

    assert daily() == before


def test_rebuilding_comes_out_the_same(system: User) -> None:
    for day in range(5):
        case = logged(system, received_at=NOW - timedelta(days=day))
        refresh_facts(now=NOW)
    Case.objects.filter(pk=case.pk).update(closed_at=NOW, is_restricted=False)
    record_event(case, actor=system, action="complaint.closed", now=NOW)
    refresh_facts(now=NOW)
    before, facts = daily(), list(CaseFact.objects.order_by("pk").values())

    rebuild_facts(now=NOW)

    assert daily() == before
    assert list(CaseFact.objects.order_by("pk").values()) == facts


def test_the_root_cause_counts_on_the_day_of_closing(system: User) -> None:
    case = logged(system)
    cause = RootCauseFactory.create()
    RootCauseAnalysis.objects.create(case=case, root_cause=cause)
    Case.objects.filter(pk=case.pk).update(closed_at=NOW)

    refresh_facts(now=NOW)

    assert count_of(Measure.ROOT_CAUSE, key=str(cause.pk)) == 1


def test_the_command_counts_everything_and_says_up_to_when(system: User, capsys: pytest.CaptureFixture[str]) -> None:
    logged(system)

    call_command("rebuild_facts")

    assert capsys.readouterr().out == "Counted 1 cases.\n"
    assert FactsProgress.objects.get().refreshed_at is not None
