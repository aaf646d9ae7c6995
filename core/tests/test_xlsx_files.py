import io

import pytest
from openpyxl import load_workbook

from core.xlsx_files import Sheet, workbook


def read(content: bytes) -> dict[str, list[tuple[object, ...]]]:
    book = load_workbook(io.BytesIO(content))
    return {page.title: list(page.iter_rows(values_only=True)) for page in book}


@pytest.mark.parametrize("text", ["=1+1", "+44", "-3", "@SUM(A1)", "\t=1", "=cmd|' /C calc'!A0", "\uff1d1+1"])
def test_text_that_looks_like_a_formula_is_stored_as_text(text: str) -> None:
    content = workbook([Sheet("Figures", ["Name"], [[text]])])

    cell = load_workbook(io.BytesIO(content))["Figures"]["A2"]

    assert cell.data_type == "s"
    assert str(cell.value).startswith("'")


def test_numbers_stay_numbers_and_odd_characters_are_left_out() -> None:
    content = workbook([Sheet("Figures", ["Name", "Cases"], [["a\0b\x07 😀", 3]], notes=["As of today"])])

    assert read(content)["Figures"] == [("As of today", None), ("Name", "Cases"), ("ab 😀", 3)]


def test_titles_are_made_to_fit_and_never_collide() -> None:
    content = workbook([Sheet("What/goes:wrong? " * 4, ["A"], []), Sheet("What/goes:wrong? " * 4, ["A"], [])])

    titles = list(read(content))

    assert len(titles) == 2
    assert all(len(title) <= 31 for title in titles)
