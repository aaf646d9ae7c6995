"""Say why a case belongs to a theme: the sentence that matched, and the words in it that did."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from heapq import nlargest

import numpy as np

from reporting.themes.features import stems_and_pairs
from reporting.themes.model import ThemeModel
from reporting.themes.text import content_words, stem

KEPT_WEIGHTS = 200
STRONGEST, ENOUGH = 30, 3
MAX_SENTENCE = 300
SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")


@dataclass(frozen=True)
class Evidence:
    """The part of a text from `start` to `end` that speaks most for the theme, and its words that do."""

    start: int
    end: int
    terms: tuple[str, ...]


def weights_of(model: ThemeModel, theme: int) -> dict[str, float]:
    """Return the stems and pairs that pull a case towards `theme`, strongest first: enough to explain it later."""
    pull = model.space.term_weights(model.centroids[theme])
    order = np.argsort(-pull, kind="stable")[:KEPT_WEIGHTS]
    vocabulary = model.space.blocks[0].vocabulary
    return {vocabulary[at]: round(float(pull[at]), 4) for at in order if pull[at] > 0}


def speaks_of(text: str, weights: Mapping[str, float]) -> bool:
    """Return whether a text holds enough of what a theme is most about."""
    strongest = nlargest(STRONGEST, weights, key=lambda term: weights[term])
    return len({*stems_and_pairs(content_words(text))} & {*strongest}) >= ENOUGH


def evidence(text: str, weights: Mapping[str, float]) -> Evidence | None:
    """Return the sentence of `text` that speaks most for the theme, or nothing if none does."""
    best, best_score = None, 0.0
    for start, end in sentences(text):
        terms = content_words(text[start:end])
        score = sum(weights.get(term, 0.0) for term in set(stems_and_pairs(terms))) / (len(terms) + 4) ** 0.5
        if score > best_score:
            best, best_score = (start, end, terms), score
    if best is None:
        return None
    start, end, terms = best
    strongest = sorted({term for term in terms if stem(term) in weights}, key=lambda term: (-weights[stem(term)], term))
    return Evidence(start, end, tuple(strongest[:5]))


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each sentence begins and ends; what has no full stop is cut at a space."""
    start = 0
    for boundary in [*SENTENCE_END.finditer(text), None]:
        end = boundary.start() if boundary else len(text)
        yield from _pieces(text, start, end)
        start = boundary.end() if boundary else end


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while end - start > MAX_SENTENCE:
        cut = text.rfind(" ", start + 1, start + MAX_SENTENCE)
        cut = cut if cut > start else start + MAX_SENTENCE
        yield start, cut
        start = cut + (text[cut : cut + 1] == " ")
    if text[start:end].strip():
        yield start, end
