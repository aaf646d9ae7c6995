import json
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings

from reporting.measures.figures import (
    Share,
    change_percent,
    flow_balance,
    half_up,
    pareto,
    per,
    percentile,
)
from reporting.tests.published import PUBLISHED, printed

ORACLES = settings.BASE_DIR.parent / "shared" / "data" / "oracles.json"


@pytest.fixture(scope="module", params=["written in the tests", "shared file"])
def published(request: pytest.FixtureRequest) -> Any:
    if request.param == "written in the tests":
        return PUBLISHED
    if not ORACLES.exists():
        pytest.skip("the published examples (shared/data/oracles.json) are not beside this checkout")
    return json.loads(ORACLES.read_text())


def test_pareto_of_the_published_example(published: Any) -> None:
    example = published["pareto"]["qcc"]

    rows = [
        [row.label, row.count, row.cumulative, round(row.percent, 5), round(row.cumulative_percent, 5)]
        for row in pareto(example["data"])
    ]

    assert rows == example["expect"]


def test_the_vital_few_are_the_fewest_that_reach_four_fifths() -> None:
    rows = pareto({"contact": 94, "price": 80, "supplier": 66, "part": 33, "date": 27})

    assert [row.label for row in rows if row.is_vital] == ["contact", "price", "supplier"]


def test_pareto_of_nothing_does_not_divide_by_zero() -> None:
    assert [row.percent for row in pareto({"a": 0})] == [0.0]


def test_percentile_is_the_stated_definition(published: Any) -> None:
    example = published["percentile"]["nist"]

    found = percentile(example["y"], example["p"])

    assert found is not None
    assert printed(found, example["type7_excel_inc"])


def test_the_indicators_of_a_council_come_out_as_it_printed_them(published: Any) -> None:
    (year,) = published["spso_fife"]
    shares = {
        "s1_pct": Share(year["s1"], year["closed"]),
        "s2_pct": Share(year["s2"], year["closed"]),
        "esc_pct": Share(year["esc"], year["closed"]),
        "s1_upheld_pct": Share(year["s1_upheld"], year["s1"]),
        "s1_not_pct": Share(year["s1_not"], year["s1"]),
    }

    assert {name: float(share.percent() or 0) for name, share in shares.items()} == {n: year[n] for n in shares}
    assert per(1000, year["received"], year["population"]) == half_up(year["per1000_received"], 1)
    assert per(1000, year["closed"], year["population"]) == half_up(year["per1000_closed"], 1)
    assert year["s1"] + year["s2"] + year["esc"] == year["closed"]
    assert year["s1_upheld"] + year["s1_not"] + year["s1_partial"] == year["s1"]


def test_what_firms_opened_adds_up_to_the_published_totals(published: Any) -> None:
    opened = published["fca_opened"]
    groups = [counts for group, counts in opened.items() if not group.startswith("_")]

    assert [sum(counts) for counts in zip(*groups, strict=True)] == opened["_totals"]


@pytest.mark.parametrize(
    ("group", "period", "printed_change"),
    [
        ("Banking and credit cards", 2, "7.2"),
        ("Decumulation & pensions", 1, "-4.2"),
        ("Decumulation & pensions", 2, "5.5"),
        ("Home finance", 1, "-10.0"),
        ("Home finance", 2, "-6.3"),
        ("Insurance & pure protection", 1, "-6.0"),
        ("Insurance & pure protection", 2, "-0.2"),
        ("Investments", 1, "-15.7"),
        ("Investments", 2, "10.1"),
    ],
)
def test_changes_between_half_years_come_out_as_published(group: str, period: int, printed_change: str) -> None:
    before, after = PUBLISHED["fca_opened"][group][period - 1 : period + 1]

    assert change_percent(before, after) == Decimal(printed_change)


def test_a_rate_or_a_change_from_nothing_is_not_zero() -> None:
    assert per(1000, 3, 0) is None
    assert change_percent(0, 5) is None


def test_a_percentile_of_nothing_is_nothing() -> None:
    assert percentile([], 0.9) is None


@pytest.mark.parametrize(
    ("numerator", "denominator", "places", "expected"),
    [
        (1648, 2149, 1, "76.7"),
        (385, 2149, 1, "17.9"),
        (116, 2149, 1, "5.4"),
        (31, 59, 2, "52.54"),
        (21, 127, 1, "16.5"),
    ],
)
def test_published_shares_come_out_to_the_last_digit(
    numerator: int, denominator: int, places: int, expected: str
) -> None:
    assert Share(numerator, denominator).percent(places) == Decimal(expected)


def test_a_share_of_nothing_is_not_zero() -> None:
    assert Share(0, 0).percent() is None
    assert str(Share(0, 0)) == "n/a"


def test_halves_round_up_as_on_paper() -> None:
    assert half_up(0.125, 2) == Decimal("0.13")
    assert half_up(Decimal("2.5")) == Decimal("3")


def test_what_came_in_and_went_out_explains_what_is_open() -> None:
    assert flow_balance(open_at_start=10, opened=5, reopened=1, closed=4) == 12
