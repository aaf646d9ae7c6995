import pytest

from desk.selectors.card_numbers import has_card_number, without_card_numbers


@pytest.mark.parametrize(
    "number", ["4111111111111111", "4111 1111 1111 1111", "4111-1111-1111-1111", "378282246310005"]
)
def test_a_card_number_is_found_and_taken_out(number: str) -> None:
    text = f"They read out {number}, then hung up."

    assert has_card_number(text)
    assert without_card_numbers(text) == "They read out [card number removed], then hung up."


@pytest.mark.parametrize("text", ["Meter 4111111111111112", "Call 07700 900123", "Order 1234567890123456", ""])
def test_other_numbers_stay(text: str) -> None:
    assert not has_card_number(text)
    assert without_card_numbers(text) == text
