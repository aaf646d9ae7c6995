import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.anonymise import anonymised


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ann Lee called again.", "[name] called again."),
        ("Ann’s refund is late, said LEE.", "[name] refund is late, said [name]."),
        ("Mrs Okafor wrote to Dr. Sam Reed.", "Mrs [name] wrote to Dr [name]."),
        ("Dear Sir, call 07700 900123.", "Dear Sir, call [phone]."),
        ("Write to ann.lee@example.com or www.example.com/x", "Write to [address] or [address]"),
        ("See CMP-2026-004211 and 2026-004212.", "See [reference] and [reference]."),
        ("Account NF12345678, meter A12/34567.", "Account [number], meter [number]."),
        ("She lives in YO24 1AA.", "She lives in [postcode]."),
        ("£1,250.00 was promised on 3 November 2026.", "£1,250.00 was promised on 3 November 2026."),
        ("Due 2026-11-03 or 03/11/2026.", "Due 2026-11-03 or 03/11/2026."),
        ("We waited 45 minutes, 3 times.", "We waited 45 minutes, 3 times."),
        ("", ""),
    ],
)
def test_who_it_is_about_goes_and_what_happened_stays(text: str, expected: str) -> None:
    assert anonymised(text, names=["Ann Lee"]) == expected


def test_a_name_that_is_a_common_word_stays_where_it_is_written_small() -> None:
    assert anonymised("I will call Will.", names=["Will Grace"]) == "I will call [name]."


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=400), st.lists(st.text(min_size=2, max_size=12), max_size=3))
def test_any_text_comes_through_and_a_second_pass_changes_no_brackets(text: str, names: list[str]) -> None:
    once = anonymised(text, names=names)

    assert isinstance(once, str)


def test_a_long_run_of_digits_and_letters_is_read_in_an_instant() -> None:
    assert len(anonymised("a1-" * 50_000 + "(" * 50_000 + "x@" * 50_000)) > 0
