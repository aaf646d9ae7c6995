"""Which words name things, learned from how they stand in the texts: any trade's words, without a dictionary."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence

from reporting.themes.text import FUNCTION_WORDS

MIN_SIGNS = 3
THING_SHARE = 0.08
QUALITY_SHARE = 0.08
ACT_SHARE = 0.2

DETERMINERS = frozenset(
    ["a", "an", "the", "my", "our", "your", "his", "her", "their", "its", "this", "these", "any", "some"]
)
LINKS = frozenset(["of", "on", "in", "for", "from", "with", "to", "by", "at"])
BEFORE_THINGS = (DETERMINERS | LINKS) - {"to"}
PARTICLES = frozenset(["up", "off", "out"])
BEFORE_ACTS = frozenset(
    """to can can't cannot could couldn't did didn't do don't does doesn't please i they we you
    will won't would wouldn't must should""".split()  # noqa: SIM905 -- a list of this length is read as prose
)
BEFORE_STATES = frozenset(
    """am is isn't are aren't was wasn't were weren't be been being get got has hasn't have haven't had hadn't not
    never still just already""".split()  # noqa: SIM905
)


class Grammar:
    """Counts how each content word is used: after an article, before another word, after `to`, after `was`."""

    def __init__(self, texts: Iterable[Sequence[str]]) -> None:
        self._uses: Counter[str] = Counter()
        self._ends: Counter[str] = Counter()
        self._ends_pair: Counter[tuple[str, str]] = Counter()
        self._qualifies: Counter[str] = Counter()
        self._acts: Counter[str] = Counter()
        self._states: Counter[str] = Counter()
        for words in texts:
            padded = ["", "", *words, ""]
            for at in range(2, len(padded) - 1):
                if is_content(padded[at]):
                    self._read(*padded[at - 2 : at + 2])
        self._add_ends_of_pairs()

    def _read(self, second_before: str, before: str, word: str, after: str) -> None:
        self._uses[word] += 1
        self._acts[word] += before in BEFORE_ACTS
        self._states[word] += before in BEFORE_STATES
        if is_content(after):
            self._qualifies[word] += before in DETERMINERS
        elif before in DETERMINERS or (before in BEFORE_THINGS and not word.endswith("ing")):
            self._ends[word] += 1
        elif second_before in BEFORE_THINGS and is_content(before):
            self._ends_pair[before, word] += 1

    def _add_ends_of_pairs(self) -> None:
        """`The exchange rate` ends in a thing; `the payment failed` does not: `payment` is one, and `failed` never is."""
        alone = Counter(self._ends)
        things = {word for word in alone if self.is_thing(word)}
        for (before, word), count in self._ends_pair.items():
            if before not in things or alone[word] >= MIN_SIGNS:
                self._ends[word] += count

    def is_thing(self, word: str) -> bool:
        """Return whether phrases about a thing end in `word`: `the late fee` ends in `fee`."""
        if self._is(self._ends, word, THING_SHARE):
            return self._ends[word] >= max(self._acts[word] / 2, self._states[word])
        return word.endswith("s") and any(self.is_thing(one) for one in _singulars(word))

    def is_quality(self, word: str) -> bool:
        """Return whether `word` says which thing is meant: `late` in `the late fee`, `card` in `the card payment`."""
        return self.is_thing(word) or self._is(self._qualifies, word, QUALITY_SHARE) or self.is_state(word)

    def is_act(self, word: str) -> bool:
        return self._is(self._acts, word, ACT_SHARE) and not self.is_thing(word)

    def is_state(self, word: str) -> bool:
        """Return whether `word` says what happened to a thing: `declined`, `pending`, `stolen`."""
        return self._is(self._states, word, QUALITY_SHARE) and not self.is_thing(word)

    def _is(self, signs: Counter[str], word: str, share: float) -> bool:
        return signs[word] >= max(MIN_SIGNS, share * self._uses[word])

    def names_thing(self, phrase: Sequence[str]) -> bool:
        """Return whether `phrase` is what a person would call a thing: `late fee`, `source of my funds`, `top up`."""
        return all(map(self._is_simple, _split(phrase, LINKS)))

    def tells_act(self, phrase: Sequence[str]) -> bool:
        """Return whether `phrase` is what people do to a thing of one word: `reset my passcode`, `lost my phone`."""
        first, *rest = phrase
        thing = [word for word in rest if word not in DETERMINERS]
        with_article = len(thing) < len(rest) and not self.is_thing(first)
        return (with_article or self.is_act(first)) and len(thing) == 1 and self.is_thing(thing[0])

    def tells_state(self, phrase: Sequence[str]) -> bool:
        """Return whether `phrase` says what happened to a thing: `card payment was declined`, `transfer failed`."""
        *thing, last = phrase
        while thing and thing[-1] in BEFORE_STATES:
            thing.pop()
        if last in BEFORE_STATES or last.endswith("ly"):
            return False
        return (self.is_state(last) or last.endswith("ed")) and not self.is_thing(last) and self.names_thing(thing)

    def _is_simple(self, words: Sequence[str]) -> bool:
        words = words[:-1] if len(words) > 1 and words[-1] in PARTICLES else words
        if not words or not all(map(is_content, words)):
            return False
        *before, last = words
        return self.is_thing(last) and all(map(self.is_quality, before))


def is_content(word: str) -> bool:
    return bool(word) and word not in FUNCTION_WORDS


def _singulars(word: str) -> tuple[str, ...]:
    return (f"{word[:-3]}y",) if word.endswith("ies") else (word[:-1],)


def _split(phrase: Sequence[str], links: Collection[str]) -> Iterator[list[str]]:
    """Yield what stands between the links, each part without its articles in front."""
    part: list[str] = []
    for word in phrase:
        if word in links:
            yield part
            part = []
        elif part or word not in DETERMINERS:
            part.append(word)
    yield part
