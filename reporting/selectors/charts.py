"""The charts of the dashboards: each says its finding, draws it, and has the same numbers as a table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.html import format_html

from reporting.charts.bars import draw_ranking, draw_weeks
from reporting.charts.control import draw_control_chart
from reporting.choices import ClockResult, Measure
from reporting.measures.figures import Share, half_up, pareto
from reporting.measures.verdicts import verdict
from reporting.selectors.counting import KEY_SEPARATOR
from reporting.selectors.figures import AgeBand, Figures
from reporting.selectors.kpis import How, Kpi, Reading, chart_name, chart_points, read_weeks
from reporting.selectors.limits import NO_LIMITS, ChartLimits
from reporting.selectors.scope import Scope


@dataclass(frozen=True)
class Cell:
    """A number in a table, and where its cases are listed."""

    value: Any
    url: str = ""

    @property
    def html(self) -> str:
        return format_html('<a href="{}">{}</a>', self.url, self.value) if self.url else format_html("{}", self.value)


@dataclass(frozen=True, kw_only=True)
class Chart:
    """`template` under components/charts draws `drawing`; `columns` and `rows` are the table and the CSV."""

    key: str
    title: str
    description: str
    template: str
    drawing: Any
    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    notes: Sequence[str] = ()
    legend: str = ""
    is_table: bool = False
    kpi: Kpi | None = None

    @property
    def table(self) -> dict[str, Any] | None:
        """Return the numbers behind the drawing; nothing where the drawing is a table itself."""
        if self.is_table:
            return None
        rows = [[cell.html if isinstance(cell, Cell) else cell for cell in row] for row in self.rows]
        return {"columns": self.columns, "rows": rows}

    @property
    def plain_rows(self) -> list[list[Any]]:
        """Return the rows without links, for a file."""
        return [[cell.value if isinstance(cell, Cell) else cell for cell in row] for row in self.rows]


def kpi_chart(figures: Figures, kpi: Kpi, limits: ChartLimits = NO_LIMITS, *, what: str = "") -> Chart:
    """Show a key figure week by week, with its limits. Weeks in which nothing was counted have no point."""
    points = chart_points(read_weeks(figures, kpi))
    labels = [f"{day.day} {day:%b}" for day, _ in points]
    chart = limits.draw(kpi, points)
    sizes = [reading.denominator for _, reading in points]
    return Chart(
        key=f"{kpi.code}-weekly",
        title=f"{what or kpi.name}: {_inside(verdict(chart, labels)) if chart.has_limits else TOO_FEW}",
        description=f"By week, {figures.scope.in_words}. {chart_name(chart)}, {_sizes(sizes)}.{limits.in_words}",
        template="components/charts/control.html",
        drawing=draw_control_chart(
            chart,
            labels,
            unit="%" if kpi.how is How.SHARE else "",
            scale=100 if kpi.how is How.SHARE and kpi.is_proportion else 1,
            width=1240,
            height=300,
        ),
        columns=_columns(kpi),
        rows=[
            _row(figures.scope, kpi, day, label, reading) for (day, reading), label in zip(points, labels, strict=True)
        ],
        notes=[
            *(f"Week of {labels[i - 1]}: {points[i - 1][1].text}, beyond a limit." for i in chart.out_of_limits),
            *(
                f"Week of {day.day} {day:%b} does not shape the limits: {cause}"
                for day, cause in limits.excluded.items()
            ),
        ],
        legend="components/charts/legend_control.html",
        kpi=kpi,
    )


TOO_FEW = "too few weeks for limits yet"


def _inside(sentence: str) -> str:
    """Return a sentence as it goes on after a colon: only its first letter is small, not that of a month."""
    return sentence[:1].lower() + sentence[1:]


def _columns(kpi: Kpi) -> Sequence[str]:
    counted = f"{kpi.of_what}s".capitalize()
    if kpi.how is How.SHARE:
        return ("Week from", f"{counted} counted", "Of", "Share")
    return ("Week from", counted) if kpi.how is How.COUNT else ("Week from", counted, kpi.name)


def _row(scope: Scope, kpi: Kpi, day: date, label: str, reading: Reading) -> Sequence[Any]:
    hits = Cell(reading.numerator, scope.week_url(kpi.measure, day, key=",".join(kpi.hits or ())))
    if kpi.how is How.COUNT:
        return (label, hits)
    of = Cell(reading.denominator, scope.week_url(kpi.denominator_measure, day, key=",".join(kpi.among or ())))
    return (label, hits, of, reading.text) if kpi.how is How.SHARE else (label, of, reading.text)


def _sizes(sizes: Sequence[int]) -> str:
    return f"n = {min(sizes):,} to {max(sizes):,} each week" if sizes else "nothing counted"


def results_chart(figures: Figures, measure: Measure, *, what: str, weeks: int = 8) -> Chart:
    """Show what was met, late and is still open of what fell due, one bar a week."""
    scope = figures.scope
    results = (ClockResult.MET, ClockResult.LATE, ClockResult.OPEN)
    series = [figures.weekly(measure, result) for result in results]
    shares = figures.on_time(measure)
    start = max(0, scope.weeks - weeks)
    bars, rows = [], []
    for i in range(start, scope.weeks):
        counts = tuple(one[i] for one in series)
        bars.append((scope.labels[i], counts, _whole(shares[i])))
        urls = [scope.week_url(measure, scope.mondays[i], key=result) for result in results]
        cells = [Cell(count, url) for count, url in zip(counts, urls, strict=True)]
        rows.append((scope.labels[i], *cells, str(shares[i])))
    in_all = Share(sum(s.numerator for s in shares[start:]), sum(s.denominator for s in shares[start:]))
    return Chart(
        key=f"{measure.lower()}-results",
        title=f"{what}: {_in_words(in_all)} on time in the last {scope.weeks - start} weeks",
        description="By week due. The figure above a bar is the share on time; open means past its day and not sent.",
        template="components/charts/weeks.html",
        drawing=draw_weeks(bars),
        columns=("Week from", "On time", "Late", "Still open", "Share on time"),
        rows=rows,
        legend="components/charts/legend_results.html",
    )


def _whole(share: Share) -> str:
    percent = share.percent(0)
    return "" if percent is None else f"{percent}%"


def _in_words(share: Share) -> str:
    return "nothing was due, so nothing" if not share.denominator else f"{share.numerator:,} of {share.denominator:,}"


def age_chart(bands: Sequence[AgeBand], scope: Scope) -> Chart:
    """Show how old the open cases are."""
    total = sum(band.count for band in bands)
    old = bands[-1].count
    share = Share(old, total)
    return Chart(
        key="open-by-age",
        title=f"{old:,} of {total:,} open cases came in 8 weeks ago or more" if total else "No cases are open",
        description="Open cases by the time since the customer told us, counted now.",
        template="components/charts/ranking.html",
        drawing=draw_ranking([(b.label, b.count, str(Share(b.count, total)), b is bands[-1]) for b in bands]),
        columns=("Age", "Open cases", "Share"),
        rows=[
            (b.label, Cell(b.count, scope.cases_url(Measure.OPEN, first=b.first, last=b.last)), str(Share(b.count, total)))
            for b in bands
        ],
        notes=[f"{share} of open cases are past eight weeks."] if old else [],
    )  # fmt: skip


def pareto_chart(
    figures: Figures,
    measure: Measure,
    names: Mapping[str, str],
    *,
    what: str,
    counted: str = "cases",
    short_names: Mapping[str, str] | None = None,
    most: int = 10,
) -> Chart:
    """Show what makes most of what is counted, largest first, with the running share. The rest is one row."""
    labels = short_names or names
    counts, scope = figures.by_key(measure), figures.scope
    total = sum(counts.values())
    ranked = pareto({key: count for key, count in counts.items() if count})
    vital = [row for row in ranked if row.is_vital]
    bars = [
        (labels.get(row.label, "Removed"), row.count, f"{half_up(row.cumulative_percent)}% so far", row.is_vital)
        for row in ranked[:most]
    ]
    if rest := ranked[most:]:
        bars.append((f"{len(rest)} others", sum(row.count for row in rest), "100% so far", False))
    return Chart(
        key=f"{measure.lower()}-pareto",
        title=f"{len(vital)} of {len(ranked)} {what} make {half_up(vital[-1].cumulative_percent)}% of {counted}"
        if vital
        else f"No {counted} with {what} yet",
        description=f"{what.capitalize()}, {scope.in_words}, n = {total:,}. Filled bars are the fewest that make 80%.",
        template="components/charts/ranking.html",
        drawing=draw_ranking(bars, label_width=214, note_width=150, width=620),
        columns=(what.capitalize(), counted.capitalize(), "Share", "Running share"),
        rows=[
            (names.get(row.label, "Removed"), Cell(row.count, scope.cases_url(measure, key=row.label)),
             f"{half_up(row.percent, 1)}%", f"{half_up(row.cumulative_percent, 1)}%")
            for row in ranked
        ],
    )  # fmt: skip


@dataclass(frozen=True)
class HeatCell:
    """A number and its shade, 0 for none to 5 for the most; the number is always printed."""

    count: int
    shade: int
    url: str


@dataclass(frozen=True)
class HeatRow:
    label: str
    cells: tuple[HeatCell, ...]
    total: int


def heat_chart(figures: Figures, stages: Mapping[str, str], causes: Mapping[str, str]) -> Chart:
    """Show where on the customer's journey which kind of cause hurts, as a table that is shaded by its numbers."""
    counts, scope = figures.by_key(Measure.JOURNEY), figures.scope
    areas = sorted({key.split(KEY_SEPARATOR)[1] for key in counts}, key=lambda area: causes.get(area, ""))
    most = max(counts.values(), default=0)
    rows = [
        _heat_row(stage, name, [f"{stage}{KEY_SEPARATOR}{area}" for area in areas], counts, most, scope)
        for stage, name in stages.items()
    ]
    rows = [row for row in rows if row.total]
    hottest = max(counts, key=lambda key: counts[key], default="")
    stage, _, area = hottest.partition(KEY_SEPARATOR)
    names = [causes.get(area, "Removed") for area in areas]
    return Chart(
        key="journey-heat",
        title=f"{causes.get(area, 'Removed')} in “{stages.get(stage, 'Removed')}” is the hottest cell"
        if hottest
        else "No closed case has both a journey stage and a root cause yet",
        description=f"Closed cases by journey stage and area of the root cause, {scope.in_words}. Each number opens its "
        "cases. Stronger colour means more.",
        template="components/charts/heat.html",
        drawing={"columns": names, "rows": rows},
        columns=("Journey stage", *names, "All"),
        rows=[(row.label, *(Cell(cell.count, cell.url) for cell in row.cells), row.total) for row in rows],
        is_table=True,
    )


def _heat_row(
    stage: str, name: str, keys: Sequence[str], counts: Mapping[str, int], most: int, scope: Scope
) -> HeatRow:
    cells = []
    for key in keys:
        count = counts.get(key, 0)
        shade = -(-5 * count // most) if most else 0
        cells.append(HeatCell(count, shade, scope.cases_url(Measure.JOURNEY, key=key)))
    return HeatRow(name, tuple(cells), sum(cell.count for cell in cells))
