"""Read outside complaints from a CSV file, one checked row at a time; a row that cannot be used says why."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import BinaryIO, Final, NamedTuple

from django.utils import timezone

from core.csv_rows import CsvTable
from core.errors import UserFacingError

FIELDS: Final = ("date", "text", "category", "product", "external_id", "customer")
LONGEST_TEXT = 100_000
LONGEST_NAME = 120


class Row(NamedTuple):
    """A row that can become a case. `received_at` is empty where the file gives no date."""

    line: int
    external_id: str
    text: str
    received_at: datetime | None = None
    category: str = ""
    product: str = ""
    customer: str = ""


class Rejection(NamedTuple):
    line: int
    reason: str


@dataclass(frozen=True)
class Columns:
    """Which column of the file holds which field: `{"text": "narrative"}`."""

    names: Mapping[str, str]
    positions: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def parse(cls, mapping: str) -> "Columns":
        """Read `date=Date received,text=narrative`."""
        names: dict[str, str] = {}
        for part in mapping.split(","):
            name, _, column = (piece.strip() for piece in part.partition("="))
            if name not in FIELDS or not column:
                raise UserFacingError(
                    f'"{part.strip()}" does not say which column holds what. Write field=column, '
                    f"where the field is one of {', '.join(FIELDS)}."
                )
            names[name] = column
        if "text" not in names:
            raise UserFacingError("Say which column holds what the customer said: text=column.")
        return cls(names)

    def found_in(self, header: list[str]) -> "Columns":
        missing = [column for column in self.names.values() if column not in header]
        if missing:
            raise UserFacingError(f"The file has no column {_listed(missing)}. Its columns are {_listed(header)}.")
        return Columns(self.names, {name: header.index(column) for name, column in self.names.items()})


def read_rows(file: BinaryIO, columns: Columns, *, now: datetime) -> Iterator[Row | Rejection]:
    """Yield each row of the file, checked; the file itself is refused when its header cannot be used."""
    table = CsvTable(file)
    found = columns.found_in(table.header)
    for line, cells in table.rows():
        yield _checked(cells, line, table, found, now)


def _checked(cells: list[str], line: int, table: CsvTable, columns: Columns, now: datetime) -> Row | Rejection:
    reason = table.why_unreadable(cells)
    if reason:
        return Rejection(line, reason)
    values = {name: cells[position].strip() for name, position in columns.positions.items()}
    reason = _why_unusable(values)
    if reason:
        return Rejection(line, reason)
    received_at = None
    if given := values.pop("date", ""):
        received_at = _moment(given)
        if received_at is None:
            return Rejection(line, f'"{given[:40]}" is not a date such as 2026-03-27.')
        if received_at > now:
            if received_at.date() > timezone.localtime(now).date():
                return Rejection(line, f"{given} is in the future. A complaint comes in before it is imported.")
            received_at = now
    external_id = values.pop("external_id", "") or _digest(cells)
    return Row(line, external_id, values.pop("text"), received_at, **values)


def _why_unusable(values: Mapping[str, str]) -> str:
    if not values["text"]:
        return "The row says nothing: its text is empty."
    if len(values["text"]) > LONGEST_TEXT:
        return f"The text has {len(values['text']):,} characters. A story has {LONGEST_TEXT:,} or fewer."
    if values.get("external_id") == "":
        return "The row has no external id, so it could not be told from others when the file is imported again."
    for name in ("category", "product", "external_id", "customer"):
        if len(values.get(name, "")) > LONGEST_NAME:
            label = name.replace("_", " ")
            return f"The {label} has {len(values[name]):,} characters. It must be {LONGEST_NAME} or fewer."
    return ""


def _moment(given: str) -> datetime | None:
    """Return noon of a date, or a date with a time as it is; the organisation's time zone where none is given."""
    zone = timezone.get_default_timezone()
    try:
        if len(given) == len("2026-03-27"):
            return datetime.combine(date.fromisoformat(given), time(12), tzinfo=zone)
        moment = datetime.fromisoformat(given)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _digest(cells: list[str]) -> str:
    """Return an id for a file without one: the same row is the same complaint."""
    return f"row-{hashlib.sha256(chr(31).join(cells).encode()).hexdigest()[:32]}"


def _listed(names: list[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
