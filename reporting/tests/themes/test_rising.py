import numpy as np
import pytest

from reporting.tests.themes.corpus import stories
from reporting.themes.bursts import find_bursts
from reporting.themes.rising import MIN_PEOPLE, Level, every_night, judge
from reporting.themes.text import words

DAYS = 7 * 90


def steady(per_day: float, seed: int = 3) -> np.ndarray:
    return np.random.default_rng(seed).poisson(per_day, DAYS)


def test_a_theme_that_triples_is_rising_since_then() -> None:
    cases, everything = steady(1), steady(30)
    cases[-35:] += 2

    verdict = judge(cases, everything)

    assert verdict.level is Level.RISING
    assert verdict.ratio > 2
    assert verdict.since == pytest.approx(DAYS - 35, abs=7)


def test_a_busy_month_for_everything_raises_no_theme() -> None:
    cases, everything = steady(1), steady(30)
    cases[-35:] *= 3
    everything[-35:] *= 3

    assert judge(cases, everything).level is Level.USUAL


def test_one_complainer_is_not_a_theme_on_the_rise() -> None:
    cases, everything = steady(1), steady(30)
    cases[-35:] += 2

    assert judge(cases, everything, people=MIN_PEOPLE - 1).level is Level.USUAL


def test_two_nights_are_not_enough() -> None:
    cases, everything = steady(0.2), steady(30)
    cases[-60:] = 0
    cases[-2:] = 15

    assert judge(cases, everything).level is Level.WATCH


def test_a_spike_left_out_of_the_baseline_does_not_blind_it_for_a_year() -> None:
    cases, everything = steady(1), steady(30)
    spike = np.zeros(DAYS, bool)
    spike[300:307] = True
    cases[spike] += 90
    cases[-35:] += 2

    assert judge(cases, everything).level is Level.USUAL
    assert judge(cases, everything, left_out=spike).level is Level.RISING


@pytest.mark.parametrize("days", [0, 1, 56, 138])
def test_a_short_history_says_nothing(days: int) -> None:
    assert judge(np.ones(days, int), np.ones(days, int)).level is Level.USUAL


def test_no_cases_at_all_is_usual() -> None:
    assert judge(np.zeros(DAYS, int), np.zeros(DAYS, int)).level is Level.USUAL


def test_the_scatter_of_a_theme_that_comes_in_bunches_is_allowed_for() -> None:
    bunched = np.repeat(np.random.default_rng(1).poisson(2, DAYS // 7) * 4, 7)
    assert every_night(bunched, np.full(DAYS, 100)).scatter[-1] > 3


def test_false_alarms_and_power_are_as_published() -> None:
    """Themes.md 5: at most 0.12 false alarms a theme-year, and a doubling at ten a week found within 56 days."""
    rng = np.random.default_rng(20)
    quiet = sum(_alarms(_weeks(rng, 5), _weeks(rng, 200), 364) for _ in range(150))
    doubled = sum(_alarms(_weeks(rng, 10, last=8), _weeks(rng, 400), 56) > 0 for _ in range(60))

    assert quiet / 150 <= 0.12
    assert doubled / 60 >= 0.95


def _weeks(rng: np.random.Generator, per_week: float, *, last: int = 0) -> np.ndarray:
    """Two years of days with weeks that vary half as much again as chance, doubled in the `last` weeks."""
    mean = np.full(120, per_week)
    mean[120 - last :] *= 2
    shape = mean / 0.5
    return rng.poisson(np.repeat(mean / 7 * rng.gamma(shape) / shape, 7))


def _alarms(cases: np.ndarray, others: np.ndarray, days: int) -> int:
    hits = every_night(cases, cases + others).hits()
    third = hits[2:] & hits[1:-1] & hits[:-2]
    nights = np.flatnonzero(third[-days:])
    return int(len(nights) > 0) + int((np.diff(nights) > 28).sum())


def test_a_word_nobody_used_before_is_found_with_its_cases() -> None:
    recent = {f"c{at}": words(story) for at, (_, story) in enumerate(stories(300, seed=1))}
    for at in range(6):
        recent[f"c{at}"] = [*recent[f"c{at}"], "payzip", "handset"]

    bursts = find_bursts(recent, (words(story) for _, story in stories(2_000, seed=2)))

    assert len(bursts) == 1
    assert set(bursts[0].terms) == {"payzip", "handset", "payzip handset"}
    assert bursts[0].cases == tuple(f"c{at}" for at in range(6))


def test_nothing_new_gives_no_burst_and_a_name_is_never_one() -> None:
    before = [words(story) for _, story in stories(2_000, seed=2)]
    recent = {f"c{at}": [*words(story), "okonkwo"] for at, (_, story) in enumerate(stories(300, seed=1))}

    assert find_bursts(recent, before, names={"okonkwo"}) == []
    assert find_bursts(recent, []) == []
    assert find_bursts({}, before) == []
