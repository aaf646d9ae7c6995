"""From what a customer said to words: masked, lower-case, stemmed, bounded."""

import re
from functools import lru_cache
from importlib.resources import files

import snowballstemmer

MAX_WORDS = 2_000
MAX_CHARACTERS = 20_000
MIN_WORD_LENGTH = 2

# Amounts, publisher's masks, e-mail and web addresses, handles, then anything with a digit in it. A pattern is tried
# only on texts that hold what it cannot match without.
MASKS = tuple(
    (signs, re.compile(pattern))
    for signs, pattern in (
        ("$£€", r"\{\$[\d,.]+\}|[$£€]\s?\d[\d,.]*"),
        ("xX", r"\b[xX]{2,}(?:[/\-][xX\d]{2,4})*\b"),
        ("@", r"\S{1,200}@\S+"),
        (":.", r"https?://\S+|www\.\S+"),
        ("@", r"@\w+"),
        ("", r"\b[^\W\d]*\d[\w\-/.]*"),
    )
)
ENDINGS = re.compile(r"'(?:s|re|ve|ll|d|m)\b")
PHRASE_END = re.compile(r"[^\w\s'\u2019\-/&]+|\n+|\s[-/&]\s")
WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|'(?=[^\W\d_]))*")

# Words that join a sentence, or occur in nearly every story, without saying what it is about. Words of the trade
# (bill, call, interest, system), which general lists include, are left in.
FUNCTION_WORDS = frozenset(files(__package__).joinpath("function_words.txt").read_text().split())

_stemmer = snowballstemmer.stemmer("english")


def mask(text: str) -> str:
    """Replace amounts, addresses, numbers and masks by spaces."""
    return _without(text, " ")


def _without(text: str, replacement: str) -> str:
    for signs, pattern in MASKS:
        if not signs or any(sign in text for sign in signs):
            text = pattern.sub(replacement, text)
    return text


def words(text: str) -> list[str]:
    """Return the words of `text` in order, function words included, up to a bound that no story needs."""
    return [found for found in _all_words(mask(text[:MAX_CHARACTERS])) if len(found) >= MIN_WORD_LENGTH][:MAX_WORDS]


def _all_words(masked: str) -> list[str]:
    return WORD.findall(ENDINGS.sub("", masked.lower().replace("\u2019", "'")))


def clauses(text: str) -> list[str]:
    """Return the words of `text` with an empty one wherever a phrase ends: at a stop, a number or what was masked."""
    text = _without(text[:MAX_CHARACTERS], " | ")
    parted = [found for part in PHRASE_END.split(text) if (found := _all_words(part))]
    return [word for part in parted for word in (*part, "")][:MAX_WORDS]


def content_words(text: str) -> list[str]:
    """Return the words that say what `text` is about."""
    return [word for word in words(text) if word not in FUNCTION_WORDS]


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """Return the form that `refund`, `refunds` and `refunded` share."""
    stemmed: str = _stemmer.stemWord(word)
    return stemmed
