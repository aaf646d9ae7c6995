"""Name a theme in the customers' own words, as a person would who has read its cases.

Terms are words and pairs that most of the theme's cases use and few others do; `headings` makes the title of such
phrases.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from reporting.themes.grammar import PARTICLES, Grammar, is_content
from reporting.themes.headings import Candidate, Headings, Phrase
from reporting.themes.text import stem

SHOWN_TERMS, FEWEST_TERMS = 8, 3
MIN_CASES = 5
MIN_PEOPLE = 3
MIN_SHARE = 0.2
MIN_SHARE_OF_FEW = 0.1  # where hardly any word is in a fifth of the cases, as in short texts
MIN_PHRASE_SHARE = 0.04  # of the cases, for a heading: few say a thing in exactly the same words
MAX_PHRASE = 4
PAIR_BONUS = 1.25


@dataclass(frozen=True)
class LabelCase:
    """One case as labels see it: its words in order, an empty one wherever a phrase ends, and who complained."""

    words: Sequence[str]
    person: str


@dataclass(frozen=True)
class Label:
    title: str
    terms: tuple[str, ...]


def name_themes(
    themes: Mapping[int, Sequence[LabelCase]],
    *,
    sizes: Mapping[int, int],
    names: Collection[str] = (),
    spellings: Mapping[str, str] | None = None,
) -> dict[int, Label]:
    """Return a label for each theme, no two the same, without any of `names`; `spellings` restore capitals."""
    headings = Headings(Grammar(case.words for of in themes.values() for case in of), spellings or {})
    shares = {theme: _shares(cases, names) for theme, cases in themes.items()}
    background = _background(shares, sizes)
    total = sum(sizes.values())
    labels = {}
    for theme in sorted(themes, key=lambda key: (-sizes[key], key)):
        ranked = _ranked(shares[theme], background, sizes[theme], max(total - sizes[theme], 1))
        terms = _terms(ranked, shares[theme])
        labels[theme] = Label(headings.choose(ranked, terms), terms)
    return labels


def _shares(cases: Sequence[LabelCase], names: Collection[str]) -> dict[Phrase, float]:
    """Return for each phrase the share of cases that use it, forms of one stem together under the commonest form."""
    forms: dict[Phrase, Counter[Phrase]] = defaultdict(Counter)
    people: dict[Phrase, set[str]] = defaultdict(set)
    counts: Counter[Phrase] = Counter()
    for case in cases:
        keyed = [(tuple(map(stem, phrase)), phrase) for phrase in set(_phrases(case.words, names))]
        for key, phrase in keyed:
            forms[key][phrase] += 1
            people[key].add(case.person)
        counts.update({key for key, _ in keyed})
    return {
        min(forms[key], key=lambda phrase: (-forms[key][phrase], phrase)): count / len(cases)
        for key, count in counts.items()
        if count >= min(MIN_CASES, len(cases)) and len(people[key]) >= min(MIN_PEOPLE, len(cases))
    }


def _phrases(words: Sequence[str], names: Collection[str]) -> Iterator[Phrase]:
    """Yield the runs of up to four words that hold no name, begin with a content word and end with one (`top up`)."""
    for start, first in enumerate(words):
        if not is_content(first) or first in names:
            continue
        yield (first,)
        for end in range(start + 1, min(start + MAX_PHRASE, len(words))):
            last = words[end]
            if not last or last in names:
                break
            if is_content(last) or (last in PARTICLES and is_content(words[end - 1])):
                yield tuple(words[start : end + 1])


def _background(shares: Mapping[int, Mapping[Phrase, float]], sizes: Mapping[int, int]) -> Counter[Phrase]:
    """Return how many cases use each phrase, all themes together."""
    total: Counter[Phrase] = Counter()
    for theme, phrases in shares.items():
        for phrase, share in phrases.items():
            total[phrase] += share * sizes[theme]  # type: ignore[assignment]
    return total


def _ranked(shares: Mapping[Phrase, float], background: Counter[Phrase], size: int, rest: int) -> list[Candidate]:
    smoothing = 0.5 / math.sqrt(size + rest)
    ranked = []
    for phrase, share in shares.items():
        elsewhere = max(background[phrase] - share * size, 0) / rest
        lift = math.log((share + smoothing) / (elsewhere + smoothing))
        content = sum(map(is_content, phrase))
        if share >= MIN_PHRASE_SHARE and lift > 0:
            ranked.append(Candidate(phrase, share * lift * PAIR_BONUS ** (content - 1)))
    return sorted(ranked, key=lambda candidate: (-candidate.score, candidate.phrase))


def _terms(ranked: Iterable[Candidate], shares: Mapping[Phrase, float]) -> tuple[str, ...]:
    """Return the leading words and pairs, none within another: those that many cases use, or a few at least."""
    chosen: list[Candidate] = []
    for candidate in sorted(ranked, key=lambda one: shares[one.phrase] < MIN_SHARE):
        if len(candidate.phrase) > 2 or not all(map(is_content, candidate.phrase)):
            continue
        share = shares[candidate.phrase]
        if share < MIN_SHARE and (share < MIN_SHARE_OF_FEW or len(chosen) >= FEWEST_TERMS):
            continue
        if any(candidate.stems <= other.stems or other.stems <= candidate.stems for other in chosen):
            continue
        chosen.append(candidate)
        if len(chosen) == SHOWN_TERMS:
            break
    return tuple(" ".join(candidate.phrase) for candidate in chosen)
