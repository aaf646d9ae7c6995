from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from accounts.choices import Role
from accounts.models import User
from accounts.tests.factories import TeamFactory, UserFactory
from cases.models import Case, Customer
from cases.tests.factories import CaseFactory, CustomerFactory, RootCauseAnalysisFactory
from complaints.choices import Finding
from complaints.models import ComplaintPoint
from core.dates import local_day
from policies.models import Clause
from policies.tests.factories import CategoryFactory, ClauseFactory, ProductFactory, RootCauseFactory
from reporting.selectors.scope import Scope
from reporting.selectors.themes.recurring import SOURCES, Group, cases_of, groups

pytestmark = pytest.mark.django_db

NOW = timezone.now()


@pytest.fixture
def manager() -> User:
    return UserFactory.create(role=Role.MANAGER, team=None)


def log(*, days_ago: int = 5, **fields: object) -> Case:
    return CaseFactory.create(received_at=NOW - timedelta(days=days_ago), logged_at=NOW, **fields)


def found(user: User, slug: str) -> list[Group]:
    return groups(user, Scope(today=local_day(NOW)), SOURCES[slug])


def behind(user: User, slug: str, key: str) -> set[Case]:
    return set(cases_of(user, Scope(today=local_day(NOW)), SOURCES[slug], key))


def test_a_customer_with_two_cases_recurs_and_one_with_one_does_not(manager: User) -> None:
    first = log(customer__name="Ann Lee")
    second = log(customer=first.customer)
    log()

    (group,) = found(manager, "customer")

    assert (group.label, group.count) == ("Ann Lee", 2)
    assert behind(manager, "customer", group.key) == {first, second}


def test_an_anonymous_or_erased_customer_does_not_recur(manager: User) -> None:
    for fields in ({"is_anonymous": True}, {"erased_at": NOW}):
        customer = CustomerFactory.create()
        Customer.objects.filter(pk=customer.pk).update(**fields)
        log(customer=customer)
        log(customer=customer)

    assert found(manager, "customer") == []


@pytest.mark.parametrize(
    ("first", "second", "is_one_household"),
    [
        ({"account_number": "A1"}, {"account_number": "A1"}, True),
        ({"name": "Ann Lee", "postcode": "BN1 1AA"}, {"name": "Tom LEE", "postcode": "bn11aa"}, True),
        ({"name": "Ann Lee", "postcode": "BN1 1AA"}, {"name": "Tom Reed", "postcode": "BN1 1AA"}, False),
        ({"name": "Ann Lee", "postcode": ""}, {"name": "Tom Lee", "postcode": ""}, False),
        ({"name": "Lee", "postcode": "BN1 1AA"}, {"name": "Lee", "postcode": "BN1 1AA"}, False),
    ],
)
def test_a_household_shares_the_account_or_address_and_family_name(
    manager: User, first: dict[str, str], second: dict[str, str], is_one_household: bool
) -> None:
    blank = {"account_number": "", "postcode": ""}
    cases = {log(customer=CustomerFactory.create(**blank | fields)) for fields in (first, second)}

    groups_found = found(manager, "household")

    assert bool(groups_found) == is_one_household
    if is_one_household:
        assert behind(manager, "household", groups_found[0].key) == cases


def test_three_cases_of_one_product_and_cause_recur_and_two_do_not(manager: User) -> None:
    product, cause = ProductFactory.create(), RootCauseFactory.create()
    for _ in range(2):
        RootCauseAnalysisFactory.create(case=log(product=product), root_cause=cause)
    assert found(manager, "product-cause") == []

    RootCauseAnalysisFactory.create(case=log(product=product), root_cause=cause)

    (group,) = found(manager, "product-cause")
    assert group.count == 3
    assert len(behind(manager, "product-cause", group.key)) == 3


def answer(case: Case, clause: Clause, finding: Finding) -> None:
    ComplaintPoint.objects.create(
        case=case, number=1, text="Late", clause=clause, finding=finding, reason="It was", edited_by=case.owner
    )


def test_a_clause_recurs_across_its_versions_only_where_points_were_upheld(manager: User) -> None:
    clause = ClauseFactory.create()
    upheld = {log(), log()}
    for case in upheld:
        answer(case, clause, Finding.UPHELD)
    answer(log(), clause, Finding.NOT_UPHELD)

    (group,) = found(manager, "clause")

    assert group.count == 2
    assert behind(manager, "clause", group.key) == upheld


def test_a_customer_who_comes_back_within_90_days_of_closure_is_a_repeat(manager: User) -> None:
    category = CategoryFactory.create()
    before = log(days_ago=60, category=category)
    Case.objects.filter(pk=before.pk).update(closed_at=NOW - timedelta(days=30))
    again = log(customer=before.customer, category=category)
    log(customer=before.customer, category=CategoryFactory.create())

    (group,) = found(manager, "after-closure")

    assert behind(manager, "after-closure", group.key) == {again}


def test_colleagues_are_shown_to_their_own_leader_alone(client: Client, manager: User) -> None:
    team = TeamFactory.create()
    leader = UserFactory.create(role=Role.TEAM_LEADER, team=team)
    team.leaders.add(leader)
    other = UserFactory.create(role=Role.TEAM_LEADER, team=TeamFactory.create())
    colleague = UserFactory.create(team=team, full_name="Rowan Ashdown")
    for _ in range(2):
        log(team=team, owner=leader).named_colleagues.create(colleague=colleague)
    path = reverse("reporting:recurring_by", args=["colleague"])

    client.force_login(leader)
    assertContains(client.get(path), "Rowan Ashdown")
    client.force_login(other)
    assertNotContains(client.get(path), "Rowan Ashdown")
    for stranger in (manager, colleague):
        client.force_login(stranger)
        assert client.get(path).status_code == 403
        assertNotContains(client.get(reverse("reporting:recurring")), "Same colleague")


def test_cases_of_another_team_do_not_count() -> None:
    agent = UserFactory.create(role=Role.AGENT, team=TeamFactory.create())
    first = log(team=TeamFactory.create())
    log(customer=first.customer, team=first.team)

    assert found(agent, "customer") == []


@pytest.mark.parametrize("key", ["x", "1-2", "-", "99999999999999999999"])
def test_nonsense_in_the_address_has_no_cases(client: Client, manager: User, key: str) -> None:
    client.force_login(manager)

    page = client.get(reverse("reporting:recurring_cases", args=["customer", key]))

    assertContains(page, "No cases here.")


def test_an_unknown_source_is_not_there(client: Client, manager: User) -> None:
    client.force_login(manager)

    assert client.get(reverse("reporting:recurring_by", args=["weather"])).status_code == 404
