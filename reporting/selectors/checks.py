"""Whether a change helped: the measure that its author chose, week by week, before and after it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import dropwhile
from typing import Any

from accounts.models import User
from core.dates import local_day
from reporting.choices import Measure
from reporting.measures.effect import Effect, Result, effect_on_counts, effect_on_shares, effect_on_values
from reporting.measures.figures import half_up
from reporting.models import Recommendation
from reporting.selectors.figures import load_figures
from reporting.selectors.kpi_list import KPIS
from reporting.selectors.kpis import How, Kpi, chart_points, in_words, read_weeks
from reporting.selectors.limits import as_point, limits_in
from reporting.selectors.scope import Scope, monday

CHECK_WEEKS = 26
THEME_NAME = "Cases a week in the theme"
MEASURABLE = {code: kpi for code, kpi in KPIS.items() if kpi.how is not How.OPEN}

Week = tuple[date, int, int, float]  # Monday, numerator, denominator, value


def measure_name(recommendation: Recommendation) -> str:
    kpi = KPIS.get(recommendation.measure)
    return kpi.name if kpi else THEME_NAME


def weekly_cases(themes: Collection[int], *, user: User, weeks: int, now: datetime) -> list[tuple[date, int]]:
    """Return how many cases of the themes came in each week, as far as `user` may count them; oldest week first."""
    scope = Scope(today=local_day(now), weeks=weeks)
    figures = load_figures(user, scope, {Measure.THEME})
    series = [figures.weekly(Measure.THEME, str(theme)) for theme in themes]
    return [(week, sum(one[i] for one in series)) for i, week in enumerate(scope.mondays)]


@dataclass(frozen=True)
class Check:
    """Weekly figures on one scale, and where the change lies: `changed_at` is the 1-based position of its first week.

    `left_out` are weeks that do not count, each with its recorded cause.
    """

    recommendation: Recommendation
    weeks: list[Week]
    changed_at: int
    effect: Effect
    left_out: dict[date, str] = field(default_factory=dict)

    @property
    def kpi(self) -> Kpi | None:
        return KPIS.get(self.recommendation.measure)

    @property
    def measure(self) -> str:
        return measure_name(self.recommendation)

    @property
    def verdict(self) -> str:
        return self.effect.too_little or f"{self._finding}: {self._change}"

    @property
    def helped(self) -> str:
        """Return whether the figure moved towards its target: HELPED, WORSE, or what the comparison says."""
        effect, target = self.effect, self.recommendation.target
        if effect.result not in {Result.LOWER, Result.HIGHER}:
            return effect.result
        wants_less = target is None or float(target) <= self._shown(effect.before)
        return "HELPED" if (effect.result is Result.LOWER) == wants_less else "WORSE"

    @property
    def _finding(self) -> str:
        what = "Fewer cases" if _is_count(self.kpi) else "Lower"
        other = "More cases" if _is_count(self.kpi) else "Higher"
        result = self.effect.result
        if result is Result.UNCLEAR:
            return "No change that chance could not explain"
        return f"{what if result is Result.LOWER else other} since the change"

    @property
    def _change(self) -> str:
        effect = self.effect
        low, high = effect.low or 0.0, effect.high or 0.0
        if _is_count(self.kpi):
            between = f"between {_percent(low)} and {_percent(high)}, with 95% confidence"
            return f"{_percent(effect.change or 0.0)} a week ({between})"
        between = f"a change between {self._signed(low)} and {self._signed(high)}, with 95% confidence"
        return f"{self._in_words(effect.after)} after {self._in_words(effect.before)} ({between})"

    def _shown(self, value: float) -> float:
        """Return a value in the unit that the author's target is in."""
        return 100 * value if self.kpi and _is_share(self.kpi) else value

    def _in_words(self, value: float) -> str:
        return in_words(self.kpi, half_up(self._shown(value), self.kpi.places)) if self.kpi else f"{value:.1f}"

    def _signed(self, value: float) -> str:
        return f"{self._shown(value):+.1f}"


def check_of(recommendation: Recommendation, *, now: datetime) -> Check | None:
    """Compare the weeks before and after the change; `None` before there was one.

    The weeks before it are those frozen when it was made. The week of the change and the running week are left out.
    """
    if recommendation.changed_on is None:
        return None
    weeks, left_out = weeks_of(recommendation, now=now)
    changed, running = monday(recommendation.changed_on), monday(local_day(now))
    frozen = [(date.fromisoformat(week), hits, of, value) for week, hits, of, value in recommendation.weeks_before]
    before = frozen or [week for week in weeks if week[0] < changed]
    shown = [*before, *(week for week in weeks if week[0] >= changed)]
    position = next((i for i, week in enumerate(shown, start=1) if week[0] >= changed), len(shown))
    compared = [
        [week for week in part if week[0] not in left_out]
        for part in (before[-CHECK_WEEKS:], [week for week in weeks if changed < week[0] < running])
    ]
    effect = _compare(KPIS.get(recommendation.measure), *compared)
    return Check(recommendation, shown, position, effect, left_out)


def weeks_of(recommendation: Recommendation, *, now: datetime) -> tuple[list[Week], dict[date, str]]:
    """Return the measure week by week as it is now, oldest first, and the weeks left out of its limits with their cause.

    It counts what the owner may count, so that every reader of the document finds the same verdict.
    """
    kpi = KPIS.get(recommendation.measure)
    if kpi is None:
        themes = list(recommendation.themes.values_list("pk", flat=True))
        cases = weekly_cases(themes, user=recommendation.owner, weeks=2 * CHECK_WEEKS, now=now)
        return [(week, count, count, float(count)) for week, count in cases], {}
    scope = Scope(today=local_day(now), weeks=2 * CHECK_WEEKS)
    points = chart_points(read_weeks(load_figures(recommendation.owner, scope, kpi.measures), kpi))
    limits = limits_in(scope).get(kpi.code)
    counted = dropwhile(lambda point: not point[1].denominator, points)  # nobody counted before the first case
    return [(week, *as_point(reading)) for week, reading in counted], limits.excluded if limits else {}


def result_of(check: Check, now: datetime) -> dict[str, Any]:
    """Return what a check says, as it is kept when somebody decides on it."""
    effect = check.effect
    return {
        "result": check.helped,
        "verdict": check.verdict,
        "measure": check.recommendation.measure,
        "before": effect.before,
        "after": effect.after,
        "low": effect.low,
        "high": effect.high,
        "weeks_after": effect.weeks_after,
        "at": now.isoformat(),
    }


def _is_share(kpi: Kpi) -> bool:
    return kpi.how is How.SHARE and kpi.is_proportion


def _is_count(kpi: Kpi | None) -> bool:
    return kpi is None or kpi.how is How.COUNT


def _compare(kpi: Kpi | None, before: Sequence[Week], after: Sequence[Week]) -> Effect:
    if _is_count(kpi):
        return effect_on_counts([hits for _, hits, _, _ in before], [hits for _, hits, _, _ in after])
    if kpi is not None and _is_share(kpi):
        return effect_on_shares([(hits, of) for _, hits, of, _ in before], [(hits, of) for _, hits, of, _ in after])
    return effect_on_values([value for *_, value in before], [value for *_, value in after])


def _percent(share: float) -> str:
    return f"{100 * share:+.0f}%"
