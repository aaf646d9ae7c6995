import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.measures.effect import Result, effect_on_counts, effect_on_shares, effect_on_values


def test_a_clear_fall_is_called_one() -> None:
    effect = effect_on_counts([18, 17, 19, 18, 20, 16, 18, 17], [6, 7, 5, 8, 6, 7, 6, 5])

    assert effect.result is Result.LOWER
    assert effect.change == pytest.approx(-0.65, abs=0.005)
    assert effect.high is not None
    assert effect.high < 0


def test_what_chance_explains_is_not_called_a_change() -> None:
    effect = effect_on_counts([10, 12, 8, 11, 9, 10, 12, 8], [9, 11, 10, 8, 12, 9, 10, 10])

    assert effect.result is Result.UNCLEAR


def test_weeks_that_swing_wildly_widen_the_interval() -> None:
    calm = effect_on_counts([10] * 8, [7] * 8)
    wild = effect_on_counts([0, 20] * 4, [0, 14] * 4)

    assert calm.high is not None
    assert wild.high is not None
    assert wild.high > calm.high


@pytest.mark.parametrize("weeks", [0, 1, 7])
def test_under_eight_weeks_there_is_no_verdict(weeks: int) -> None:
    assert effect_on_counts([10] * 12, [5] * weeks).too_little == f"Not enough data yet: {weeks} of 8 weeks"


def test_nothing_before_cannot_be_compared() -> None:
    assert effect_on_counts([0] * 8, [3] * 8).too_little.startswith("Nothing to compare with")


@given(st.lists(st.integers(0, 200), min_size=2, max_size=30), st.lists(st.integers(0, 200), min_size=8, max_size=30))
def test_the_interval_holds_the_estimate_and_never_falls_below_all_gone(before: list[int], after: list[int]) -> None:
    effect = effect_on_counts(before, after)

    if effect.low is not None and effect.high is not None and sum(after):
        assert -1 <= effect.low <= (effect.change or 0) + 1e-9
        assert (effect.change or 0) - 1e-9 <= effect.high


def test_shares_are_compared_by_their_difference() -> None:
    effect = effect_on_shares([(45, 100), (55, 100)] * 6, [(30, 100), (34, 100)] * 4)

    assert effect.result is Result.LOWER
    assert (effect.before, effect.after) == (0.5, 0.32)
    assert effect.change == pytest.approx(-0.18)
    assert effect.low == pytest.approx(-0.2235, abs=0.001)
    assert effect.high == pytest.approx(-0.1365, abs=0.001)


def test_a_share_that_never_failed_still_has_an_interval() -> None:
    effect = effect_on_shares([(5, 5)] * 8, [(5, 5)] * 8)

    assert effect.result is Result.UNCLEAR
    assert effect.low is not None
    assert effect.low < 0


@pytest.mark.parametrize("weeks", [0, 7])
def test_shares_and_values_need_eight_weeks_as_well(weeks: int) -> None:
    assert effect_on_shares([(1, 2)] * 12, [(1, 2)] * weeks).result is Result.TOO_EARLY
    assert effect_on_values([1.0] * 12, [1.0] * weeks).result is Result.TOO_EARLY


def test_values_are_compared_by_their_means_as_welch_does() -> None:
    effect = effect_on_values([10, 12, 11, 13, 9, 11, 12, 10], [8, 9, 7, 8, 9, 8, 7, 8])

    assert effect.result is Result.LOWER
    assert effect.change == pytest.approx(-3.0)
    assert effect.low == pytest.approx(-4.174, abs=0.002)
    assert effect.high == pytest.approx(-1.826, abs=0.002)


def test_values_that_never_vary_do_not_crash() -> None:
    assert effect_on_values([2.0] * 8, [2.0] * 8).result is Result.UNCLEAR
    assert effect_on_values([2.0] * 8, [1.0] * 8).result is Result.LOWER
