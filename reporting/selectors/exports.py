"""The numbers of charts as they go into files. Outside the team, counts that could point at a person are not shown."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from core.xlsx_files import Sheet
from reporting.selectors.charts import Cell, Chart
from reporting.selectors.kpis import TO_SHOW_OUTSIDE, Kpi, Reading
from reporting.selectors.scope import Scope

if TYPE_CHECKING:
    from reporting.selectors.dashboards import Dashboard, Question

FEW = f"fewer than {TO_SHOW_OUTSIDE}"
NOT_SHOWN = "not shown"


def rows_for(chart: Chart, *, is_for_outside: bool) -> list[list[Any]]:
    """Return the rows of a chart without links; for outside, with small counts hidden."""
    return [_outside(row) for row in chart.rows] if is_for_outside else chart.plain_rows


def _outside(row: Sequence[Any]) -> list[Any]:
    """Hide counts from 1 to 4, and whatever in the same row would give them away."""
    small = [
        isinstance(cell, Cell) and isinstance(cell.value, int) and 0 < cell.value < TO_SHOW_OUTSIDE for cell in row
    ]
    shown: list[Any] = []
    for position, (cell, is_small) in enumerate(zip(row, small, strict=True)):
        if is_small:
            shown.append(FEW)
        elif isinstance(cell, Cell):
            shown.append(cell.value)
        else:
            shown.append(NOT_SHOWN if any(small) and position else cell)
    return shown


def reading_for(reading: Reading, *, is_for_outside: bool) -> str:
    """Return a key figure in words; for outside, not where it rests on too few cases."""
    return FEW if is_for_outside and reading.is_too_small_for_outside else reading.text


def dashboard_sheets(
    question: "Question", dashboard: "Dashboard", scope: Scope, *, is_for_outside: bool = False
) -> list[Sheet]:
    """Return the key figures and every chart of a dashboard, a sheet each."""
    notes = [question.title, scope.in_words]
    figures = [
        (
            item.label,
            FEW if is_for_outside and item.is_small else item.figure,
            "" if is_for_outside and item.is_small else item.small,
            item.say,
        )
        for item in dashboard.key_figures
    ]
    sheets = [Sheet("Key figures", ("Figure", "Value", "Made of", "What its weeks say"), figures, notes)]
    return sheets + [chart_sheet(chart, is_for_outside=is_for_outside) for chart in dashboard.charts]


def chart_sheet(chart: Chart, *, is_for_outside: bool = False) -> Sheet:
    return Sheet(
        chart.key, chart.columns, rows_for(chart, is_for_outside=is_for_outside), [chart.title, chart.description]
    )


def definition_rows(kpis: Sequence[Kpi]) -> list[tuple[str, ...]]:
    """Return what each key figure means, for a file."""
    return [
        (kpi.name, kpi.tells, kpi.how.value, kpi.cohort, kpi.numerator, kpi.denominator, kpi.rounding, kpi.source)
        for kpi in kpis
    ]
