"""How hard a text is to read: an estimate from the length of its sentences and words, and words that letters avoid."""

import re
from collections.abc import Iterator
from typing import Final

SENTENCE: Final = re.compile(r"[.!?]+(?:\s|$)|\n\s*\n")
WORD: Final = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)?")
VOWELS: Final = re.compile(r"[aeiouy]+")
LONG_SENTENCE: Final = 30
OLDEST_COMFORTABLE: Final = 14
FEWEST_WORDS: Final = 30
AVOIDED: Final = {
    r"\b(sorry|apologi[sz]e) if\b": "An apology with “if” is not one: say what you are sorry for.",
    r"\bany inconvenience\b": "Say what went wrong instead of “any inconvenience”.",
    r"\bplease be advised\b": "Leave “please be advised” out.",
    r"\bvulnerable\b": "Write “extra support” instead of “vulnerable”.",
}


def reading_age(text: str) -> int | None:
    """Return the school age that the text asks for (Flesch-Kincaid grade and five); None for a text too short to say."""
    words = WORD.findall(text)
    if len(words) < FEWEST_WORDS:
        return None
    sentences = max(1, sum(1 for part in SENTENCE.split(text) if WORD.search(part or "")))
    grade = 0.39 * len(words) / sentences + 11.8 * sum(map(_syllables, words)) / len(words) - 15.59
    return max(6, round(grade) + 5)


def reading_hints(text: str) -> Iterator[str]:
    age = reading_age(text)
    if age is not None and age > OLDEST_COMFORTABLE:
        yield f"This reads like a text for somebody of {age}. Shorter sentences and words bring it down to 12 or so."
    for part in SENTENCE.split(text):
        words = WORD.findall(part or "")
        if len(words) > LONG_SENTENCE:
            yield f"One sentence has {len(words)} words: “{' '.join(words[:6])} …”. Cut it in two."
            break
    for pattern, advice in AVOIDED.items():
        if re.search(pattern, text, re.IGNORECASE):
            yield advice


def _syllables(word: str) -> int:
    plain = word.lower()
    count = len(VOWELS.findall(plain))
    if plain.endswith("e") and not plain.endswith(("le", "ee")) and count > 1:
        count -= 1
    return max(1, count)
