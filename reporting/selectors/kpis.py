"""How a key figure is worked out: one definition, used by dashboards, files, reports and returns alike."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from accounts.models import User
from reporting.choices import Measure
from reporting.measures.control_charts import ControlChart, laney_p_chart, p_chart, xmr_chart
from reporting.measures.figures import Share, half_up, per, percentile
from reporting.selectors.figures import Figures, load_figures, open_by_age
from reporting.selectors.scope import Scope

LARGE_WEEK = 1000  # beyond this a p chart calls everything unusual, and Laney's limits are used
TO_SHOW_OUTSIDE = 5


class How(StrEnum):
    """The sum that makes the figure, as it is said on its page."""

    SHARE = "Numerator divided by denominator, as a percentage"
    COUNT = "A count of cases"
    OPEN = "A count of cases, at the moment of looking"
    PERCENTILE = "The value that the stated share of cases does not exceed, interpolated between neighbours (type 7)"
    SUM = "The amounts added up"
    MEAN = "The amounts added up, divided by the number that have one"
    RATE = "Numerator divided by denominator, for each thousand"
    NET = "The share of the numerator less the share of those against it, between -100 and 100"


class Unit(StrEnum):
    CASES = ""
    PERCENT = "%"
    WORKING_DAYS = " working days"
    POUNDS = "£"
    MINUTES = " minutes"
    SECONDS = " seconds"
    POINTS = " points"
    PER_THOUSAND = " for each 1,000"


@dataclass(frozen=True, kw_only=True)
class Kpi:
    """A key figure, in words and as counts: `hits` of `among`, which are keys of the measure; all where not named.

    It counts cases, or what `of_what` names. A share may be of another measure's cases (`of`), and may compare two groups where neither is a part of the other. Outside the team, figures that rest on fewer than `smallest` cases
    are not shown.
    """

    code: str
    name: str
    group: str
    tells: str
    cohort: str
    numerator: str
    denominator: str = ""
    how: How
    unit: Unit = Unit.PERCENT
    measure: Measure
    hits: tuple[str, ...] | None = None
    among: tuple[str, ...] | None = None
    against: tuple[str, ...] = ()
    of: Measure | None = None
    point: float = 0.5
    scale: int = 1
    places: int = 1
    smallest: int = TO_SHOW_OUTSIDE
    is_proportion: bool = True
    of_what: str = "case"
    source: str = ""

    @property
    def measures(self) -> frozenset[Measure]:
        return frozenset({self.measure, self.of or self.measure})

    @property
    def denominator_measure(self) -> Measure:
        return self.of or self.measure

    @property
    def rounding(self) -> str:
        places = (
            "a whole number" if self.places == 0 else f"{self.places} decimal place{'s' if self.places > 1 else ''}"
        )
        return f"Rounded half up to {places}"


@dataclass(frozen=True)
class Reading:
    """A key figure of one period, with what it is made of. `value` is `None`, shown as n/a, when nothing was counted."""

    kpi: Kpi
    numerator: int
    denominator: int
    value: Decimal | None

    @property
    def text(self) -> str:
        return in_words(self.kpi, self.value)

    @property
    def number(self) -> str:
        """Return the value without the words of its unit."""
        return in_words(self.kpi, self.value).removesuffix(self.unit_in_words)

    @property
    def unit_in_words(self) -> str:
        """Return the unit where it is more than a sign."""
        return self.kpi.unit if self.kpi.unit.startswith(" ") and self.value is not None else ""

    @property
    def made_of(self) -> str:
        """Return the numbers behind the figure, in a few words."""
        match self.kpi.how:
            case How.SHARE | How.RATE:
                return f"{self.numerator:,} of {self.denominator:,}"
            case How.PERCENTILE | How.MEAN | How.SUM | How.NET:
                return f"{self.denominator:,} {self.kpi.of_what}{'' if self.denominator == 1 else 's'}"
            case _:
                return ""

    @property
    def is_too_small_for_outside(self) -> bool:
        counted = self.numerator if self.kpi.how in {How.COUNT, How.OPEN} else self.denominator
        return 0 < counted < self.kpi.smallest


def in_words(kpi: Kpi, value: Decimal | None) -> str:
    if value is None:
        return "n/a"
    if kpi.unit is Unit.POUNDS:
        return f"£{value:,}"
    return f"{value:,}{kpi.unit}"


def read(figures: Figures, kpi: Kpi) -> Reading:
    """Return the key figure for the whole of the scope."""
    return _reading(kpi, _by_week(figures, kpi))


def read_weeks(figures: Figures, kpi: Kpi) -> list[tuple[date, Reading]]:
    """Return the key figure of each week."""
    return [
        (week, _reading(kpi, [counts]))
        for week, counts in zip(figures.scope.mondays, _by_week(figures, kpi), strict=True)
    ]


def read_now(user: User, kpi: Kpi, scope: Scope) -> Reading:
    """Return the key figure, from the database."""
    figures = load_figures(user, scope, kpi.measures)
    if kpi.how is not How.OPEN:
        return read(figures, kpi)
    total = sum(band.count for band in open_by_age(user, figures))
    return Reading(kpi, total, total, Decimal(total))


@dataclass(frozen=True)
class _Week:
    by_key: dict[str, int]
    of: dict[str, int]
    amount: int


def _by_week(figures: Figures, kpi: Kpi) -> list[_Week]:
    own, of = figures.weekly_by_key(kpi.measure), figures.weekly_by_key(kpi.denominator_measure)
    amounts = figures.weekly_amount(kpi.measure)
    return [_Week(*counts) for counts in zip(own, of, amounts, strict=True)]


def _reading(kpi: Kpi, weeks: Sequence[_Week]) -> Reading:
    hits = sum(_count(week.by_key, kpi.hits) for week in weeks)
    among = sum(_count(week.of, kpi.among) for week in weeks)
    match kpi.how:
        case How.SHARE:
            return Reading(kpi, hits, among, Share(hits, among).percent(kpi.places))
        case How.RATE:
            return Reading(kpi, hits, among, per(1000, hits, among, kpi.places))
        case How.NET:
            net = hits - sum(_count(week.by_key, kpi.against) for week in weeks)
            return Reading(kpi, net, among, Share(net, among).percent(kpi.places))
        case How.PERCENTILE:
            days = _spread(weeks)
            found = percentile(days, kpi.point)
            return Reading(kpi, len(days), len(days), None if found is None else half_up(found, kpi.places))
        case How.SUM | How.MEAN:
            total = Decimal(sum(week.amount for week in weeks)) / kpi.scale
            parts = 1 if kpi.how is How.SUM else among
            return Reading(kpi, hits, among, half_up(total / parts, kpi.places) if parts else None)
        case _:
            return Reading(kpi, hits, hits, Decimal(hits))


def _count(by_key: dict[str, int], keys: Collection[str] | None) -> int:
    return sum(count for key, count in by_key.items() if keys is None or key in keys)


def _spread(weeks: Sequence[_Week]) -> list[int]:
    """Return every case's own number, in order, from how often each occurs."""
    totals: dict[int, int] = {}
    for week in weeks:
        for key, count in week.by_key.items():
            totals[int(key)] = totals.get(int(key), 0) + count
    return [number for number in sorted(totals) for _ in range(totals[number])]


def chart_points(weeks: Sequence[tuple[date, Reading]]) -> list[tuple[date, Reading]]:
    """Return the weeks that have a point: of a share or an average, those in which something was counted."""
    return [(week, reading) for week, reading in weeks if reading.value is not None]


def chart_of(
    kpi: Kpi, points: Sequence[tuple[int, int, float]], *, exclude: Collection[int] = (), baseline: int | None = None
) -> ControlChart:
    """Return the chart that suits the figure: p for shares, Laney's where the weeks are large, xmr for all else.

    Points are (numerator, denominator, value).
    """
    if kpi.how is not How.SHARE or not kpi.is_proportion:
        return xmr_chart([value for _, _, value in points], exclude=exclude, baseline=baseline)
    hits, sizes = [hit for hit, _, _ in points], [size for _, size, _ in points]
    chart = laney_p_chart if sum(sizes) > LARGE_WEEK * max(1, len(sizes)) else p_chart
    return chart(hits, sizes, exclude=exclude, baseline=baseline)


def chart_name(chart: ControlChart) -> str:
    """Return what to call the chart under its title."""
    if not chart.has_limits:
        return "Run chart with its median"
    return {"laney p": "Laney p-prime chart", "p": "p chart", "xmr": "XmR chart"}[chart.kind]
