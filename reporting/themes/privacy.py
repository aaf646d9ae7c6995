"""Keep people out of themes: which words are names, and a quotation without them.

A theme is seen by people who may not see its cases, so no label, term or model may hold a name. Nobody keeps a list
of all names; three signs together find them: the word is the name of somebody on the case it occurs in, it stands
after a title, or it is written with a capital in the middle of sentences.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable

from reporting.themes.text import FUNCTION_WORDS, MAX_CHARACTERS, WORD

MIN_USES = 3
CAPITAL_SHARE = 0.6
OWN_NAME_SHARE = 0.2
TITLE_SHARE = 0.2
ACRONYM_LENGTH = 5

MID_SENTENCE = re.compile(r"(?<=[a-z,;:)]) ([^\W\d_][\w']+)")
AFTER_TITLE = re.compile(
    r"\b(?=[mdrsnMDRSN])(?i:mr|mrs|ms|miss|dr|dear|regards|sincerely|name is|named)[.,:]?\s+"
    r"([^\W\d_][\w']+)(?:\s+([A-Z][\w']+))?"
)
TITLED_NAME = re.compile(r"\b(Mr|Mrs|Ms|Miss|Dr|Dear)\.?\s+[A-Z][\w']+(?:\s+[A-Z][\w']+)?")
CONTACT = re.compile(r"\S{1,200}@\S+|https?://\S+|www\.\S+")
# Four or more letters and digits together may identify somebody; a time, a day or an ordinal does not.
NUMBER = re.compile(r"\b\d{1,3}(?:,\d{3})+(?:\.\d+)?\b|\b(?!\d{1,3}(?:am|pm|st|nd|rd|th)\b)(?=\w*\d)[\w\-/.]{4,}\b")


def name_words(names: Iterable[str]) -> frozenset[str]:
    """Return the lower-case words of people's names."""
    return frozenset(word for name in names for word in WORD.findall(name.lower()) if len(word) > 1)


class NameFinder:
    """Reads texts once, and then knows which of their words are names and how others are written."""

    def __init__(self) -> None:
        self._uses: Counter[str] = Counter()
        self._own: Counter[str] = Counter()
        self._titled: Counter[str] = Counter()
        self._written: Counter[str] = Counter()

    def read(self, text: str, own_names: Collection[str]) -> None:
        """Take in one text; `own_names` are the words of the names of people on its case."""
        text = text[:MAX_CHARACTERS]
        found = set(WORD.findall(text.lower()))
        self._uses.update(found)
        self._own.update(found.intersection(own_names))
        self._titled.update({word.lower() for pair in AFTER_TITLE.findall(text) for word in pair if word})
        if not text.isupper():
            self._written.update(MID_SENTENCE.findall(text))

    def _by_case(self) -> tuple[Counter[str], Counter[str], Counter[str]]:
        """Return how often each word is written small, with a capital, and as an acronym, within sentences."""
        small, capital, acronym = Counter[str](), Counter[str](), Counter[str]()
        for word, count in self._written.items():
            if word.islower():
                small[word] += count
            elif word.isupper() and len(word) <= ACRONYM_LENGTH:
                acronym[word.lower()] += count
            else:
                capital[word.lower()] += count
        return small, capital, acronym

    def names(self, *, allowed: Collection[str] = ()) -> frozenset[str]:
        """Return the words that are names; `allowed` are words that are certainly not (products, categories)."""
        found = {word for word, count in self._own.items() if count >= OWN_NAME_SHARE * self._uses[word]}
        found |= {word for word, count in self._titled.items() if count >= TITLE_SHARE * self._uses[word]}
        small, capital, _ = self._by_case()
        found |= {word for word, count in capital.items() if _is_capitalised(count, small[word])}
        return frozenset(found - FUNCTION_WORDS - set(allowed))

    def spellings(self, *, allowed: Collection[str] = ()) -> dict[str, str]:
        """Return how words are written that are not always small: `PIN`, and of those `allowed` `Tracker`."""
        small, capital, acronym = self._by_case()
        written = {word: word.capitalize() for word in allowed if _is_capitalised(capital[word], small[word])}
        return written | {
            word: word.upper()
            for word, count in acronym.items()
            if count >= MIN_USES and count > small[word] + capital[word]
        }


def _is_capitalised(count: int, small: int) -> bool:
    return count >= MIN_USES and count >= CAPITAL_SHARE * (count + small)


def quotation(sentence: str, *, names: Collection[str]) -> str:
    """Return `sentence` with names, addresses and numbers that identify somebody taken out."""
    kept = CONTACT.sub("[address]", sentence)
    kept = NUMBER.sub("[number]", kept)
    kept = TITLED_NAME.sub(r"\1 [name]", kept)
    return WORD.sub(lambda found: "[name]" if found[0].lower() in names else found[0], kept)
