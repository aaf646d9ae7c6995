import csv
import io

import pytest

from core.csv_files import csv_lines, safe_cell


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\uff1d", " =", "\0="])
def test_no_cell_starts_a_formula(start: str) -> None:
    assert str(safe_cell(f"{start}HYPERLINK(1)")).startswith("'")


@pytest.mark.parametrize("value", [12, -3.5, None, "Ann Lee", "5 - 3"])
def test_numbers_and_plain_words_stay_as_they_are(value: object) -> None:
    assert safe_cell(value) == value


def test_a_file_reads_back_as_it_was_written() -> None:
    text = "".join(csv_lines(["Week", "Cases"], [['2 "June", \n2026', 5]]))

    assert list(csv.reader(io.StringIO(text.removeprefix("\ufeff")))) == [["Week", "Cases"], ['2 "June", \n2026', "5"]]
