"""Payment card numbers do not belong in a case."""

import re
from typing import Final

CARD: Final = re.compile(r"(?<![\d.])\d(?:[ -]?\d){12,18}(?!\d)")
REMOVED: Final = "[card number removed]"


def passes_luhn(digits: str) -> bool:
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (sum(int(digit) for digit in digits[-1::-2]) + sum(doubled)) % 10 == 0


def has_card_number(text: str) -> bool:
    return any(passes_luhn(_digits(match[0])) for match in CARD.finditer(text))


def without_card_numbers(text: str) -> str:
    """Return the text with a mark where each number of 13 to 19 digits that passes the Luhn check stood."""
    return CARD.sub(lambda match: REMOVED if passes_luhn(_digits(match[0])) else match[0], text)


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)
