"""The themes on a dashboard: the largest first, with what is higher than usual."""

from collections.abc import Iterable

from django.urls import reverse

from core import dates
from reporting.charts.bars import draw_ranking
from reporting.choices import Measure
from reporting.selectors.charts import Cell, Chart
from reporting.selectors.figures import Figures
from reporting.selectors.names import ThemeName
from reporting.selectors.themes.listing import cases_url

SHOWN = 8


def themes_chart(figures: Figures, themes: Iterable[ThemeName]) -> Chart:
    """Show the themes with the most cases in the scope; the filled bars are higher than usual."""
    counts, scope = figures.by_key(Measure.THEME), figures.scope
    found = [(theme, counts.get(str(theme.pk), 0)) for theme in themes]
    ranked = sorted((row for row in found if row[1]), key=lambda row: (-row[1], row[0].number))
    rising = sum(theme.since is not None for theme, _ in ranked)
    return Chart(
        key="themes",
        title=_title(len(ranked), rising),
        description=f"What customers say, grouped by the nightly analysis, {scope.in_words}. "
        "Filled bars are higher than usual.",
        template="components/charts/ranking.html",
        drawing=draw_ranking(
            [
                (theme.title, count, f"since {dates.day(theme.since)}" if theme.since else "", theme.since is not None)
                for theme, count in ranked[:SHOWN]
            ],
            label_width=250,
            note_width=150,
            width=620,
        ),
        columns=("Theme", "Cases", "Higher than usual since"),
        rows=[
            (Cell(theme.title, reverse("reporting:theme", args=[theme.number])),
             Cell(count, cases_url(theme.number, scope)), dates.day(theme.since) if theme.since else "")
            for theme, count in ranked
        ],
    )  # fmt: skip


def _title(count: int, rising: int) -> str:
    if not count:
        return "No themes yet"
    if not rising:
        return f"None of {count} themes is higher than usual"
    return f"{rising} of {count} themes {'is' if rising == 1 else 'are'} higher than usual"
