from datetime import date

import pytest

from reporting.measures.business_days import BusinessDays
from reporting.measures.lives import Spell, Step, Turn, band_of, first_closing, reopening_of, spells_of

MONDAY = date(2026, 11, 16)
ENGLAND = BusinessDays.without(
    [date(2026, 4, 3), date(2026, 4, 6), date(2026, 12, 25), date(2026, 12, 26), date(2026, 12, 28)]
)


def test_a_complaint_that_is_opened_again_has_two_spells() -> None:
    steps = [
        Step(Turn.ANSWERED, date(2026, 11, 18)),
        Step(Turn.CLOSED, date(2026, 11, 19)),
        Step(Turn.REOPENED, date(2026, 11, 23)),
        Step(Turn.ANSWERED, date(2026, 11, 25)),
    ]

    assert spells_of(MONDAY, steps) == [
        Spell(MONDAY, date(2026, 11, 18), Turn.ANSWERED),
        Spell(date(2026, 11, 23), date(2026, 11, 25), Turn.ANSWERED),
    ]
    assert first_closing(steps) == (date(2026, 11, 19), date(2026, 11, 23))


def test_a_closing_after_the_answer_does_not_settle_twice() -> None:
    steps = [Step(Turn.ANSWERED, date(2026, 11, 18)), Step(Turn.SET_ASIDE, date(2026, 11, 20))]

    assert spells_of(MONDAY, steps) == [Spell(MONDAY, date(2026, 11, 18), Turn.ANSWERED)]


def test_what_was_never_settled_cannot_be_opened_again() -> None:
    assert spells_of(MONDAY, [Step(Turn.REOPENED, date(2026, 11, 20))]) == [Spell(MONDAY)]


@pytest.mark.parametrize(
    ("received", "settled", "band"),
    [
        (date(2026, 4, 2), date(2026, 4, 9), "THREE"),  # Easter lies between: Thu 2 Apr, and Thu 9 Apr is day three
        (date(2026, 4, 2), date(2026, 4, 10), "EIGHT"),
        (date(2026, 11, 14), date(2026, 11, 18), "THREE"),  # received on a Saturday
        (date(2026, 11, 14), date(2026, 11, 19), "EIGHT"),
        (date(2026, 10, 31), date(2026, 12, 26), "EIGHT"),  # the last day of eight weeks
        (date(2026, 10, 31), date(2026, 12, 27), "LATER"),
    ],
)
def test_the_steps_of_the_regulators_scale(received: date, settled: date, band: str) -> None:
    assert band_of(received, settled, ENGLAND) == band


def test_days_are_counted_after_the_day_of_receipt_without_weekends_and_holidays() -> None:
    assert ENGLAND.between(date(2026, 4, 2), date(2026, 4, 9)) == 3
    assert ENGLAND.between(date(2026, 11, 13), date(2026, 11, 15)) == 0
    assert ENGLAND.between(date(2026, 11, 13), date(2026, 11, 30)) == 11
    assert ENGLAND.between(MONDAY, MONDAY) == 0


@pytest.mark.parametrize("first", [date(2026, 12, day) for day in range(20, 29)])
def test_counting_and_adding_agree(first: date) -> None:
    for count in range(1, 12):
        assert ENGLAND.between(first, ENGLAND.after(first, count)) == count


def test_thirty_days_are_soon() -> None:
    assert reopening_of(date(2026, 1, 1), date(2026, 1, 31)) == "SOON"
    assert reopening_of(date(2026, 1, 1), date(2026, 2, 1)) == "LATER"
    assert reopening_of(date(2026, 1, 1), None) == ""
