"""Find words that hardly anybody used before: the first sign of a theme that does not exist yet.

A new problem told in old words is mostly not found this way; a new name, product, place or form is. A person decides
whether a burst becomes a theme.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from scipy.stats import hypergeom

from reporting.themes.text import FUNCTION_WORDS

MIN_CASES = 5
MIN_RATIO = 3.0
FALSE_DISCOVERY_RATE = 0.01
SAME_BURST = 0.4
SHOWN_TERMS = 5


@dataclass(frozen=True)
class Burst:
    """Terms that the same new cases share, most telling first."""

    terms: tuple[str, ...]
    cases: tuple[str, ...]


def find_bursts(
    recent: Mapping[str, Sequence[str]], before: Iterable[Sequence[str]], *, names: Collection[str] = ()
) -> list[Burst]:
    """Compare the words of `recent` cases, by id, with those of the year `before`; `names` are never reported."""
    users: dict[str, set[str]] = defaultdict(set)
    for case, words in recent.items():
        for term in _terms(words, names):
            users[term].add(case)
    frequent = {term: cases for term, cases in users.items() if len(cases) >= MIN_CASES}
    earlier, earlier_total = _count(before, frequent.keys(), names)
    if not earlier_total:
        return []
    found = _significant(frequent, earlier, len(recent), earlier_total)
    return _grouped(found, frequent)


def _terms(words: Sequence[str], names: Collection[str]) -> set[str]:
    """Return the content words of one text and each two that stand side by side."""
    content = [word if word not in FUNCTION_WORDS and word not in names else "" for word in words]
    pairs = {f"{first} {second}" for first, second in pairwise(content) if first and second}
    return pairs | {word for word in content if word}


def _count(texts: Iterable[Sequence[str]], wanted: Collection[str], names: Collection[str]) -> tuple[Counter[str], int]:
    counts: Counter[str] = Counter()
    total = 0
    for words in texts:
        total += 1
        counts.update(_terms(words, names).intersection(wanted))
    return counts, total


def _significant(
    users: Mapping[str, set[str]], earlier: Counter[str], recent_total: int, earlier_total: int
) -> dict[str, float]:
    """Return the terms whose rise chance does not explain (Fisher; Benjamini and Hochberg), with its probability."""
    p_values = {}
    for term in sorted(users):
        now, then = len(users[term]), earlier[term]
        if now / recent_total >= MIN_RATIO * then / earlier_total:
            p_values[term] = float(hypergeom.sf(now - 1, recent_total + earlier_total, now + then, recent_total))
    ranked = sorted(p_values.items(), key=lambda item: (item[1], item[0]))
    passed = [at for at, (_, p) in enumerate(ranked, 1) if p <= FALSE_DISCOVERY_RATE * at / max(len(users), 1)]
    return dict(ranked[: max(passed, default=0)])


def _grouped(found: Mapping[str, float], users: Mapping[str, set[str]]) -> list[Burst]:
    """Put terms that mostly the same cases use together."""
    groups: list[tuple[list[str], set[str]]] = []
    for term in sorted(found, key=lambda term: (found[term], -len(term), term)):
        for terms, cases in groups:
            if len(cases & users[term]) >= SAME_BURST * len(cases | users[term]):
                terms.append(term)
                break
        else:
            groups.append(([term], set(users[term])))
    return [Burst(tuple(terms[:SHOWN_TERMS]), tuple(sorted(cases))) for terms, cases in groups]
