"""Choose what to call a theme: the name of a thing as the customers say it, and what tells it from other themes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

from reporting.themes.grammar import Grammar, is_content
from reporting.themes.text import stem

MIXED = "Cases with little in common"
DETAILS = 2
WORTH_SAYING = 0.3  # of the score of the topic
LONGER_BONUS = 1.25
SENTENCE_FACTOR = 0.75  # a heading names a thing where it can
FULLER = 0.3
FULLER_THAN_ONE_WORD = 0.15

# Words that say nothing at the edge of a heading, however often a theme's cases use them.
FILLERS = frozenset(files(__package__).joinpath("fillers.txt").read_text().split())

Phrase = tuple[str, ...]


@dataclass(frozen=True)
class Candidate:
    """A phrase of the theme's cases; `score` says how many use it and how few others do."""

    phrase: Phrase
    score: float

    @property
    def stems(self) -> frozenset[str]:
        return frozenset(stem(word) for word in self.phrase if is_content(word))


class Headings:
    """Gives each theme a heading that no other theme has."""

    def __init__(self, grammar: Grammar, spellings: Mapping[str, str]) -> None:
        self._grammar = grammar
        self._spellings = spellings
        self._taken: set[str] = set()

    def choose(self, candidates: Iterable[Candidate], terms: Sequence[str]) -> str:
        title = next(one for one in self._proposals(list(self._ranked(candidates)), terms) if one not in self._taken)
        self._taken.add(title)
        return title

    def _ranked(self, candidates: Iterable[Candidate]) -> list[Candidate]:
        """Return the phrases that read well, best first."""
        weighed = (Candidate(one.phrase, one.score * self._weight(one)) for one in candidates)
        return sorted((one for one in weighed if one.score), key=lambda one: (-one.score, one.phrase))

    def _weight(self, candidate: Candidate) -> float:
        phrase, grammar = candidate.phrase, self._grammar
        if FILLERS.intersection((phrase[0], phrase[-1])):
            return 0
        length = LONGER_BONUS ** (len(candidate.stems) - 1)
        if grammar.names_thing(phrase):
            return length
        return length * SENTENCE_FACTOR if grammar.tells_state(phrase) or grammar.tells_act(phrase) else 0

    def _proposals(self, ranked: Sequence[Candidate], terms: Sequence[str]) -> Iterator[str]:
        """Yield headings from the one that reads best to ones that are only different."""
        topic, *details = _apart(ranked) or [Candidate(tuple(terms[0].split()) if terms else (MIXED,), 0)]
        least = WORTH_SAYING * topic.score if topic.phrase[1:] else 0  # one word alone says little
        telling = [one for one in details[:DETAILS] if one.score >= least]
        yield self._heading(topic, telling)
        yield from (self._heading(topic, details[:count]) for count in range(1, len(details) + 1))
        title = self._heading(topic, [])
        yield from (f"{title}: {term}" for term in terms if term not in title.lower())
        yield from (f"{title} ({number})" for number in range(2, len(self._taken) + 3))

    def _heading(self, topic: Candidate, details: Sequence[Candidate]) -> str:
        title, *rest = (" ".join(self._spellings.get(word, word) for word in one.phrase) for one in (topic, *details))
        title = title[:1].upper() + title[1:]
        return f"{title}: {' and '.join([', '.join(rest[:-1]), rest[-1]] if rest[1:] else rest)}" if rest else title


def _apart(ranked: Sequence[Candidate]) -> list[Candidate]:
    """Return the first phrases, none with a word of another: a heading never repeats itself."""
    chosen: list[Candidate] = []
    for candidate in ranked:
        if len(chosen) > DETAILS:
            break
        if not any(candidate.stems & other.stems for other in chosen):
            fuller = _fullest(candidate, ranked)
            chosen.append(candidate if any(fuller.stems & other.stems for other in chosen) else fuller)
    return chosen


def _fullest(candidate: Candidate, ranked: Sequence[Candidate]) -> Candidate:
    """Return the best phrase around `candidate` that a good part of its cases use: `police` becomes `police report`."""
    least = (FULLER if candidate.phrase[1:] else FULLER_THAN_ONE_WORD) * candidate.score
    fuller = [one for one in ranked if candidate.stems < one.stems and one.score >= least]
    return _fullest(fuller[0], ranked) if fuller else candidate
