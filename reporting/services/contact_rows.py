"""Read contact figures from a CSV file, one checked row at a time; a row that cannot be used says why."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO, Final

from core.csv_rows import CsvTable
from core.errors import UserFacingError
from reporting.choices import Grain

REQUIRED: Final = ("period", "team", "contacts_handled")
NAMES: Final = {
    "contacts_handled": "handled",
    "contacts_offered": "offered",
    "contacts_abandoned": "abandoned",
    "answered_in_time": "answered_in_time",
    "wait_seconds": "wait_seconds",
    "talk_seconds": "talk_seconds",
    "hold_seconds": "hold_seconds",
    "after_call_seconds": "after_call_seconds",
    "resolved_first_contact": "resolved_first",
    "resolution_checked": "resolved_of",
}
COLUMNS: Final = ("period", "team", "queue", "person", *NAMES)
TIMES: Final = ("talk_seconds", "hold_seconds", "after_call_seconds")
MONTH = re.compile(r"(\d{4})-(\d{2})")
LONGEST_NAME = 80
MOST_CONTACTS = 2_147_483_647
MOST_SECONDS = 10**15
LONGEST_CONTACT_SECONDS = 2 * 3600


@dataclass(frozen=True, kw_only=True)
class FigureRow:
    """A row whose own numbers make sense; whether its team and person exist is not asked yet."""

    line: int
    grain: Grain
    starts_on: date
    team: str
    queue: str
    person: str
    numbers: Mapping[str, int | None]


@dataclass(frozen=True, kw_only=True)
class RejectedRow:
    line: int
    reason: str


class _UnusableError(Exception):
    """Why a row is left out, as a sentence."""


def read_figures(file: BinaryIO, *, today: date) -> Iterator[FigureRow | RejectedRow]:
    """Yield each row of the file, checked; the file itself is refused when its header cannot be used."""
    table = CsvTable(file)
    positions = _positions(table.header)
    for line, cells in table.rows():
        if reason := table.why_unreadable(cells):
            yield RejectedRow(line=line, reason=reason)
            continue
        values = {name: cells[position].strip() for name, position in positions.items()}
        try:
            yield _checked(values, line, today)
        except _UnusableError as problem:
            yield RejectedRow(line=line, reason=str(problem))


def _positions(header: list[str]) -> dict[str, int]:
    """Return where each column that we know stands: `Contacts handled` is `contacts_handled`."""
    named = [re.sub(r"\W+", "_", name.lower()).strip("_") for name in header]
    if missing := [name for name in REQUIRED if name not in named]:
        listed = ", ".join(header)[:300]
        raise UserFacingError(f"The file has no column {' and no column '.join(missing)}. Its columns are {listed}.")
    if twice := next((name for name in COLUMNS if named.count(name) > 1), None):
        raise UserFacingError(f"The column {twice} is there twice, so it is not clear which one counts.")
    return {name: named.index(name) for name in COLUMNS if name in named}


def _checked(values: Mapping[str, str], line: int, today: date) -> FigureRow:
    grain, starts_on = _period(values["period"])
    if starts_on > today:
        raise _UnusableError(f"{values['period']} has not begun yet.")
    for name in ("team", "queue"):
        if len(values.get(name, "")) > LONGEST_NAME:
            raise _UnusableError(f"The {name} has more than {LONGEST_NAME} characters.")
    if not values["team"]:
        raise _UnusableError("The row names no team.")
    numbers = {field: _number(values.get(name, ""), name) for name, field in NAMES.items()}
    _check_numbers(numbers)
    return FigureRow(
        line=line,
        grain=grain,
        starts_on=starts_on,
        team=values["team"],
        queue=values.get("queue", ""),
        person=values.get("person", "").lower(),
        numbers=numbers,
    )


def _period(given: str) -> tuple[Grain, date]:
    try:
        if found := MONTH.fullmatch(given):
            return Grain.MONTH, date(int(found[1]), int(found[2]), 1)
        return Grain.DAY, date.fromisoformat(given)
    except ValueError:
        raise _UnusableError(
            f"“{given[:40]}” is no period. Write a month such as 2026-10 or a day such as 2026-10-14."
        ) from None


def _number(given: str, column: str) -> int | None:
    if not given:
        return None
    if not (given.isascii() and given.isdecimal()):
        raise _UnusableError(f"{column} is “{given[:40]}”. Write a whole number without separators.")
    number = int(given[:20])
    if number > (MOST_SECONDS if column.endswith("_seconds") else MOST_CONTACTS):
        raise _UnusableError(f"{column} is {given[:20]}, which is more than can be.")
    return number


def _check_numbers(numbers: dict[str, int | None]) -> None:
    """Refuse numbers that contradict one another; of the contacts looked at for FCR, say all where nothing is said."""
    handled = numbers["handled"]
    if handled is None:
        raise _UnusableError("contacts_handled is empty. Write 0 where nobody called.")
    if numbers["resolved_first"] is not None and numbers["resolved_of"] is None:
        numbers["resolved_of"] = handled
    _check_times(numbers, handled)
    for part, whole in PARTS.items():
        if numbers[part] is not None and numbers[whole] is None:
            raise _UnusableError(f"{_column(part)} is there without {_column(whole)}, so it is a share of nothing.")
        if (numbers[part] or 0) > (numbers[whole] or 0):
            raise _UnusableError(
                f"{_column(part)} is {numbers[part]} and {_column(whole)} {numbers[whole]}. A part cannot be larger."
            )


PARTS: Final = {"resolved_first": "resolved_of", "abandoned": "offered", "answered_in_time": "offered"}


def _check_times(numbers: Mapping[str, int | None], handled: int) -> None:
    times = [numbers[name] for name in TIMES]
    if all(time is None for time in times):
        return
    if any(time is None for time in times):
        raise _UnusableError(
            "Give talk, hold and after-call seconds together, or none of them. Write 0 where there was none."
        )
    seconds = sum(time or 0 for time in times)
    if seconds > LONGEST_CONTACT_SECONDS * handled:
        raise _UnusableError(
            f"{seconds} seconds over {handled} contacts is more than two hours each. The columns hold whole seconds."
        )


def _column(field: str) -> str:
    return next(name for name, its_field in NAMES.items() if its_field == field)
