"""CSV downloads: streamed, readable by spreadsheets, and never a formula that somebody else wrote."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.http import StreamingHttpResponse

BYTE_ORDER_MARK = "\ufeff"  # without it a spreadsheet takes UTF-8 for the old code page of the machine
FORMULA_STARTS = tuple("=+-@\t\r\n\0＝＋－＠|%")  # noqa: RUF001  full-width signs start formulas too


def safe_cell(value: Any) -> Any:
    """Return text that a spreadsheet shows and does not calculate; numbers stay numbers (OWASP ASVS 5.0, V1.2.10)."""
    if not isinstance(value, str):
        return value
    text = value.replace("\0", "")
    return f"'{text}" if value.lstrip().startswith(FORMULA_STARTS) or value.startswith(FORMULA_STARTS) else text


class _Echo:
    def write(self, line: str) -> str:
        return line


def csv_lines(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield BYTE_ORDER_MARK + writer.writerow(columns)
    for row in rows:
        yield writer.writerow([safe_cell(cell) for cell in row])


def csv_response(name: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> StreamingHttpResponse:
    """Send rows as they are read, as a file called `name`.csv."""
    response = StreamingHttpResponse(csv_lines(columns, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
