from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from complaints.choices import ComplaintAction, InterestMethod
from complaints.interest import InterestError, base_rate_interest, simple_interest
from complaints.models import RedressItem
from complaints.selectors.content import proposal_content
from complaints.selectors.gates import missing_for
from complaints.selectors.interest import InterestClaim
from complaints.services.interest import add_interest
from complaints.tests.factories import NOW, World, ready
from policies.choices import RedressType
from policies.models import BaseRate

YEAR_2025 = [
    (date(2024, 11, 7), Decimal("4.75")),
    (date(2025, 2, 6), Decimal("4.50")),
    (date(2025, 5, 8), Decimal("4.25")),
    (date(2025, 8, 7), Decimal("4.00")),
    (date(2025, 12, 18), Decimal("3.75")),
]
THOUSAND = Decimal(1000)
NEW_YEAR = date(2025, 1, 1)


# --- the arithmetic, without a database ------------------------------------------------------------------------------


@pytest.mark.parametrize(("end", "total"), [(date(2025, 4, 11), "21.92"), (date(2026, 1, 1), "80.00")])
def test_eight_percent_on_a_thousand_pounds(end: date, total: str) -> None:
    assert simple_interest(THOUSAND, start=NEW_YEAR, end=end).total == Decimal(total)


def test_base_rate_plus_one_over_2025() -> None:
    account = base_rate_interest(THOUSAND, start=NEW_YEAR, end=date(2026, 1, 1), rates=YEAR_2025)

    assert [each.days for each in account.stretches] == [36, 91, 91, 133, 14]
    assert round(account.mean_percent, 6) == Decimal("5.251370")
    assert (account.days, account.total, account.tax) == (365, Decimal("52.51"), Decimal("10.50"))


def test_a_leap_year_counts_366_days_over_365() -> None:
    assert simple_interest(THOUSAND, start=date(2024, 1, 1), end=date(2025, 1, 1)).total == Decimal("80.22")


def test_a_rate_that_changes_on_the_first_day_counts_from_that_day() -> None:
    account = base_rate_interest(THOUSAND, start=date(2025, 2, 6), end=date(2025, 2, 7), rates=YEAR_2025)

    assert [(each.percent, each.days) for each in account.stretches] == [(Decimal("5.50"), 1)]


def test_the_day_before_a_change_has_the_old_rate() -> None:
    account = base_rate_interest(THOUSAND, start=date(2025, 2, 5), end=date(2025, 2, 7), rates=YEAR_2025)

    assert [each.percent for each in account.stretches] == [Decimal("5.75"), Decimal("5.50")]


def test_the_order_in_which_rates_are_kept_does_not_matter() -> None:
    span = {"start": NEW_YEAR, "end": date(2026, 1, 1)}

    assert base_rate_interest(THOUSAND, **span, rates=YEAR_2025[::-1]) == base_rate_interest(
        THOUSAND, **span, rates=YEAR_2025
    )


def test_two_stretches_come_to_the_same_as_one_at_the_same_rate() -> None:
    rates = [(NEW_YEAR, Decimal(7)), (date(2025, 6, 1), Decimal(7))]
    span = {"start": NEW_YEAR, "end": date(2026, 1, 1)}

    assert base_rate_interest(THOUSAND, **span, rates=rates).total == simple_interest(THOUSAND, **span).total


def test_days_before_the_first_rate_are_refused_and_the_refusal_says_who_can_help() -> None:
    with pytest.raises(InterestError, match=r"no base rate for 1 January 2019\. An admin can add it"):
        base_rate_interest(THOUSAND, start=date(2019, 1, 1), end=date(2026, 1, 1), rates=YEAR_2025)


@pytest.mark.parametrize("amount", ["0", "-5", "NaN", "Infinity"])
def test_an_amount_that_is_none_is_refused(amount: str) -> None:
    with pytest.raises(InterestError, match="more than nothing"):
        simple_interest(Decimal(amount), start=NEW_YEAR, end=date(2026, 1, 1))


def test_paid_back_on_the_day_of_the_loss_is_refused() -> None:
    with pytest.raises(InterestError, match="after the day of the loss"):
        simple_interest(THOUSAND, start=NEW_YEAR, end=NEW_YEAR)


# --- on a case -----------------------------------------------------------------------------------------------------


def claim(method: InterestMethod = InterestMethod.SIMPLE_8) -> InterestClaim:
    return InterestClaim(principal=THOUSAND, start=NEW_YEAR, end=date(2025, 4, 11), method=method)


@pytest.fixture
def world(db: None) -> World:
    for starts_on, percent in YEAR_2025:
        BaseRate.objects.create(starts_on=starts_on, percent=percent)
    return ready()


def test_interest_becomes_redress_with_its_account(world: World) -> None:
    add_interest(case_id=world.case.pk, claim=claim(InterestMethod.BASE_PLUS_ONE), actor=world.agent, now=NOW)

    item = RedressItem.objects.get(case=world.case)
    assert (item.redress_type, item.amount) == (RedressType.INTEREST, Decimal("15.32"))
    assert [line["days"] for line in item.account["lines"]] == [36, 64]
    assert not missing_for(ComplaintAction.SUBMIT, world.case, now=NOW)


def test_the_account_is_part_of_what_is_signed_off(world: World) -> None:
    item = add_interest(case_id=world.case.pk, claim=claim(), actor=world.agent, now=NOW)
    before = proposal_content(world.case)

    item.account |= {"principal": "900.00"}
    item.save()

    assert proposal_content(world.case) != before


ANSWERS = {"principal": "1000", "start": "2025-01-01", "end": "2025-04-11", "method": "SIMPLE_8"}


def test_the_page_shows_the_account_before_anything_is_added(client: Client, world: World) -> None:
    client.force_login(world.agent)

    response = client.get(reverse("complaints:interest", args=[world.case.reference]), ANSWERS)

    assert response.status_code == 200
    assert "Add £21.92 to the redress" in response.text
    assert not RedressItem.objects.exists()


def test_the_page_adds_what_it_showed(client: Client, world: World) -> None:
    client.force_login(world.agent)

    response = client.post(reverse("complaints:interest", args=[world.case.reference]), ANSWERS)

    assert response.status_code == 302
    assert RedressItem.objects.get().amount == Decimal("21.92")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"end": "2025-01-01"}, "must be after the day of the loss"),
        ({"principal": "0"}, "must be 0.01 or more"),
        ({"method": "BASE_PLUS_ONE", "start": "2001-01-01"}, "There is no base rate for 1 January 2001"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(
    client: Client, world: World, change: dict[str, str], words: str
) -> None:
    client.force_login(world.agent)

    response = client.post(reverse("complaints:interest", args=[world.case.reference]), ANSWERS | change)

    assert response.status_code == 422
    assert words in response.text
    assert not RedressItem.objects.exists()
