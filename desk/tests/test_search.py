from typing import Any

import pytest
from django.test import Client

from accounts.choices import Role
from accounts.models import User
from accounts.tests.factories import UserFactory
from cases.models import NamedColleague, PersonalDataRead
from cases.services.indexing import index_case
from cases.tests.factories import CaseFactory, CustomerFactory
from coaching.tests.quality_factories import PracticeFactory, PublishedPracticeFactory
from desk.models import Search
from policies.tests.factories import ClauseFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent(client: Client) -> User:
    agent = UserFactory.create()
    client.force_login(agent)
    return agent


def found(client: Client, words: str) -> str:
    response = client.post("/search/", {"q": words}, follow=True)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize(
    "typed", ["CMP-2026-700001", "cmp-2026-700001", "2026-700001", " CMP 2026 700001 ", "INC-2026-700001"]
)
def test_a_reference_goes_straight_to_its_case(client: Client, agent: User, typed: str) -> None:
    case = CaseFactory.create(number="2026-700001", team=agent.team)

    response = client.post("/search/", {"q": typed})

    assert response.url == case.get_absolute_url()


def test_a_reference_that_one_may_not_know_of_finds_nothing(client: Client, agent: User) -> None:
    CaseFactory.create(number="2026-700001")
    about_me = CaseFactory.create(number="2026-700002", team=agent.team)
    NamedColleague.objects.create(case=about_me, colleague=agent)

    for number in ("2026-700001", "2026-700002"):
        assert "Nothing was found." in found(client, number)


def test_no_name_stands_in_the_address_and_nobody_else_opens_it(client: Client, agent: User) -> None:
    response = client.post("/search/", {"q": "Ann Lee"})
    client.force_login(UserFactory.create())

    assert response.url == f"/search/{Search.objects.get().pk}/"
    assert client.get(response.url).status_code == 404


def test_cases_customers_and_clauses_are_found_with_the_words_marked(client: Client, agent: User) -> None:
    customer = CustomerFactory.create(name="Refund Jones")
    case = CaseFactory.create(team=agent.team, customer=customer, story="The refund <b>never</b> came.", summary="Late")
    index_case(case)
    ClauseFactory.create(heading="Refunds", text="We pay a refund within five days.")

    text = found(client, "refund")

    assert "The <mark>refund</mark> &lt;b&gt;never&lt;/b&gt; came." in text
    assert "<mark>Refund</mark> Jones" in text
    assert "We pay a <mark>refund</mark> within five days." in text
    assert f"/cases/?view=all&amp;customer={customer.pk}" in text


def test_what_the_library_advises_is_found_once_it_is_published(client: Client, agent: User) -> None:
    PublishedPracticeFactory.create(situation="The engineer did not come", steps="Ring the depot first")
    PracticeFactory.create(situation="A depot that is a draft")

    text = found(client, "depot")

    assert "Ring the <mark>depot</mark> first" in text
    assert "that is a draft" not in text


def test_what_one_may_not_know_is_not_found_and_not_counted(client: Client, agent: User) -> None:
    for number in range(7):
        index_case(CaseFactory.create(team=agent.team, story=f"heating broken {number}"))
    hidden = CaseFactory.create(story="heating broken in another team")
    index_case(hidden)

    text = found(client, "heating")

    assert "See all 7 cases" in text
    assert hidden.reference not in text


def test_see_all_opens_the_queue_with_the_same_words(client: Client, agent: User) -> None:
    index_case(CaseFactory.create(team=agent.team, story="heating broken"))
    CaseFactory.create(team=agent.team, story="something else")
    search = Search.objects.create(owner=agent, words="heating", searched_at="2026-11-20T16:00Z")

    page = client.get(f"/cases/?view=all&q={search.pk}")

    assert page.context["page"].total == 1
    assert "Words: heating" in page.content.decode()


@pytest.mark.parametrize(
    "words",
    ["'", '"', '"open quote', "a & b | c", "NOT", "*", "%_%", "\x00", "x" * 5000, "<script>alert(1)</script>", "🙂"],
)
def test_signs_that_a_database_could_read_are_words_like_others(client: Client, agent: User, words: str) -> None:
    text = found(client, words)

    assert "<script>alert" not in text


@pytest.mark.parametrize("role", [Role.ADMIN, Role.DATA_PROTECTION])
def test_those_who_see_no_case_find_none(client: Client, role: Role) -> None:
    client.force_login(UserFactory.create(role=role))
    case = CaseFactory.create(story="heating broken", customer__name="Heating Smith")
    index_case(case)

    assert "Nothing was found." in found(client, "heating")


def test_a_search_costs_the_same_queries_for_one_hit_and_for_twenty(
    client: Client, agent: User, django_assert_max_num_queries: Any
) -> None:
    counts = []
    client.get("/parts/")
    for number in (1, 19):
        for _ in range(number):
            index_case(CaseFactory.create(team=agent.team, story="heating broken", customer__name="Heating Smith"))
        search = Search.objects.create(owner=agent, words="heating", searched_at="2026-11-20T16:00Z")
        with django_assert_max_num_queries(7) as queries:
            client.get(f"/search/{search.pk}/")
        counts.append(len(queries))

    assert counts[1] - counts[0] <= 1


def test_who_sees_results_is_written_down_without_the_words(client: Client, agent: User) -> None:
    index_case(CaseFactory.create(team=agent.team, summary="Quibbleworth was charged twice"))

    found(client, "Quibbleworth")
    found(client, "Nobody of that name")

    read = PersonalDataRead.objects.get()
    assert (read.reader, read.what, read.via, read.case) == (agent, "search results", "1 shown", None)
