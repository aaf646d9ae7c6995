"""What one theme's page shows: its figures, its weeks, where it occurs and what has happened to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import Any

from django.db.models import CharField, Count, F, Q, Sum, Value
from django.db.models.functions import Cast

from accounts.models import User
from cases.choices import Channel
from cases.models import Case
from complaints.models import ComplaintPoint, RedressItem
from core import dates
from core.dates import local_day
from policies.models import Clause
from reporting.charts.bars import RankDrawing, draw_ranking
from reporting.charts.control import draw_control_chart
from reporting.choices import Measure, ThemeChange
from reporting.measures.control_charts import MINIMUM_POINTS, xmr_chart
from reporting.measures.figures import Share
from reporting.measures.return_counts import FOUND, UPHELD
from reporting.measures.verdicts import verdict
from reporting.models import Alarm, CaseFact, Recommendation, Theme, ThemeEvent, ThemeMembership
from reporting.selectors.charts import Cell, Chart
from reporting.selectors.dashboards import KeyFigure
from reporting.selectors.figures import Figures, load_figures
from reporting.selectors.scope import Scope, monday
from reporting.selectors.themes.evidence import members
from reporting.selectors.themes.listing import cases_url

FIGURE_WEEKS = 13
CHART_WEEKS = 26
SHOWN_EVENTS = 12
SHOWN_BARS = 5
RESTATED = (ThemeChange.MERGED, ThemeChange.SPLIT)

BREAKDOWNS: Mapping[str, tuple[str, str, str]] = {  # in the address: heading, path of the key, path of the name
    "stage": ("Journey stage", "case__journey_stage_id", "case__journey_stage__name"),
    "product": ("Product", "case__product_id", "case__product__name"),
    "category": ("Category", "case__category_id", "case__category__name"),
    "team": ("Team", "case__team_id", "case__team__name"),
    "cause": ("Root cause", "case__root_cause_analysis__root_cause_id", "case__root_cause_analysis__root_cause__label"),
    "channel": ("Channel", "case__channel", "case__channel"),
}


@dataclass(frozen=True)
class Breakdown:
    """The theme's cases by one of their traits, largest first."""

    slug: str
    heading: str
    drawing: RankDrawing
    rows: Sequence[tuple[str, Cell]]


def last_weeks(now_day: date, weeks: int = FIGURE_WEEKS) -> Scope:
    return Scope(today=now_day, weeks=weeks)


def figures_for(user: User, scope: Scope) -> Figures:
    """Return the counts of the longest stretch that the page shows; its parts look at the weeks that they are about."""
    return load_figures(user, scope, {Measure.THEME, Measure.OUTCOME})


def key_figures(user: User, theme: Theme, figures: Figures, alarm: Alarm | None) -> list[KeyFigure]:
    scope, count = figures.scope, figures.total(Measure.THEME, str(theme.pk))
    return [
        KeyFigure(
            label=f"Cases in {scope.weeks} weeks",
            figure=f"{count:,}",
            url=cases_url(theme.number, scope),
            say=f"Higher than usual since {dates.day(alarm.since)}"
            if alarm
            else _not_comparable(figures.weekly(Measure.THEME, str(theme.pk))) or "No rise beyond normal variation",
        ),
        _upheld(user, theme, scope, figures),
        _redress(user, theme, scope),
        _came_back(user, theme, scope),
    ]


def _upheld(user: User, theme: Theme, scope: Scope, figures: Figures) -> KeyFigure:
    closed = CaseFact.objects.visible_to(user).filter(theme=theme, closed_day__range=(scope.first, scope.last))
    counted = closed.aggregate(
        found=Count("pk", filter=Q(outcome__in=FOUND)), upheld=Count("pk", filter=Q(outcome__in=UPHELD))
    )
    share = Share(counted["upheld"], counted["found"])
    everywhere = figures.by_key(Measure.OUTCOME)
    all_found = sum(number for key, number in everywhere.items() if key in FOUND)
    all_upheld = sum(number for key, number in everywhere.items() if key in UPHELD)
    return KeyFigure(
        label="Upheld or partly upheld",
        figure=str(share),
        small=f"of {share.denominator:,} decided",
        say=f"All cases decided in these weeks: {Share(all_upheld, all_found)}",
    )


def _redress(user: User, theme: Theme, scope: Scope) -> KeyFigure:
    visible = members(user, theme, first=scope.first, last=scope.last).order_by()
    items = RedressItem.objects.filter(case__in=visible.values("case_id"), case__complaint__decided_at__isnull=False)
    sums = sorted(items.order_by().values_list("case_id").annotate(total=Sum("amount")).values_list("total", flat=True))
    paid = [amount for amount in sums if amount]
    return KeyFigure(
        label="Redress agreed",
        figure=f"£{sum(paid):,.0f}",
        say=f"Median £{median(paid):,.0f} in {len(paid):,} case{'s' if len(paid) > 1 else ''}"
        if paid
        else "None in decided cases",
    )


def _came_back(user: User, theme: Theme, scope: Scope) -> KeyFigure:
    visible = members(user, theme, first=scope.first, last=scope.last).order_by()
    customers = visible.values("case__customer").annotate(number=Count("pk"))
    counted = customers.aggregate(again=Count("pk", filter=Q(number__gt=1)), people=Count("pk"))
    again, people = counted["again"], counted["people"]
    return KeyFigure(
        label="Customers who came back with it",
        figure=str(Share(again, people)),
        small=f"{again:,} of {people:,}",
        say="More than one case in these weeks",
    )


def weekly_chart(theme: Theme, figures: Figures, alarm: Alarm | None) -> Chart:
    """Show the whole weeks of the scope against limits; with an alarm, against those of the weeks before it."""
    scope, weekly = figures.scope, figures.weekly(Measure.THEME, str(theme.pk))
    weeks = list(zip(scope.mondays, scope.labels, weekly, strict=True))[:-1]
    counts, labels = [count for _, _, count in weeks], [label for _, label, _ in weeks]
    changed = _first_week_of(alarm, [week for week, _, _ in weeks])
    usual = changed - 1 if changed and changed > MINIMUM_POINTS else None
    chart = xmr_chart(counts, baseline=usual)
    limits = "Median only: limits need 12 weeks" if not chart.has_limits else "Limits"
    source = f" from the first {usual} weeks" if usual and chart.has_limits else ""
    return Chart(
        key="weeks",
        title=_finding(alarm) or _not_comparable(weekly) or verdict(chart, labels),
        description=f"Cases in this theme by week received, {dates.day(weeks[0][0])} to "
        f"{dates.day(weeks[-1][0] + timedelta(days=6))}. n = {sum(counts):,}. {limits}{source} (XmR).",
        template="components/charts/control.html",
        drawing=draw_control_chart(chart, labels, changed_at=_mark(theme, alarm, changed, [w for w, _, _ in weeks])),
        columns=("Week from", "Cases"),
        rows=[
            (dates.day(week), Cell(count, cases_url(theme.number, scope, **_week(week)))) for week, _, count in weeks
        ],
        notes=[f"Week of {labels[i - 1]}: {counts[i - 1]} cases, beyond a limit." for i in chart.out_of_limits],
        legend="components/charts/legend_control.html",
    )  # fmt: skip


def _not_comparable(weekly: Sequence[int]) -> str:
    """Return why weeks, of which the last is not over, cannot be compared; nothing where they can."""
    *whole, running = weekly
    if any(whole):
        return ""
    return "All in this week, which is not over: nothing to compare with yet" if running else "No case in these weeks"


def _week(week: date) -> dict[str, str]:
    return {"from": week.isoformat(), "to": (week + timedelta(days=6)).isoformat()}


def _finding(alarm: Alarm | None) -> str:
    if alarm is None or alarm.ratio < 1:
        return ""
    times = {2: "Twice", 3: "Three times", 4: "Four times", 5: "Five times"}
    words = times.get(round(alarm.ratio), f"{alarm.ratio:.1f} times")
    if abs(alarm.ratio - round(alarm.ratio)) > 0.15 or round(alarm.ratio) not in times:
        words = f"{alarm.ratio:.1f} times"
    return f"{words} as many cases as expected since {dates.day(alarm.since)}"


def _first_week_of(alarm: Alarm | None, weeks: Sequence[date]) -> int | None:
    """Return the 1-based position of the week in which the rise began."""
    if alarm is None:
        return None
    return next((at for at, week in enumerate(weeks, start=1) if week >= monday(alarm.since)), None)


def _mark(theme: Theme, alarm: Alarm | None, changed: int | None, weeks: Sequence[date]) -> tuple[int, str] | None:
    """Return where the chart needs a mark: a rise, or a merge or split after which counts are another thing."""
    if alarm and changed:
        return changed, f"Higher since {alarm.since.day} {alarm.since:%b}"
    restated = theme.events.filter(change__in=RESTATED).first()
    if restated is None:
        return None
    week = monday(local_day(restated.happened_at))
    at = next((position for position, one in enumerate(weeks, start=1) if one == week), None)
    return (at, f"{restated.get_change_display()}: counted anew") if at else None


def breakdowns(user: User, theme: Theme, scope: Scope) -> list[Breakdown]:
    """Return where the theme occurs, by every trait in one query. A trait that no case has is left out."""
    rows = members(user, theme, first=scope.first, last=scope.last).order_by()
    first, *others = (_counted(rows, slug) for slug in BREAKDOWNS)
    found: dict[str, list[tuple[str, str, int]]] = {slug: [] for slug in BREAKDOWNS}
    for slug, key, label, number in first.union(*others, all=True):
        found[slug].append((key, Channel(label).label if slug == "channel" else label, number))
    return [_breakdown(theme, scope, slug, counts) for slug, counts in found.items() if counts]


def _counted(rows: Any, slug: str) -> Any:
    _, key, name = BREAKDOWNS[slug]
    known = rows.exclude(**{key: ""}) if slug == "channel" else rows.filter(**{f"{key}__isnull": False})
    named = known.annotate(trait=Value(slug), trait_key=Cast(key, CharField()), trait_name=F(name))
    return named.values_list("trait", "trait_key", "trait_name").annotate(number=Count("pk"))


def _breakdown(theme: Theme, scope: Scope, slug: str, counts: list[tuple[str, str, int]]) -> Breakdown:
    named = sorted(counts, key=lambda row: (-row[2], row[1]))
    shown = [(label, number, "", at == 0) for at, (_, label, number) in enumerate(named[:SHOWN_BARS])]
    return Breakdown(
        slug,
        BREAKDOWNS[slug][0],
        draw_ranking(shown, width=310, label_width=150, note_width=44),
        [(label, Cell(number, cases_url(theme.number, scope, by=slug, key=pk))) for pk, label, number in named],
    )


def only_with(by: str, key: str) -> Q | None:
    """Return the condition that an address asks for: the cases with one trait. What makes no sense asks for nothing."""
    if by not in BREAKDOWNS or not key:
        return None
    path = BREAKDOWNS[by][1]
    fits = key in Channel.values if by == "channel" else key.isdecimal() and len(key) < 19
    return Q(**{path: key}) if fits else None


def clauses_cited(user: User, theme: Theme, *, most: int = 5) -> list[tuple[Clause, int]]:
    """Return the policy clauses that findings in the theme's cases rest on, with how many points cite each."""
    points = ComplaintPoint.objects.filter(
        case__in=members(user, theme).order_by().values("case_id"), clause__isnull=False
    )
    counts = points.order_by().values_list("clause_id").annotate(number=Count("pk")).order_by("-number", "clause_id")
    found = list(counts[:most])
    clauses = Clause.objects.visible_to(user).select_related("version__document").in_bulk([pk for pk, _ in found])
    return [(clauses[pk], number) for pk, number in found if pk in clauses]


def recommendations_of(user: User, theme: Theme) -> list[Recommendation]:
    visible = Recommendation.objects.visible_to(user).filter(themes=theme)
    return list(visible.select_related("owner", "clause__version__document"))


@dataclass(frozen=True)
class HistoryLine:
    """An event; a case is named only to those who may know about it."""

    event: ThemeEvent
    case: Case | None


def history(user: User, theme: Theme, *, most: int | None = SHOWN_EVENTS) -> list[HistoryLine]:
    events = list(ThemeEvent.objects.visible_to(user).filter(theme=theme).select_related("actor", "other")[:most])
    cases = Case.objects.visible_to(user).in_bulk([event.case_id for event in events if event.case_id])
    return [HistoryLine(event, cases.get(event.case_id or 0)) for event in events]


def size_in_all(user: User, theme: Theme) -> int:
    return ThemeMembership.objects.visible_to(user).filter(theme=theme).count()
