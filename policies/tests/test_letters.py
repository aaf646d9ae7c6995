import pytest

from policies.letters import MissingMergeValueError, UnknownMergeFieldError, check_fields, fields_in, merge


def test_every_field_is_filled() -> None:
    text = merge(
        "Dear {{ customer_name }}, {{reference}}", {"customer_name": "Ann Lee", "reference": "CMP-2026-000001"}
    )

    assert text == "Dear Ann Lee, CMP-2026-000001"


def test_a_value_that_looks_like_a_field_is_left_alone() -> None:
    assert merge("Dear {{ customer_name }}", {"customer_name": "{{ reference }}"}) == "Dear {{ reference }}"


def test_a_gap_is_refused_by_name() -> None:
    with pytest.raises(MissingMergeValueError, match="the amount we will pay is not known"):
        merge("We pay {{ redress_amount }}", {"redress_amount": ""})


@pytest.mark.parametrize(
    "text", ["{{ password }}", "{{ }}", "{{ customer_name", "customer_name }}", "{{{{ reference }}"]
)
def test_what_nobody_can_fill_is_refused(text: str) -> None:
    with pytest.raises(UnknownMergeFieldError):
        check_fields(text)


def test_fields_are_listed_once_in_order() -> None:
    assert fields_in("{{ summary }} {{ reference }} {{ summary }}") == ["summary", "reference"]
