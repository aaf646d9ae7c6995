"""Turn words into directions in a space where texts about the same thing point the same way."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import normalize

from reporting.themes.text import stem

Matrix = npt.NDArray[np.float32]
Words = Sequence[str]

MAX_TERMS = 20_000
MAX_FRAGMENTS = 30_000
SMALL_CORPUS = 400
MAX_DIMENSIONS = 200
TEXTS_PER_DIMENSION = 15
# Below this median length single words are too few to overlap, so fragments of words are compared as well.
SHORT_TEXT_WORDS = 30


def stems_and_pairs(text: Words) -> list[str]:
    """Return the stems of `text`, and each two that follow one another."""
    stems = [stem(word) for word in text]
    return stems + [f"{first} {second}" for first, second in pairwise(stems)]


@lru_cache(maxsize=100_000)
def _fragments_of(word: str) -> tuple[str, ...]:
    padded = f" {word} "
    return tuple(padded[start : start + size] for size in (3, 4, 5) for start in range(max(1, len(padded) - size + 1)))


def fragments(text: Words) -> list[str]:
    """Return the pieces of three to five letters within each word: they survive inflection and typing slips."""
    return [piece for word in text for piece in _fragments_of(word)]


ANALYZERS: dict[str, Callable[[Words], list[str]]] = {"terms": stems_and_pairs, "fragments": fragments}


@dataclass(frozen=True)
class Block:
    """One vocabulary with the weight of each entry; a text's values in a block have length one."""

    analyzer: str
    vocabulary: tuple[str, ...]
    weights: npt.NDArray[np.float32]

    @classmethod
    def learn(cls, analyzer: str, texts: Sequence[Words], *, limit: int, exclude: frozenset[str]) -> "Block":
        vectorizer = _vectorizer(
            analyzer, min_df=3 if len(texts) >= SMALL_CORPUS else 2, max_df=0.4, max_features=limit
        )
        vectorizer.fit(texts)
        known = zip(vectorizer.get_feature_names_out(), vectorizer.idf_, strict=True)
        kept = [(term, weight) for term, weight in known if exclude.isdisjoint(term.split())]
        return cls(analyzer, tuple(term for term, _ in kept), np.array([weight for _, weight in kept], np.float32))

    def values(self, texts: Iterable[Words]) -> sparse.csr_matrix:
        vectorizer = _vectorizer(self.analyzer, vocabulary={term: at for at, term in enumerate(self.vocabulary)})
        vectorizer.idf_ = self.weights
        return vectorizer.transform(texts)


def _vectorizer(analyzer: str, **options: Any) -> TfidfVectorizer:
    return TfidfVectorizer(analyzer=ANALYZERS[analyzer], sublinear_tf=True, dtype=np.float32, **options)


@dataclass(frozen=True)
class Space:
    """The blocks, and the few directions of them in which the learning texts differ most."""

    blocks: tuple[Block, ...]
    components: npt.NDArray[np.float16]

    @classmethod
    def learn(cls, texts: Sequence[Words], *, exclude: frozenset[str] = frozenset()) -> "Space":
        """Learn from `texts`; `exclude` holds stems that may not become part of the model (people's names)."""
        blocks = [Block.learn("terms", texts, limit=MAX_TERMS, exclude=exclude)]
        if np.median([len(text) for text in texts]) < SHORT_TEXT_WORDS:
            blocks.append(Block.learn("fragments", texts, limit=MAX_FRAGMENTS, exclude=frozenset()))
        values = _stacked(blocks, texts)
        dimensions = min(max(10, len(texts) // TEXTS_PER_DIMENSION), MAX_DIMENSIONS, values.shape[1] - 1)
        svd = TruncatedSVD(dimensions, random_state=0).fit(values)
        return cls(tuple(blocks), svd.components_.astype(np.float16))

    def place(self, texts: Sequence[Words]) -> Matrix:
        """Return one direction of length one per text; a text without a known word gets zeros."""
        values = [block.values(texts) for block in self.blocks]
        placed = normalize(sparse.hstack(values).tocsr() @ self.components.T.astype(np.float32))
        placed[values[0].getnnz(axis=1) == 0] = 0  # letters alone are in everything, in what makes no sense too
        return np.asarray(placed, dtype=np.float32)

    def term_weights(self, direction: Matrix) -> npt.NDArray[np.float32]:
        """Return how far each entry of the first block pulls a text towards `direction`."""
        block = self.blocks[0]
        pull = self.components[:, : len(block.vocabulary)].T.astype(np.float32) @ direction
        return np.asarray(pull * block.weights, dtype=np.float32)


def _stacked(blocks: Sequence[Block], texts: Sequence[Words]) -> sparse.csr_matrix:
    return sparse.hstack([block.values(texts) for block in blocks]).tocsr()
