"""Spreadsheet downloads with typed cells: numbers stay numbers, and text is never a formula that somebody else wrote."""

import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpResponse
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from core.csv_files import safe_cell

CONTENT_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_TITLE: Final = 31
LONGEST_CELL: Final = 32_000
WIDEST: Final = 60
NOT_IN_A_TITLE: Final = re.compile(r"[\[\]:*?/\\']")


@dataclass(frozen=True)
class Sheet:
    """One table; `notes` stand above it, a line each."""

    title: str
    columns: Sequence[str]
    rows: Iterable[Sequence[Any]]
    notes: Sequence[str] = ()


def workbook(sheets: Sequence[Sheet]) -> bytes:
    """Return the file as bytes; sheets whose titles would collide are numbered."""
    book = Workbook(write_only=True)
    taken: set[str] = set()
    for sheet in sheets:
        page = book.create_sheet(_free_title(sheet.title, taken))
        rows = [list(row) for row in sheet.rows]
        for number, width in enumerate(_widths(sheet.columns, rows), start=1):
            page.column_dimensions[get_column_letter(number)].width = width
        page.freeze_panes = f"A{len(sheet.notes) + 2}"
        for note in sheet.notes:
            page.append([_cell(page, note)])
        page.append([_cell(page, column, is_bold=True) for column in sheet.columns])
        for row in rows:
            page.append([_cell(page, value) for value in row])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def xlsx_response(name: str, sheets: Sequence[Sheet]) -> HttpResponse:
    """Send sheets as a file called `name`.xlsx."""
    response = HttpResponse(workbook(sheets), content_type=CONTENT_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _cell(page: Any, value: Any, *, is_bold: bool = False) -> Any:
    """Return a cell whose text is stored as text, whatever it starts with."""
    if isinstance(value, str):
        value = ILLEGAL_CHARACTERS_RE.sub("", str(safe_cell(value)))[:LONGEST_CELL]
    cell = WriteOnlyCell(page, value=value)
    if isinstance(value, str):
        cell.data_type = "s"
    if is_bold:
        cell.font = Font(bold=True)
    return cell


def _widths(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[int]:
    lines = [columns, *rows]
    return [
        min(WIDEST, 2 + max((len(str(line[i])) for line in lines if i < len(line)), default=8))
        for i in range(len(columns))
    ]


def _free_title(title: str, taken: set[str]) -> str:
    plain = NOT_IN_A_TITLE.sub(" ", title).strip()[:LONGEST_TITLE] or "Figures"
    found, number = plain, 2
    while found.lower() in taken:
        ending = f" {number}"
        found, number = plain[: LONGEST_TITLE - len(ending)] + ending, number + 1
    taken.add(found.lower())
    return found
