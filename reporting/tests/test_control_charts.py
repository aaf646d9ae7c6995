"""Control charts against published examples; sources are named in domain.md 6."""

import json
from typing import Any

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from reporting.measures.control_charts import (
    ControlChart,
    c_chart,
    laney_p_chart,
    laney_u_chart,
    p_chart,
    run_chart,
    t_chart,
    u_chart,
    xmr_chart,
)
from reporting.measures.run_rules import Rule
from reporting.measures.verdicts import verdict
from reporting.tests.published import PUBLISHED, printed

ORACLES = settings.BASE_DIR.parent / "shared" / "data" / "oracles.json"


@pytest.fixture(scope="module", params=["written in the tests", "shared file"])
def published(request: pytest.FixtureRequest) -> Any:
    if request.param == "written in the tests":
        return PUBLISHED["spc"]
    if not ORACLES.exists():
        pytest.skip("the published examples (shared/data/oracles.json) are not beside this checkout")
    return json.loads(ORACLES.read_text())["spc"]


def assert_limits(chart: ControlChart, expected: dict[str, Any]) -> None:
    assert printed(chart.centre, expected["cl"])
    assert chart.lower[0] is not None
    assert chart.upper[0] is not None
    assert printed(chart.lower[0], expected["lcl"])
    assert printed(chart.upper[0], expected["ucl"])
    if "beyond" in expected:
        assert list(chart.out_of_limits) == expected["beyond"]


def test_c_chart_of_nist_wafers(published: Any) -> None:
    example = published["nist_c"]

    chart = c_chart(example["c"])

    assert_limits(chart, example["expect"])
    assert 3 not in chart.out_of_limits  # 28 lies on the limit, not beyond it


@pytest.mark.parametrize(
    ("case", "exclude"), [("all30", ()), ("excl_15_23", (15, 23)), ("excl_15_21_23", (15, 21, 23))]
)
def test_p_chart_of_orange_juice_cans(published: Any, case: str, exclude: tuple[int, ...]) -> None:
    example = published["montgomery_7_1_p"]

    chart = p_chart(example["D_1_30"], example["n"], exclude=exclude)

    assert_limits(chart, example["expect"][case])


def test_p_chart_after_the_process_changed(published: Any) -> None:
    example = published["montgomery_7_1_p"]

    assert_limits(p_chart(example["D_31_54"], [50] * 24), example["expect"]["phase_31_54"])
    assert_limits(p_chart(example["D_31_54"] + example["D_55_94"], 50), example["expect"]["part_31_94"])


@pytest.mark.parametrize(("case", "exclude"), [("all26", ()), ("excl_6_20", (6, 20))])
def test_c_chart_of_circuit_boards(published: Any, case: str, exclude: tuple[int, ...]) -> None:
    example = published["montgomery_7_3_c"]

    assert_limits(c_chart(example["c_1_26"], exclude=exclude), example["expect"][case])


def test_frozen_limits_and_anhoej_on_circuit_boards(published: Any) -> None:
    example = published["montgomery_7_3_c"]
    first, then, expected = example["c_1_26"], example["c_27_46"], example["expect"]["anhoej_46_excl_6_20"]

    chart = c_chart(first + then, exclude=(6, 20), baseline=26)
    runs = chart.runs

    assert chart.centre == pytest.approx(19.6666667)
    assert [i for i in chart.out_of_limits if i > 26] == []
    assert (runs.useful, runs.longest, runs.longest_allowed) == (
        expected["useful"],
        expected["longest"],
        expected["max"],
    )
    assert (runs.crossings, runs.crossings_needed) == (expected["crossings"], expected["min"])
    assert runs.signal is expected["signal"]


def test_u_chart_with_equal_sizes(published: Any) -> None:
    example = published["montgomery_7_4_u"]

    assert_limits(u_chart(example["x"], example["n"]), example["expect"])


def test_u_chart_of_computers() -> None:
    chart = u_chart([10, 12, 8, 14, 10, 16, 11, 7, 10, 15, 9, 5, 7, 11, 12, 6, 8, 10, 7, 5], 5)

    assert chart.centre == pytest.approx(1.93)
    assert (chart.lower[0], chart.upper[0]) == (pytest.approx(0.0661, abs=5e-5), pytest.approx(3.7939, abs=5e-5))


def test_xmr_chart_with_a_frozen_baseline(published: Any) -> None:
    example = published["montgomery_6_5_i_mr"]
    expected = example["expect"]

    chart = xmr_chart(example["x"], baseline=example["baseline"])

    assert_limits(chart, expected)
    assert chart.moving_range_mean is not None
    assert chart.moving_range_upper is not None
    assert printed(chart.moving_range_mean, expected["mr_bar"])
    assert printed(chart.moving_range_upper, expected["mr_ucl"])


def test_laney_tames_very_large_denominators(published: Any) -> None:
    example = published["nhs_4h_laney_p"]
    expected = example["computed"]

    plain, laney = p_chart(example["r"], example["n"]), laney_p_chart(example["r"], example["n"])

    assert len(plain.out_of_limits) == expected["p_chart_points_outside"]
    assert len(laney.out_of_limits) == expected["pprime_points_outside"]
    assert laney.sigma_z is not None
    assert laney.lower[0] is not None
    assert laney.upper[0] is not None
    assert printed(laney.centre, expected["pbar"])
    assert printed(laney.sigma_z, expected["sigma_z"])
    assert printed(laney.lower[0], expected["pprime_first_lcl"])
    assert printed(laney.upper[0], expected["pprime_first_ucl"])


def test_laney_u_is_the_u_chart_where_chance_alone_varies() -> None:
    counts, sizes = [10, 12, 8, 14, 10, 16, 11, 7, 10, 15, 9, 5, 7, 11], [5.0] * 14

    chart = laney_u_chart(counts, sizes)

    assert chart.sigma_z == pytest.approx(1.0, abs=0.4)
    assert chart.centre == u_chart(counts, sizes).centre


def test_t_chart_turns_the_gaps_back_into_time() -> None:
    gaps = [20, 35, 12, 28, 31, 17, 22, 40, 25, 19, 33, 27, 300]

    chart = t_chart(gaps)

    assert chart.out_of_limits == (13,)
    assert 12 < chart.centre < 40
    assert chart.lower[0] is not None
    assert chart.lower[0] >= 0


@pytest.mark.parametrize("chart", [c_chart, xmr_chart, t_chart])
@pytest.mark.parametrize("value", [0, 7])
def test_a_constant_series_has_no_signal_and_does_not_crash(chart: Any, value: int) -> None:
    result = chart([value] * 20)

    assert result.out_of_limits == ()
    assert result.signals == ()
    assert result.centre == pytest.approx(value)


@pytest.mark.parametrize("chart", [p_chart, u_chart, laney_p_chart, laney_u_chart])
def test_nothing_counted_and_empty_periods_do_not_crash(chart: Any) -> None:
    assert chart([0] * 20, [50] * 20).out_of_limits == ()
    assert chart([0] * 20, [0] * 20).centre == 0
    assert chart([0] * 19 + [3], [0] + [50] * 19).upper[5] is not None


@pytest.mark.parametrize("chart", [p_chart, u_chart, laney_p_chart, laney_u_chart])
def test_a_period_in_which_nothing_happened_is_no_signal(chart: Any) -> None:
    result = chart([5, 6] * 10 + [0], [10] * 20 + [0])

    assert 21 not in result.out_of_limits


@pytest.mark.parametrize("points", [0, 1, 11])
def test_under_twelve_points_there_is_a_run_chart_only(points: int) -> None:
    chart = c_chart(list(range(points)))

    assert not chart.has_limits
    assert chart.upper == (None,) * points
    assert chart.out_of_limits == ()


def test_limits_step_with_the_volume() -> None:
    chart = p_chart([5] * 6 + [50] * 6, [10] * 6 + [100] * 6)

    assert chart.upper[0] > chart.upper[-1]  # type: ignore[operator]


def test_eight_in_a_row_on_one_side_is_a_signal() -> None:
    chart = xmr_chart([5, 7] * 6 + [7, 7, 7, 7, 7, 7, 7, 8], baseline=12)

    assert [signal for signal in chart.signals if signal.rule is Rule.RUN]


def test_seven_in_a_row_is_not() -> None:
    chart = xmr_chart([5, 7] * 5 + [7, 5, 7, 7, 7, 7, 7, 7, 7, 5], baseline=12)

    assert not [signal for signal in chart.signals if signal.rule is Rule.RUN]


def test_six_rising_points_are_a_trend_and_five_are_not() -> None:
    assert [s.positions for s in run_and_rules([5, 4, 5, 4, 5, 4, 1, 2, 3, 4, 5, 6, 5])] == [(7, 8, 9, 10, 11, 12)]
    assert run_and_rules([5, 4, 5, 4, 5, 4, 2, 3, 4, 5, 6, 5, 4]) == []


def run_and_rules(values: list[float]) -> list[Any]:
    return [signal for signal in xmr_chart(values).signals if signal.rule is Rule.TREND]


def test_two_of_three_near_a_limit_are_a_signal() -> None:
    chart = xmr_chart([10, 12] * 10 + [15, 11, 15], baseline=20)

    assert Rule.NEAR_LIMIT in {signal.rule for signal in chart.signals}


def test_an_import_that_counts_in_one_week_is_no_change() -> None:
    labels = [str(week) for week in range(1, 27)]

    assert verdict(xmr_chart([0] * 25 + [1000]), labels) == "All in the week of 26, so there is nothing to compare"
    assert verdict(xmr_chart([3] * 25 + [1000]), labels) == "Higher than usual since 26"
    assert verdict(xmr_chart([2, 4] * 7 + [0] * 11 + [9], baseline=14), labels) == "Lower than usual since 15"


def test_more_hits_than_cases_are_refused() -> None:
    with pytest.raises(ValueError, match="more hits than cases"):
        p_chart([11] * 12, 10)


def test_sizes_must_match_counts() -> None:
    with pytest.raises(ValueError, match="one size for each count"):
        u_chart([1, 2, 3], [10, 10])


counts = st.lists(st.integers(min_value=0, max_value=500), min_size=12, max_size=60)


@given(counts)
def test_a_point_is_out_exactly_when_it_lies_beyond_its_limit(series: list[int]) -> None:
    chart = c_chart(series)

    for position, value in enumerate(series, start=1):
        low, high = chart.lower[position - 1], chart.upper[position - 1]
        assert low is not None
        assert high is not None
        assert (position in chart.out_of_limits) == (value < low or value > high)


@given(counts)
def test_runs_and_crossings_add_up(series: list[int]) -> None:
    runs = run_chart(series).runs

    assert runs.crossings + 1 <= max(1, runs.useful)
    assert runs.longest <= runs.useful
