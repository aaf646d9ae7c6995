from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook
from pytest_django.asserts import assertContains, assertNotContains

from accounts.choices import Role
from accounts.models import User
from accounts.tests.factories import UserFactory
from cases.tests.factories import CaseFactory
from reporting.choices import OF_CONTACTS, OF_RECOMMENDATIONS, ClockResult, Measure, RecommendationState
from reporting.models import CaseFact, ChartDecision, ContactFigures, DailyFact
from reporting.selectors.counting import COUNTINGS, count_days
from reporting.selectors.dashboards import QUESTIONS
from reporting.selectors.figures import load_figures
from reporting.selectors.kpi_list import GROUPS, KPIS
from reporting.selectors.kpis import How, read, read_now
from reporting.selectors.scope import Scope
from reporting.tests.contact_factories import ContactImportFactory
from reporting.tests.factories import CaseFactFactory, RecommendationFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)
DIVIDED = {How.SHARE, How.MEAN, How.PERCENTILE, How.RATE, How.NET}
EMPTY = Scope(today=TODAY)


def count_everything() -> None:
    DailyFact.objects.all().delete()
    DailyFact.objects.bulk_create(
        DailyFact(**vars(row)) for row in count_days(CaseFact.objects.filter(is_walled=False))
    )


@pytest.fixture
def manager() -> User:
    return UserFactory.create(role=Role.MANAGER)


@pytest.fixture
def reader(client: Client, manager: User) -> Client:
    client.force_login(manager)
    return client


def test_every_measure_says_what_it_is_made_of() -> None:
    for kpi in KPIS.values():
        assert kpi.group in GROUPS
        assert kpi.tells.endswith(".")
        assert kpi.cohort
        assert kpi.numerator
        assert bool(kpi.denominator) == (kpi.how in {How.SHARE, How.MEAN, How.RATE, How.NET})
        assert kpi.measures <= set(COUNTINGS) | OF_CONTACTS | OF_RECOMMENDATIONS


@pytest.mark.parametrize("code", [code for code, kpi in KPIS.items() if kpi.how in DIVIDED])
def test_with_nothing_to_divide_by_a_measure_is_not_nought(manager: User, code: str) -> None:
    assert read_now(manager, KPIS[code], EMPTY).text == "n/a"


def figure(user: User, code: str) -> Decimal | None:
    count_everything()
    return read(load_figures(user, EMPTY, KPIS[code].measures), KPIS[code]).value


def test_days_have_a_median_and_a_ninetieth_percentile_across_weeks(manager: User) -> None:
    for day, days in ((2, 1), (9, 2), (9, 4), (16, 10)):
        CaseFactFactory.create(answered_day=date(2026, 11, day), answer_days=days)

    assert figure(manager, "days-to-answer") == Decimal("3.0")
    assert figure(manager, "days-to-answer-90") == Decimal("8.2")


def test_upheld_leaves_out_what_ended_without_a_finding(manager: User) -> None:
    for outcome in ("UPHELD", "PARTLY_UPHELD", "NOT_UPHELD", "WITHDRAWN", "UNDECIDED"):
        CaseFactFactory.create(closed_day=TODAY, outcome=outcome)

    assert figure(manager, "upheld") == Decimal("66.7")


def test_redress_is_added_up_in_pounds(manager: User) -> None:
    for pence in (1050, 2025, None, 0):
        CaseFactFactory.create(settled_day=TODAY, redress_pence=pence)

    assert figure(manager, "redress") == Decimal("30.75")
    assert figure(manager, "redress-mean") == Decimal("15.38")


def test_satisfaction_says_how_many_stand_behind_it(manager: User) -> None:
    for rating in (5, 4, 2, None):
        CaseFactFactory.create(confirmed_day=TODAY, confirmed="SORTED", satisfaction=rating)

    assert figure(manager, "satisfied") == Decimal("66.7")
    assert figure(manager, "gave-feedback") == Decimal("75.0")


def test_promoters_less_detractors(manager: User) -> None:
    for answer in (10, 9, 9, 8, 7, 6, 0, None):
        CaseFactFactory.create(confirmed_day=TODAY, confirmed="SORTED", recommend=answer)

    assert figure(manager, "recommends") == Decimal("14.3")


def test_more_detractors_than_promoters_is_below_nought(manager: User) -> None:
    for answer in (0, 3, 10):
        CaseFactFactory.create(confirmed_day=TODAY, confirmed="SORTED", recommend=answer)

    assert figure(manager, "recommends") == Decimal("-33.3")


def test_the_ombudsman_is_asked_of_answers_and_overturns_decisions(manager: User) -> None:
    for is_referred in (True, False, False, False, None):
        CaseFactFactory.create(settled_day=TODAY, is_referred=is_referred)
    for decision in ("FOR_CUSTOMER", "WITH_US", "WITH_US", "SETTLED", "OUTSIDE", "WITHDRAWN"):
        CaseFactFactory.create(ombudsman_day=TODAY, ombudsman=decision)

    assert figure(manager, "referred") == Decimal("25.0")
    assert figure(manager, "overturned") == Decimal("33.3")
    assert figure(manager, "settled-before-ombudsman") == Decimal("16.7")


def test_few_ombudsman_decisions_are_not_for_outside(manager: User) -> None:
    CaseFactFactory.create_batch(29, ombudsman_day=TODAY, ombudsman="WITH_US")
    count_everything()

    assert read_now(manager, KPIS["overturned"], EMPTY).is_too_small_for_outside


def test_contact_figures_stand_in_the_one_list(manager: User) -> None:
    CaseFactFactory.create_batch(3, received_day=date(2026, 11, 2), is_repeat=False)
    made = ContactImportFactory.create(imported_by=manager)
    of_team = {"grain": "MONTH", "starts_on": date(2026, 11, 1), "source": made, "handled": 1000, "offered": 1100}
    ContactFigures.objects.create(
        team=UserFactory.create().team,
        **of_team,
        abandoned=110,
        talk_seconds=300_000,
        hold_seconds=30_000,
        after_call_seconds=90_000,
        resolved_first=90,
        resolved_of=120,
    )

    assert figure(manager, "complaint-rate") == Decimal("3.0")
    assert figure(manager, "contact-time") == Decimal("7.0")
    assert figure(manager, "contact-first") == Decimal("75.0")
    assert figure(manager, "contact-lost") == Decimal("10.0")
    assert figure(manager, "contact-in-time") is None


def test_contact_figures_cannot_be_told_apart_by_kind(manager: User) -> None:
    made = ContactImportFactory.create(imported_by=manager)
    ContactFigures.objects.create(
        grain="MONTH", starts_on=date(2026, 11, 1), source=made, handled=9, team=UserFactory.create().team
    )

    assert read_now(manager, KPIS["complaint-rate"], EMPTY).text == "0.0 for each 1,000"
    assert read_now(manager, KPIS["complaint-rate"], Scope(today=TODAY, kind="INCIDENT")).text == "n/a"


def test_recommendations_are_measured_by_whether_they_were_done_and_helped(manager: User) -> None:
    due = {"state": RecommendationState.CHECKING, "check_date": date(2026, 11, 10)}
    RecommendationFactory.create(**due, changed_on=date(2026, 11, 10))
    RecommendationFactory.create(**due, changed_on=date(2026, 11, 11))
    RecommendationFactory.create(**due | {"state": RecommendationState.SUBMITTED})
    done = {"state": RecommendationState.ADOPTED, "finished_at": datetime(2026, 11, 12, 9, tzinfo=UTC)}
    for result in ("HELPED", "UNCLEAR", "TOO_EARLY"):
        RecommendationFactory.create(**done, checked={"result": result})

    assert figure(manager, "changes-made") == Decimal("50.0")
    assert figure(manager, "changes-helped") == Decimal("33.3")


def test_the_cases_of_a_figure_that_is_not_of_cases_are_not_found(reader: Client) -> None:
    assert reader.get(reverse("reporting:cases_behind", args=["CALL_TIME"])).status_code == 404


def test_stage_two_is_set_against_stage_one(manager: User) -> None:
    CaseFactFactory.create_batch(4, settled_day=TODAY, stage=1)
    CaseFactFactory.create(settled_day=TODAY, stage=2)

    assert figure(manager, "second-stage") == Decimal("25.0")


@pytest.mark.parametrize("measure", [measure for measure in COUNTINGS if measure != Measure.THEME])
def test_a_case_behind_a_wall_is_measured_as_any_other(manager: User, measure: Measure) -> None:
    everything = {
        "closed_day": TODAY, "first_closed_day": TODAY, "settled_day": TODAY, "acknowledged_day": TODAY, "answered_day": TODAY,
        "confirmed_day": TODAY, "acknowledge_due_day": date(2026, 11, 12), "answer_due_day": date(2026, 11, 12), "acknowledged": "MET",
        "answered": "LATE", "outcome": "UPHELD", "band": "EIGHT", "stage": 1, "redress_pence": 100, "certainty": "LIKELY",
        "customer_contacts": 2, "handled_seconds": 60, "confirmed": "SORTED", "satisfaction": 4, "ease": 3,
        "recommend": 9, "is_referred": True, "ombudsman": "WITH_US", "ombudsman_day": TODAY, "acknowledge_days": 1, "answer_days": 9, "is_repeat": True, "reopening": "SOON", "missed_day": TODAY, "missed_cause": "WORKLOAD",
    }  # fmt: skip
    fact = CaseFactFactory.create(**everything | ({"closed_day": None} if measure == Measure.OPEN else {}))
    count_everything()
    open_to_all = load_figures(manager, EMPTY, {measure})
    CaseFact.objects.update(is_walled=True)
    count_everything()

    walled = load_figures(manager, EMPTY, {measure})

    assert DailyFact.objects.count() == 0
    assert walled.counts == open_to_all.counts, fact
    assert walled.amounts == open_to_all.amounts


def test_agents_see_their_own_numbers_and_nobody_elses(client: Client) -> None:
    agent = UserFactory.create()
    client.force_login(agent)
    mine = CaseFactory.create(owner=agent, team=agent.team)
    other = CaseFactory.create(team=agent.team)
    for case in (mine, other):
        CaseFactFactory.create(case=case, owner=case.owner, closed_day=TODAY, first_closed_day=TODAY)
    count_everything()

    with time_machine.travel("2026-11-20 12:00"):
        page = client.get(reverse("reporting:dashboard", args=["my-numbers"]))
        closed = next(one for one in page.context["dashboard"].key_figures if one.label == "Closed")
        behind = client.get(closed.url)

    assert closed.figure == "1"
    assert [case.pk for case in behind.context["page"]] == [mine.pk]
    assertNotContains(page, other.owner.full_name)


def test_only_a_leader_sees_their_people_in_the_order_of_the_alphabet(client: Client, reader: Client) -> None:
    leader = UserFactory.create(role=Role.TEAM_LEADER)
    for name in ("Zoe Last", "Ada First"):
        person = UserFactory.create(full_name=name, team=leader.team)
        case = CaseFactory.create(owner=person, team=leader.team)
        CaseFactFactory.create(case=case, owner=person, answer_due_day=date(2026, 11, 9), answered=ClockResult.MET)
    address = reverse("reporting:dashboard", args=["team"])
    assertNotContains(reader.get(address), "Zoe Last")

    client.force_login(leader)
    with time_machine.travel("2026-11-20 12:00"):
        page = client.get(address)

    people = next(chart for chart in page.context["dashboard"].charts if chart.key == "colleagues")
    assert [row[0] for row in people.rows] == ["Ada First", "Zoe Last"]
    assert {row[-1] for row in people.rows} == {"Too few to say"}


@time_machine.travel("2026-11-20 10:40:00", tick=False)
@pytest.mark.parametrize("code", list(KPIS))
def test_every_measure_has_a_page_and_files_with_the_same_numbers(reader: Client, code: str) -> None:
    CaseFactFactory.create_batch(
        6, answer_due_day=date(2026, 11, 9), answered="MET", closed_day=TODAY, first_closed_day=TODAY, outcome="UPHELD"
    )
    count_everything()

    page = reader.get(reverse("reporting:kpi", args=[code]))
    book = load_workbook(BytesIO(reader.get(reverse("reporting:kpi_xlsx", args=[code])).content))

    assertContains(page, KPIS[code].cohort)
    rows = list(book.worksheets[0].iter_rows(min_row=4, values_only=True))
    assert [[str(cell) for cell in row] for row in rows] == [
        [str(cell) for cell in row] for row in page.context["chart"].plain_rows
    ]


@time_machine.travel("2026-11-20 10:40:00", tick=False)
def test_a_file_for_outside_hides_what_could_point_at_a_person(reader: Client) -> None:
    for result, number in (("MET", 2), ("LATE", 8)):
        CaseFactFactory.create_batch(number, answer_due_day=date(2026, 11, 9), answered=result)
    count_everything()
    address = reverse("reporting:kpi_csv", args=["answered-on-time"])

    inside, outside = (
        b"".join(reader.get(address + query).streaming_content).decode()
        for query in ("", "?for=outside")  # type: ignore[attr-defined]
    )

    assert "9 Nov,2,10,20.0%" in inside
    assert "9 Nov,fewer than 5,10,not shown" in outside


@pytest.mark.parametrize("slug", list(QUESTIONS))
def test_every_dashboard_is_one_workbook(reader: Client, slug: str) -> None:
    response = reader.get(reverse("reporting:dashboard_xlsx", args=[slug]))

    titles = [page.title for page in load_workbook(BytesIO(response.content))]
    assert titles[0] == "Key figures"
    assert len(titles) == len(set(titles))


@pytest.mark.parametrize("slug", list(QUESTIONS))
def test_a_dashboard_asks_at_most_twelve_questions(
    reader: Client, slug: str, django_assert_max_num_queries: object
) -> None:
    most = 22 if slug == "my-numbers" else 12  # one's own cases are counted from the facts
    reader.get(reverse("reporting:dashboard", args=[slug]))

    with django_assert_max_num_queries(most):  # type: ignore[operator]
        reader.get(reverse("reporting:dashboard", args=[slug]))


def test_a_day_that_has_not_come_is_refused_with_a_sentence(reader: Client) -> None:
    with time_machine.travel("2026-11-20 12:00"):
        response = reader.get(reverse("reporting:dashboards"), {"as_of": "2026-11-21"})

    assertContains(response, "what comes later has not been counted", status_code=422)


def weeks_with(counts: list[int]) -> None:
    """Make so many cases in each of the weeks before that of 16 November, the last one last."""
    for back, count in enumerate(reversed(counts), start=1):
        CaseFactFactory.create_batch(count, received_day=date.fromordinal(date(2026, 11, 16).toordinal() - 7 * back))
    count_everything()


@time_machine.travel("2026-11-20 10:40:00", tick=False)
def test_frozen_limits_hold_until_they_are_set_anew_with_a_reason(reader: Client) -> None:
    weeks_with([2, 4] * 6 + [9])
    address = reverse("reporting:limits_freeze", args=["received"])

    response = reader.post(address, {"first": "2026-08-17", "last": "2026-11-08", "reason": "Before the new tariff"})

    assert response.status_code == 302
    decision = ChartDecision.objects.get()
    assert len(decision.points) == 12
    page = reader.get(reverse("reporting:kpi", args=["received"]))
    assertContains(page, "Before the new tariff")
    assert "higher than usual" in page.context["chart"].title.lower()

    reader.post(address, {"first": "2026-08-24", "last": "2026-11-15", "reason": "The new tariff is here"})

    assert [one.ended_at is None for one in ChartDecision.objects.order_by("pk")] == [False, True]


@time_machine.travel("2026-11-20 10:40:00", tick=False)
def test_too_few_weeks_freeze_nothing(reader: Client) -> None:
    weeks_with([2, 4, 3])

    response = reader.post(
        reverse("reporting:limits_freeze", args=["satisfied"]),
        {"first": "2026-11-02", "last": "2026-11-15", "reason": "Why"},
    )

    assertContains(response, "Limits need at least 12 whole weeks", status_code=422)
    assert not ChartDecision.objects.exists()


@time_machine.travel("2026-11-20 10:40:00", tick=False)
def test_a_week_is_left_out_only_with_its_cause_and_comes_back(reader: Client) -> None:
    weeks_with([2, 4] * 6 + [40])
    address = reverse("reporting:limits_leave_out", args=["received"])
    assert reader.post(address, {"week": "2026-11-11", "cause": ""}).status_code == 422

    reader.post(address, {"week": "2026-11-11", "cause": "The storm of 11 November"})

    page = reader.get(reverse("reporting:kpi", args=["received"]))
    assertContains(page, "Week of 9 Nov does not shape the limits: The storm of 11 November")
    decision = ChartDecision.objects.get()
    reader.post(reverse("reporting:limits_end", args=["received", decision.pk]), {"reason": "It was the meter fault"})
    decision.refresh_from_db()
    assert decision.end_reason == "It was the meter fault"


def test_a_leader_does_not_decide_for_all_teams(client: Client) -> None:
    leader = UserFactory.create(role=Role.TEAM_LEADER)
    client.force_login(leader)

    response = client.post(
        reverse("reporting:limits_leave_out", args=["received"]), {"week": "2026-11-11", "cause": "The storm"}
    )

    assert response.status_code == 403
    assert not ChartDecision.objects.exists()
