"""The dashboards: each answers one question, and is the same for a page, a file, a report and a print."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from django.urls import reverse

from accounts.models import User
from reporting.choices import NO_CAUSE, Measure
from reporting.measures.verdicts import verdict
from reporting.selectors.charts import Chart, age_chart, heat_chart, kpi_chart, pareto_chart, results_chart
from reporting.selectors.colleagues import people_chart
from reporting.selectors.figures import Figures, load_figures, open_by_age
from reporting.selectors.kpi_list import KPIS
from reporting.selectors.kpis import Kpi, chart_points, read, read_weeks
from reporting.selectors.limits import NO_LIMITS, ChartLimits, limits_in
from reporting.selectors.names import names_of_codes
from reporting.selectors.scope import Scope
from reporting.selectors.themes.chart import themes_chart
from sla.choices import BreachCause

MISSED_CAUSES = {**dict(BreachCause.choices), NO_CAUSE: "No cause given yet"}


@dataclass(frozen=True, kw_only=True)
class KeyFigure:
    """A figure, what it is made of, where its cases are, and where its definition is."""

    label: str
    figure: str
    small: str = ""
    say: str = ""
    url: str = ""
    counted_url: str = ""
    is_small: bool = False


@dataclass(frozen=True, kw_only=True)
class Dashboard:
    key_figures: Sequence[KeyFigure]
    charts: Sequence[Chart]


@dataclass(frozen=True, kw_only=True)
class Question:
    """A dashboard by the question that is its heading. `is_own` narrows it to the reader's own cases."""

    slug: str
    title: str
    answer: Callable[[User, Scope], Dashboard]
    is_own: bool = False


def measures_of(*codes: str) -> set[Measure]:
    """Return what must be counted for these key figures."""
    return {measure for code in codes for measure in KPIS[code].measures}


ANSWER_FIGURES = (
    "acknowledged-on-time",
    "answered-on-time",
    "days-to-answer",
    "days-to-answer-90",
    "upheld",
    "sorted",
    "satisfied",
    "easy",
    "gave-feedback",
    "first-contact",
)


def getting_answers(user: User, scope: Scope) -> Dashboard:
    figures, limits = load_figures(user, scope, measures_of(*ANSWER_FIGURES)), limits_in(scope)
    return Dashboard(
        key_figures=_tiles(figures, limits, ANSWER_FIGURES),
        charts=_kpi_charts(figures, limits, ("days-to-answer", "sorted", "satisfied", "upheld")),
    )


def on_time(user: User, scope: Scope) -> Dashboard:
    codes = ("answered-on-time", "acknowledged-on-time", "received", "closed", "within-3-days", "over-8-weeks")
    figures, limits = load_figures(user, scope, {*measures_of(*codes), Measure.MISSED}), limits_in(scope)
    ages = open_by_age(user, figures)
    still_open = sum(band.count for band in ages)
    return Dashboard(
        key_figures=[
            *_tiles(figures, limits, codes),
            KeyFigure(
                label=KPIS["open"].name,
                figure=f"{still_open:,}",
                url=scope.cases_url(Measure.OPEN, first=ages[-1].first),
                counted_url=_definition("open"),
            ),
        ],
        charts=[
            *_kpi_charts(figures, limits, ("answered-on-time",)),
            results_chart(figures, Measure.ANSWERED, what="Final responses"),
            results_chart(figures, Measure.ACKNOWLEDGED, what="Acknowledgements"),
            pareto_chart(figures, Measure.MISSED, MISSED_CAUSES, what="causes", counted="missed deadlines"),
            age_chart(ages, scope),
        ],
    )


def what_goes_wrong(user: User, scope: Scope) -> Dashboard:
    codes = ("received", "upheld", "cause-confirmed", "repeat")
    drawn = {Measure.CATEGORY, Measure.ROOT_CAUSE, Measure.JOURNEY, Measure.THEME}
    figures = load_figures(user, scope, measures_of(*codes) | drawn)
    limits = limits_in(scope)
    names = names_of_codes(user)
    return Dashboard(
        key_figures=_tiles(figures, limits, codes),
        charts=[
            pareto_chart(figures, Measure.CATEGORY, names.categories, what="categories"),
            pareto_chart(figures, Measure.ROOT_CAUSE, names.causes, what="root causes", short_names=names.short_causes),
            themes_chart(figures, names.themes.values()),
            heat_chart(figures, names.stages, names.causes),
            *_kpi_charts(figures, limits, ("received",)),
        ],
    )


def how_the_team_copes(user: User, scope: Scope) -> Dashboard:
    codes = ("received", "closed", "reopened", "first-contact", "handling-time")
    figures, limits = load_figures(user, scope, measures_of(*codes)), limits_in(scope)
    people = people_chart(user, scope)
    return Dashboard(
        key_figures=_tiles(figures, limits, codes),
        charts=[*_kpi_charts(figures, limits, ("received", "closed", "reopened")), *([people] if people else [])],
    )


def my_numbers(user: User, scope: Scope) -> Dashboard:
    """Count the reader's own cases: nobody is compared with anybody."""
    codes = ("answered-on-time", "days-to-answer", "closed", "reopened", "first-contact", "sorted", "satisfied")
    figures = load_figures(user, scope, measures_of(*codes))
    ages = open_by_age(user, figures)
    return Dashboard(
        key_figures=_tiles(figures, {}, codes),
        charts=[*_kpi_charts(figures, {}, ("answered-on-time", "closed")), age_chart(ages, scope)],
    )


QUESTIONS = {
    question.slug: question
    for question in (
        Question(slug="answers", title="Are customers getting answers?", answer=getting_answers),
        Question(slug="on-time", title="Are we on time?", answer=on_time),
        Question(slug="what-goes-wrong", title="What goes wrong?", answer=what_goes_wrong),
        Question(slug="team", title="How is the team coping?", answer=how_the_team_copes),
        Question(slug="my-numbers", title="My numbers", answer=my_numbers, is_own=True),
    )
}


def _definition(code: str) -> str:
    return reverse("reporting:kpi", args=[code])


def _tiles(figures: Figures, limits: dict[str, ChartLimits], codes: Collection[str]) -> list[KeyFigure]:
    return [tile(figures, KPIS[code], limits.get(code, NO_LIMITS)) for code in codes]


def tile(figures: Figures, kpi: Kpi, limits: ChartLimits) -> KeyFigure:
    """Return the figure of the whole period, and what its weeks say."""
    reading, points = read(figures, kpi), chart_points(read_weeks(figures, kpi))
    labels = [f"{week.day} {week:%b}" for week, _ in points]
    return KeyFigure(
        label=kpi.name,
        figure=reading.number,
        small=f"{reading.unit_in_words.strip()}, {reading.made_of}".removeprefix(", "),
        say=verdict(limits.draw(kpi, points), labels),
        url=figures.scope.cases_url(kpi.denominator_measure, key=",".join(kpi.among or ())),
        counted_url=_definition(kpi.code),
        is_small=reading.is_too_small_for_outside,
    )


def _kpi_charts(figures: Figures, limits: dict[str, ChartLimits], codes: Collection[str]) -> list[Chart]:
    return [kpi_chart(figures, KPIS[code], limits.get(code, NO_LIMITS)) for code in codes]
