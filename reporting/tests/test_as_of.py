"""A figure for a past date comes out the same, whatever happens afterwards."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from accounts.choices import Role
from accounts.models import User
from accounts.tests.factories import TeamFactory, UserFactory
from cases.models import Case
from cases.services.history import record_event
from cases.tests.factories import NOW, CaseFactory
from complaints.choices import Outcome
from complaints.models import Complaint
from policies.tests.factories import CategoryFactory
from reporting.choices import Measure
from reporting.models import CaseFact, DailyFact, FormerFact
from reporting.selectors.figures import cases_behind, load_figures, open_by_age
from reporting.selectors.kpi_list import KPIS
from reporting.selectors.kpis import read
from reporting.selectors.scope import Scope
from reporting.services.facts import rebuild_facts, refresh_facts
from sla.choices import SatisfiedBy
from sla.services import satisfy_clocks, start_clocks
from sla.tests.factories import make_house_policy, make_system_user

pytestmark = pytest.mark.django_db
THEN = date(2026, 11, 20)  # NOW is noon of that day


@pytest.fixture
def system() -> User:
    make_house_policy()
    return make_system_user()


@pytest.fixture
def manager() -> User:
    return UserFactory.create(role=Role.MANAGER)


def logged(system: User, **fields: Any) -> Case:
    case = CaseFactory.create(**fields)
    Complaint.objects.create(case=case)
    start_clocks(case, actor=system, now=case.logged_at)
    record_event(case, actor=system, action="case.logged", now=case.logged_at)
    return case


def closed(case: Case, system: User, *, at: datetime, outcome: Outcome = Outcome.UPHELD) -> None:
    Complaint.objects.filter(case=case).update(outcome=outcome, decided_at=at, decision_sent_at=at)
    record_event(case, actor=system, action="complaint.send", now=at)
    satisfy_clocks(case, satisfied_by=SatisfiedBy.FINAL_RESPONSE, at=at, actor=system)
    Case.objects.filter(pk=case.pk).update(closed_at=at)
    record_event(case, actor=system, action="complaint.close", now=at)


def reopened(case: Case, system: User, *, at: datetime) -> None:
    Complaint.objects.filter(case=case).update(outcome="", decided_at=None, decision_sent_at=None)
    Case.objects.filter(pk=case.pk).update(closed_at=None)
    record_event(case, actor=system, action="complaint.reopen", now=at)


def everything(user: User, scope: Scope) -> dict[str, Any]:
    """Return every figure that has no theme in it, as a page would show it."""
    measures = set(Measure) - {Measure.THEME, Measure.OPEN}
    figures = load_figures(user, scope, measures)
    bands = [(band.label, band.count) for band in open_by_age(user, figures)]
    shown = {code: read(figures, kpi).text for code, kpi in KPIS.items() if kpi.code != "open"}
    return shown | {"ages": bands, "counts": {key: n for key, n in figures.counts.items() if n}}


def test_what_happens_later_does_not_change_an_earlier_day(system: User, manager: User) -> None:
    days = [NOW - timedelta(days=back) for back in (3, 10, 17, 24)]
    cases = [logged(system, received_at=day, logged_at=day, category=CategoryFactory.create()) for day in days]
    closed(cases[2], system, at=NOW - timedelta(days=5))
    closed(cases[3], system, at=NOW - timedelta(days=2))
    refresh_facts(now=NOW)
    before = everything(manager, Scope(today=THEN))

    later = NOW + timedelta(days=6)
    closed(cases[0], system, at=later)
    closed(cases[1], system, at=later, outcome=Outcome.NOT_UPHELD)
    reopened(cases[2], system, at=later)
    Case.objects.filter(pk=cases[3].pk).update(category=CategoryFactory.create(), team=TeamFactory.create())
    record_event(cases[3], actor=system, action="case.moved", now=later)
    logged(system, received_at=NOW - timedelta(days=1), logged_at=later)
    refresh_facts(now=later)

    assert everything(manager, Scope(today=date(2026, 11, 26))) != before
    assert everything(manager, Scope(today=date(2026, 11, 26), as_of=THEN)) == before


def test_a_case_that_changed_twice_is_found_as_it_was_in_between(system: User, manager: User) -> None:
    first, second, third = CategoryFactory.create_batch(3)
    case = logged(system, received_at=NOW, logged_at=NOW, category=first)
    refresh_facts(now=NOW)
    for days, category in ((2, second), (4, third)):
        Case.objects.filter(pk=case.pk).update(category=category)
        record_event(case, actor=system, action="case.facts_changed", now=NOW + timedelta(days=days))
        refresh_facts(now=NOW + timedelta(days=days))

    found = [
        load_figures(manager, Scope(today=date(2026, 11, 26), as_of=day), {Measure.CATEGORY}).by_key(Measure.CATEGORY)
        for day in (date(2026, 11, 21), date(2026, 11, 22), date(2026, 11, 23), date(2026, 11, 25))
    ]

    assert found == [{str(first.pk): 1}, {str(second.pk): 1}, {str(second.pk): 1}, {str(third.pk): 1}]


def test_the_cases_behind_an_earlier_figure_are_as_many(system: User, manager: User) -> None:
    case = logged(system, received_at=NOW - timedelta(days=9), logged_at=NOW - timedelta(days=9))
    closed(case, system, at=NOW)
    refresh_facts(now=NOW)
    reopened(case, system, at=NOW + timedelta(days=3))
    refresh_facts(now=NOW + timedelta(days=3))
    scope = Scope(today=date(2026, 11, 26), as_of=THEN)

    behind = cases_behind(manager, scope, Measure.CLOSED, key="", first=scope.first, last=scope.last)

    assert load_figures(manager, scope, {Measure.CLOSED}).total(Measure.CLOSED) == 1
    assert [found.pk for found in behind] == [case.pk]


def test_reading_a_case_again_that_is_as_it_was_keeps_nothing(system: User) -> None:
    logged(system)
    refresh_facts(now=NOW)

    refresh_facts(now=NOW + timedelta(hours=1))

    assert FormerFact.objects.count() == 0


def test_counting_again_from_nothing_keeps_what_was(system: User, manager: User) -> None:
    case = logged(system, received_at=NOW, logged_at=NOW)
    closed(case, system, at=NOW)
    refresh_facts(now=NOW)
    reopened(case, system, at=NOW + timedelta(days=3))
    refresh_facts(now=NOW + timedelta(days=3))
    before, facts = everything(manager, Scope(today=THEN, as_of=THEN)), list(CaseFact.objects.values())
    daily = set(
        DailyFact.objects.values_list("day", "team", "kind", "needs_support", "measure", "key", "count", "amount")
    )

    rebuild_facts(now=NOW + timedelta(days=4))

    assert everything(manager, Scope(today=THEN, as_of=THEN)) == before
    assert list(CaseFact.objects.values()) == facts
    assert daily == set(
        DailyFact.objects.values_list("day", "team", "kind", "needs_support", "measure", "key", "count", "amount")
    )


def test_a_support_need_written_down_later_moves_the_case(system: User, manager: User) -> None:
    case = logged(system, received_at=NOW, logged_at=NOW)
    refresh_facts(now=NOW)
    case.customer.support_need = "Large print"
    case.customer.save()
    refresh_facts(now=NOW + timedelta(minutes=1))

    counts = [
        load_figures(manager, Scope(today=THEN, support=support), {Measure.RECEIVED}).total(Measure.RECEIVED)
        for support in ("yes", "no", "")
    ]

    assert counts == [1, 0, 1]


def test_a_segment_is_counted_from_the_facts_as_the_whole_is(system: User, manager: User) -> None:
    for channel in ("PHONE", "PHONE", "EMAIL"):
        logged(system, received_at=NOW, logged_at=NOW, channel=channel)
    refresh_facts(now=NOW)

    counts = [
        load_figures(manager, Scope(today=THEN, channel=channel), {Measure.RECEIVED}).total(Measure.RECEIVED)
        for channel in ("PHONE", "EMAIL", "CHAT")
    ]

    assert counts == [2, 1, 0]


def test_somebody_who_complains_of_the_same_again_is_a_repeat_until_the_first_moves(system: User) -> None:
    refunds, meters = CategoryFactory.create_batch(2)
    first = logged(system, received_at=NOW - timedelta(days=60), logged_at=NOW - timedelta(days=60), category=refunds)
    again = logged(system, received_at=NOW, logged_at=NOW, category=refunds, customer=first.customer)
    refresh_facts(now=NOW)
    assert list(CaseFact.objects.order_by("pk").values_list("is_repeat", flat=True)) == [False, True]

    Case.objects.filter(pk=first.pk).update(category=meters)
    record_event(first, actor=system, action="case.facts_changed", now=NOW)
    refresh_facts(now=NOW)

    assert CaseFact.objects.get(case=again).is_repeat is False
