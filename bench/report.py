"""The figures as a table, with growth over the sizes and the change since last time."""

from math import log
from typing import Any

Run = dict[str, dict[str, Any]]  # size as text, then action, then figures or a word

BUDGET_MS = {
    "log a case": 60,
    "queue, first page": 25,
    "queue, 50th page": 25,
    "queue, filtered": 25,
    "case page, 3 entries": 25,
    "case page, 30 entries": 30,
    "case page, 300 entries": 35,
    "add a note": 40,
    "search, rare word": 30,
    "search, common word": 30,
    "my day": 25,
    "dashboard": 40,
}


def table(run: Run, last: Run | None) -> str:
    sizes = sorted(run, key=int)
    head = ["action", *(f"{int(size):,}" for size in sizes), "growth", "budget", "since last"]
    rows = [head, *(_row(name, sizes, run, last) for name in run[sizes[0]])]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)


def _row(name: str, sizes: list[str], run: Run, last: Run | None) -> list[str]:
    figures = [run[size].get(name, "") for size in sizes]
    budget = f"{BUDGET_MS[name]} ms" if name in BUDGET_MS else ""
    change = _change(name, sizes[-1], run, last)
    return [name, *map(_cell, figures), _growth(figures, sizes), budget, change]


def _cell(figures: Any) -> str:
    if isinstance(figures, str):
        return figures[:28]
    return f"{figures['cpu']:g} ms cpu, {figures['p50']:g}/{figures['p95']:g}, {figures['queries']} q"


def _growth(figures: list[Any], sizes: list[str]) -> str:
    """Return the exponent of growth from the smallest to the largest size: 0 is flat, 1 is linear."""
    first, final = figures[0], figures[-1]
    if isinstance(first, str) or isinstance(final, str) or len(sizes) < 2 or not first["cpu"]:
        return ""
    return f"{log(max(final['cpu'], 0.1) / first['cpu']) / log(int(sizes[-1]) / int(sizes[0])):.2f}"


def _change(name: str, size: str, run: Run, last: Run | None) -> str:
    now, before = run[size].get(name), (last or {}).get(size, {}).get(name)
    if not isinstance(now, dict) or not isinstance(before, dict) or not before["cpu"]:
        return ""
    return f"{(now['cpu'] / before['cpu'] - 1) * 100:+.0f} %"
