import csv
import io
import re
from datetime import date

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains

from accounts.choices import Role
from accounts.models import User
from accounts.tests.factories import UserFactory
from cases.models import NamedColleague
from cases.tests.factories import CaseFactory
from policies.models import JourneyStage
from policies.tests.factories import CategoryFactory, RootCauseFactory
from reporting.choices import ClockResult, Measure
from reporting.models import CaseFact, DailyFact
from reporting.selectors.counting import count_days
from reporting.selectors.figures import load_figures, open_by_age
from reporting.selectors.scope import Scope
from reporting.tests.factories import CaseFactFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)


def count_everything() -> None:
    """Do what the facts service does with cases that everyone in their team may know of."""
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


def test_late_and_past_due_open_cases_are_misses(manager: User) -> None:
    for result in (ClockResult.MET, ClockResult.MET, ClockResult.LATE, ClockResult.OPEN):
        CaseFactFactory.create(answer_due_day=date(2026, 11, 12), answered=result)
    count_everything()

    share = load_figures(manager, Scope(today=TODAY), {Measure.ANSWERED}).on_time_in_all(Measure.ANSWERED)

    assert (share.numerator, share.denominator) == (2, 4)


def test_what_is_due_today_may_still_be_met(manager: User) -> None:
    CaseFactFactory.create(answer_due_day=TODAY, answered=ClockResult.OPEN)
    count_everything()

    assert load_figures(manager, Scope(today=TODAY), {Measure.ANSWERED}).total(Measure.ANSWERED) == 0


def test_a_case_behind_a_wall_counts_for_those_who_may_know_of_it() -> None:
    inside, outside = UserFactory.create(role=Role.MANAGER), UserFactory.create(role=Role.MANAGER)
    fact = CaseFactFactory.create(is_walled=True)
    NamedColleague.objects.create(case=fact.case, colleague=outside)
    count_everything()

    seen = [
        load_figures(one, Scope(today=TODAY), {Measure.RECEIVED}).total(Measure.RECEIVED) for one in (inside, outside)
    ]

    assert seen == [1, 0]


def test_a_leader_counts_their_own_teams_once() -> None:
    leader, other = UserFactory.create(role=Role.TEAM_LEADER), UserFactory.create(role=Role.TEAM_LEADER)
    leader.team.leaders.add(other)
    CaseFactFactory.create(case=CaseFactory.create(team=leader.team))
    CaseFactFactory.create()
    count_everything()

    assert load_figures(leader, Scope(today=TODAY), {Measure.RECEIVED}).total(Measure.RECEIVED) == 1


def test_open_cases_by_age_leave_no_day_out(manager: User) -> None:
    for day in (TODAY, date(2026, 11, 14), date(2026, 11, 13), date(2026, 9, 25), date(2019, 1, 1)):
        CaseFactFactory.create(received_day=day)
    CaseFactFactory.create(received_day=TODAY, closed_day=TODAY)
    count_everything()

    assert [band.count for band in open_by_age(manager, load_figures(manager, Scope(today=TODAY), set()))] == [
        2,
        1,
        0,
        0,
        0,
        2,
    ]


@time_machine.travel("2026-11-20 10:40:00", tick=False)
def test_every_figure_of_a_table_opens_as_many_cases(reader: Client) -> None:
    category = CategoryFactory.create(name="Refunds")
    for day in (2, 9, 9, 16):
        CaseFactFactory.create(
            category=category,
            received_day=date(2026, 11, day),
            answer_due_day=date(2026, 11, day),
            answered=ClockResult.LATE,
        )
    count_everything()

    for slug in ("on-time", "what-goes-wrong"):
        html = reader.get(reverse("reporting:dashboard", args=[slug])).content.decode()
        links = re.findall(r'<a href="([^"]+)">(\d+)</a>', html)
        assert links
        for url, figure in links:
            behind = reader.get(url.replace("&amp;", "&"))
            assert behind.context["page"].paginator.count == int(figure), url


@time_machine.travel("2026-11-20 10:40:00", tick=False)
def test_a_file_has_the_numbers_of_its_table(reader: Client) -> None:
    CaseFactFactory.create(category=CategoryFactory.create(name="=Refunds"))
    count_everything()

    response = reader.get(reverse("reporting:chart_csv", args=["what-goes-wrong", "category-pareto"]))

    rows = list(csv.reader(io.StringIO(b"".join(response).decode("utf-8-sig"))))
    assert rows == [["Categories", "Cases", "Share", "Running share"], ["'=Refunds", "1", "100.0%", "100.0%"]]


@pytest.mark.parametrize("slug", ["on-time", "what-goes-wrong"])
def test_an_empty_dashboard_says_so_and_does_not_divide_by_zero(reader: Client, slug: str) -> None:
    response = reader.get(reverse("reporting:dashboard", args=[slug]))

    assertContains(response, "Nothing has been counted yet")
    assertContains(response, "n/a") if slug == "on-time" else assertContains(response, "No cases with")


@pytest.mark.parametrize("slug", ["on-time", "what-goes-wrong"])
def test_a_dashboard_costs_the_same_with_more_cases(
    reader: Client, slug: str, django_assert_max_num_queries: object
) -> None:
    CaseFactFactory.create_batch(20, answer_due_day=date(2026, 11, 12), answered=ClockResult.MET)
    count_everything()
    reader.get(reverse("reporting:dashboard", args=[slug]))

    with django_assert_max_num_queries(12):  # type: ignore[operator]
        reader.get(reverse("reporting:dashboard", args=[slug]))


@pytest.mark.parametrize("query", ["weeks=7", "team=999999", "kind=NONSENSE", "weeks=%00"])
def test_an_address_that_makes_no_sense_is_answered_with_a_sentence(reader: Client, query: str) -> None:
    response = reader.get(f"{reverse('reporting:dashboards')}?{query}")

    assert response.status_code == 422
    assertContains(response, "must be one of the choices shown", status_code=422)


@pytest.mark.parametrize("query", ["from=yesterday", "to=2026-02-30", "key=" + "x" * 50])
def test_a_figure_that_does_not_exist_is_not_found(reader: Client, query: str) -> None:
    assert reader.get(f"{reverse('reporting:cases_behind', args=['ANSWERED'])}?{query}").status_code == 404


def test_the_heat_map_shades_by_number_and_opens_its_cells(reader: Client) -> None:
    people, process = RootCauseFactory.create(label="People"), RootCauseFactory.create(label="Process")
    billing = JourneyStage.objects.create(name="Billing")
    for area in (people, process, process, process, process, process):
        CaseFactFactory.create(journey_stage=billing, cause_area=area, closed_day=timezone.localdate())
    count_everything()

    response = reader.get(reverse("reporting:dashboard", args=["what-goes-wrong"]))

    chart = next(chart for chart in response.context["dashboard"].charts if chart.key == "journey-heat")
    (row,) = chart.drawing["rows"]
    assert chart.title == "Process in “Billing” is the hottest cell"
    assert [(cell.count, cell.shade) for cell in row.cells] == [(1, 1), (5, 5)]
    assert reader.get(row.cells[1].url).context["page"].paginator.count == 5


@pytest.mark.parametrize("key", ["abc", "1", "1:2:3", "1:x", ":", "99999999999999999999:1"])
def test_a_key_that_cannot_be_opens_an_empty_list(reader: Client, key: str) -> None:
    response = reader.get(reverse("reporting:cases_behind", args=["JOURNEY"]), {"key": key})

    assert response.status_code in {200, 404}
    if response.status_code == 200:
        assert response.context["page"].paginator.count == 0
