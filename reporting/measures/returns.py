"""A complaints return as tables: everything about them is decided by the form's data.

The counting rules are those of domain.md 2.1. One complaint has one category, its main one.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from reporting.measures.figures import Share, half_up, per
from reporting.measures.return_counts import COUNTS, MONEY, Entry, Rules, adds, total_of
from reporting.measures.return_rows import Form, cause_of, label_of, listed

MOST_DIGITS = 2
RATES = {"per_thousand": 1_000, "per_hundred_thousand": 100_000}

Figures = dict[str, Any]


def tabulate(form: Form, entries: Iterable[Entry], rules: Rules, volumes: Mapping[str, int] | None = None) -> Figures:
    """Return the filled form as plain data, which is what is signed: its tables, and whether it comes out."""
    counted = [entry for entry in entries if entry.outcome not in rules.left_out]
    opened = total_of("OPENED", counted, rules)
    is_short = opened < form.get("short_form_below", 0)
    tables = [
        _Filling(form, table, rules, volumes or {}).table(counted)
        for table in form["tables"]
        if not (is_short and table.get("is_full_form_only"))
    ]
    return {
        "tables": tables,
        "balance": balance(counted, rules),
        "is_nil": not any(adds(code, entry, rules) for entry in counted for code in COUNTS),
        "is_short": is_short,
        "is_published": opened >= form.get("publish_from", 0),
    }


def balance(entries: Sequence[Entry], rules: Rules) -> dict[str, Any]:
    """Return the sum that must come out: what was outstanding, came and went, and what is left."""
    start, opened, reopened, closed, end = (
        total_of(code, entries, rules)
        for code in ("BROUGHT_FORWARD", "OPENED", "REOPENED", "CLOSED", "CARRIED_FORWARD")
    )
    comes_out = start + opened + reopened - closed == end
    return {
        "start": start,
        "opened": opened,
        "reopened": reopened,
        "closed": closed,
        "end": end,
        "comes_out": comes_out,
    }


@dataclass(frozen=True, kw_only=True)
class CellOf:
    """Which cell: of a row (`TOTAL` rows have no label), what is counted, and of one cause alone where named."""

    row_by: str
    row: str
    code: str
    cause: str = ""


def entries_behind(form: Form, entries: Iterable[Entry], rules: Rules, cell: CellOf) -> list[Entry]:
    """Return the complaints that one cell counts."""
    return [
        entry
        for entry in entries
        if entry.outcome not in rules.left_out
        and (cell.row_by == "TOTAL" or label_of(form, entry, cell.row_by) == cell.row)
        and (not cell.cause or cause_of(form, entry) == cell.cause)
        and adds(cell.code, entry, rules)
    ]


@dataclass(frozen=True)
class _Filling:
    """One table of a form, being filled in. `volumes` are the accounts, policies or homes by row.

    In a table for publication, small counts and shares of few are not shown.
    """

    form: Form
    columns_of: Mapping[str, Any]
    rules: Rules
    volumes: Mapping[str, int]

    @property
    def hide_below(self) -> int:
        return int(self.form.get("hide_below", 0)) if self.columns_of.get("is_published") else 0

    @property
    def share_from(self) -> int:
        return int(self.form.get("show_share_from", 0)) if self.columns_of.get("is_published") else 0

    def table(self, entries: Sequence[Entry]) -> dict[str, Any]:
        table, row_by = self.columns_of, self.columns_of["rows"]
        by_row: dict[str, list[Entry]] = defaultdict(list)
        if row_by != "TOTAL":
            for entry in entries:
                by_row[label_of(self.form, entry, row_by)].append(entry)
        rows = [self._row(label, by_row[label]) for label in self._labels(row_by, by_row)]
        rows.append(self._row("Total", entries))
        return {
            "title": table["title"],
            "note": table.get("note", ""),
            "rows_by": row_by,
            "is_published": bool(table.get("is_published")),
            "columns": [column["title"] for column in table["columns"]],
            "rows": rows,
        }

    def _labels(self, row_by: str, by_row: Mapping[str, Sequence[Entry]]) -> list[str]:
        """Return the rows to print: the form's own, then those in which something counts."""
        printed = listed(self.form, row_by) if self.columns_of.get("has_every_row") else []
        found = [
            label
            for label in sorted(by_row)
            if label not in printed and any(adds(code, entry, self.rules) for entry in by_row[label] for code in COUNTS)
        ]
        return [*printed, *found]

    def _row(self, label: str, entries: Sequence[Entry]) -> dict[str, Any]:
        return {"label": label, "cells": [self._cell(label, entries, column) for column in self.columns_of["columns"]]}

    def _cell(self, label: str, entries: Sequence[Entry], column: Mapping[str, Any]) -> dict[str, Any]:
        """Return what stands in a cell, and which count opens its cases."""
        if column.get("main_cause"):
            return self._main_cause(entries)
        if share := column.get("share"):
            return self._share(share, entries)
        if unit := next((unit for unit in RATES if unit in column), ""):
            return self._rate(label, entries, column, unit)
        number = total_of(column["count"], entries, self.rules)
        if column["count"] in MONEY:
            text = f"£{half_up(Decimal(number) / 100, 2):,}"
        else:
            text = f"<{self.hide_below}" if 0 < number < self.hide_below else f"{number:,}"
        return {"text": text, "value": number, "count": column["count"]}

    def _main_cause(self, entries: Sequence[Entry]) -> dict[str, Any]:
        opened = [entry for entry in entries if adds("OPENED", entry, self.rules)]
        causes = Counter(cause_of(self.form, entry) for entry in opened)
        main = min(causes, key=lambda cause: (-causes[cause], cause), default="")
        return {"text": main or "None", "count": "OPENED" if main else "", "cause": main}

    def _share(self, codes: Sequence[str], entries: Sequence[Entry]) -> dict[str, Any]:
        numerator, denominator = (total_of(code, entries, self.rules) for code in codes)
        percent = Share(numerator, denominator).percent(MOST_DIGITS)
        is_few = denominator < self.share_from
        text = "n/a" if percent is None or is_few else f"{percent}%"
        return {"text": text, "of": [numerator, denominator], "count": codes[0], "is_few": is_few}

    def _rate(self, label: str, entries: Sequence[Entry], column: Mapping[str, Any], unit: str) -> dict[str, Any]:
        number = total_of(column[unit], entries, self.rules)
        row = f"{label}, {column['volume']}" if column.get("volume") else label
        volume = self.volumes.get(row, 0)
        rate = per(RATES[unit], number, volume, MOST_DIGITS)
        return {
            "text": "n/a" if rate is None else f"{rate:,}",
            "of": [number, volume],
            "count": column[unit],
            "is_rate": True,
            "volume": row,
            "is_few": 0 < number < self.hide_below,
        }


def differences(signed: Figures, now: Figures) -> list[tuple[str, str, str, str, str]]:
    """Return (table, row, column, signed, now) for every cell that no longer comes out as it was signed."""
    before, after = _cells(signed), _cells(now)
    places = [*before, *(place for place in after if place not in before)]
    return [
        (*place, before.get(place, "–"), after.get(place, "–"))
        for place in places
        if before.get(place) != after.get(place)
    ]


def _cells(figures: Figures) -> dict[tuple[str, str, str], str]:
    return {
        (table["title"], row["label"], column): cell["text"]
        for table in figures["tables"]
        for row in table["rows"]
        for column, cell in zip(table["columns"], row["cells"], strict=True)
    }
