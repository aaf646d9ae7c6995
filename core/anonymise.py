"""Take out of a text what says who it is about. A first pass: somebody reads it before others do."""

import re
from collections.abc import Iterable
from typing import Final

NAME: Final = "[name]"
# Longer than any real address, and a bound, so that no text makes the search slow.
ADDRESS: Final = re.compile(r"[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}|https?://\S{1,500}|www\.\S{1,500}")
CASE_REFERENCE: Final = re.compile(r"\b[A-Z]{3}-\d{4}-\d{4,9}\b|\b\d{4}-\d{6,9}\b")
POSTCODE: Final = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}\b", re.IGNORECASE)
TELEPHONE: Final = re.compile(r"(?<![\w£$€.])\+?\(?\d[\d\s().-]{7,17}\d\b")
LONG_NUMBER: Final = re.compile(r"(?<![£$€\d.,])\b(?=\w*\d)[A-Z]{0,4}\d[\w/-]{4,20}\b", re.IGNORECASE)
TITLED: Final = re.compile(
    r"\b(Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Sir|Lady|Dear)\b\.?\s+(?!Sir\b|Madam\b|Customer\b)"
    r"[^\W\d_a-z][\w'’-]*(?:\s+[^\W\d_a-z][\w'’-]*)?"
)
DAY: Final = re.compile(r"^(?:\d{1,2}[/.-]\d{1,2}[/.-](?:\d{4}|\d{2})|\d{4}-\d{2}-\d{2})$")
SHORTEST_NAME: Final = 2


def anonymised(text: str, *, names: Iterable[str] = ()) -> str:
    """Return `text` without names, references, telephone numbers, postcodes, account numbers and addresses.

    `names` are those of the people on the case; each of their words is taken out wherever it stands as a word written
    with a capital. Days and sums of money stay.
    """
    kept = ADDRESS.sub("[address]", text)
    kept = CASE_REFERENCE.sub("[reference]", kept)
    kept = POSTCODE.sub("[postcode]", kept)
    kept = TELEPHONE.sub(lambda found: _unless_a_day(found, "[phone]"), kept)
    kept = LONG_NUMBER.sub(lambda found: _unless_a_day(found, "[number]"), kept)
    kept = TITLED.sub(rf"\1 {NAME}", kept)
    return _without(names, kept)


def _unless_a_day(found: re.Match[str], instead: str) -> str:
    return found[0] if DAY.match(found[0]) else instead


def _without(names: Iterable[str], text: str) -> str:
    words = {word for name in names for word in re.findall(r"[\w'’-]+", name) if len(word) >= SHORTEST_NAME}
    if not words:
        return text
    alternatives = "|".join(sorted((re.escape(word) for word in words), key=len, reverse=True))
    name = re.compile(rf"\b(?:{alternatives})(?:['’]s)?\b", re.IGNORECASE)
    kept = name.sub(lambda found: found[0] if found[0].islower() else NAME, text)
    return re.sub(r"\[name\](?:\s+\[name\])+", NAME, kept)
