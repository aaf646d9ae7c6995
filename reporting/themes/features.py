"""Turn words into directions in a space where texts about the same thing point the same way."""

from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.decomposition import TruncatedSVD
from sklearn.preprocessing import normalize

from reporting.themes.text import stem

Matrix = npt.NDArray[np.float32]
Words = Sequence[str]

MAX_TERMS = 20_000
MAX_FRAGMENTS = 30_000
SMALL_CORPUS = 400
LARGEST_SHARE = 0.4
MAX_DIMENSIONS = 200
TEXTS_PER_DIMENSION = 15
# Below this median length single words are too few to overlap, so fragments of words are compared as well.
SHORT_TEXT_WORDS = 30


def stems_and_pairs(text: Words) -> list[str]:
    """Return the stems of `text`, and each two that follow one another."""
    stems = [stem(word) for word in text]
    return stems + [f"{first} {second}" for first, second in pairwise(stems)]


def _fragments_of(word: str) -> list[str]:
    """Return the pieces of three to five letters of a word: they survive inflection and typing slips."""
    padded = f" {word} "
    return [padded[start : start + size] for size in (3, 4, 5) for start in range(max(1, len(padded) - size + 1))]


class _Growing(dict[str, int]):
    """Gives each entry that is asked for a number of its own."""

    def __missing__(self, entry: str) -> int:
        self[entry] = number = len(self)
        return number


class _Known(dict[str, int]):
    """Has one number more, for every entry that it does not hold."""

    def __missing__(self, entry: str) -> int:
        return len(self)


Numbers = _Growing | _Known


def _tally(rows: Iterable[Iterable[str]], numbers: Numbers) -> sparse.csr_matrix:
    """Return how often each row has each entry of `numbers`."""
    found, bounds = array("i"), [0]
    for row in rows:
        found.extend(map(numbers.__getitem__, row))
        bounds.append(len(found))
    width = len(numbers) + isinstance(numbers, _Known)
    ones = np.ones(len(found), np.float32)
    counts = sparse.csr_matrix((ones, np.array(found), bounds), shape=(len(bounds) - 1, width))
    counts.sum_duplicates()
    return counts[:, : len(numbers)]


def _count_terms(texts: Iterable[Words], numbers: Numbers) -> sparse.csr_matrix:
    return _tally(map(stems_and_pairs, texts), numbers)


def _count_fragments(texts: Iterable[Words], numbers: Numbers) -> sparse.csr_matrix:
    """Count word by word: each word is cut up once, however many texts it stands in."""
    words = _Growing()
    in_texts = _tally(texts, words)
    return in_texts @ _tally(map(_fragments_of, words), numbers)


ANALYZERS: dict[str, Callable[[Iterable[Words], Numbers], sparse.csr_matrix]] = {
    "terms": _count_terms,
    "fragments": _count_fragments,
}


@dataclass(frozen=True)
class Block:
    """One vocabulary with the weight of each entry; a text's values in a block have length one."""

    analyzer: str
    vocabulary: tuple[str, ...]
    weights: npt.NDArray[np.float32]

    @classmethod
    def learn(
        cls, analyzer: str, texts: Sequence[Words], *, limit: int, exclude: frozenset[str]
    ) -> tuple["Block", sparse.csr_matrix]:
        """Return the block, and the values in it of the texts that it was learned from."""
        numbers = _Growing()
        counts = ANALYZERS[analyzer](texts, numbers)
        entries = list(numbers)
        kept = [at for at in _telling(counts, entries, limit) if exclude.isdisjoint(entries[at].split())]
        frequency = np.bincount(counts.indices, minlength=counts.shape[1])[kept].astype(np.float32)
        weights = np.log(np.float32(len(texts) + 1) / (frequency + np.float32(1))) + np.float32(1)
        block = cls(analyzer, tuple(entries[at] for at in kept), weights)
        return block, block._weighed(counts[:, kept])

    def values(self, texts: Iterable[Words]) -> sparse.csr_matrix:
        numbers = _Known((entry, at) for at, entry in enumerate(self.vocabulary))
        return self._weighed(ANALYZERS[self.analyzer](texts, numbers))

    def _weighed(self, counts: sparse.csr_matrix) -> sparse.csr_matrix:
        counts.sort_indices()  # sums of rounded numbers depend on their order
        counts.data = (np.log(counts.data) + np.float32(1)) * self.weights[counts.indices]
        return normalize(counts, copy=False)


def _telling(counts: sparse.csr_matrix, entries: Sequence[str], limit: int) -> list[int]:
    """Return which entries are in enough texts and not in most, in the order of the alphabet; the most used if too many."""
    texts = counts.shape[0]
    least = 3 if texts >= SMALL_CORPUS else 2
    frequency = np.bincount(counts.indices, minlength=len(entries))
    able = np.flatnonzero((frequency >= least) & (frequency <= LARGEST_SHARE * texts)).tolist()
    if not able:
        raise ValueError("No word is in enough texts.")
    able.sort(key=entries.__getitem__)
    if len(able) <= limit:
        return able
    uses = np.asarray(counts.sum(axis=0)).ravel()[able]
    return [able[at] for at in np.sort((-uses).argsort()[:limit])]


@dataclass(frozen=True)
class Space:
    """The blocks, and the few directions of them in which the learning texts differ most."""

    blocks: tuple[Block, ...]
    components: npt.NDArray[np.float16]

    @classmethod
    def learn(cls, texts: Sequence[Words], *, exclude: frozenset[str] = frozenset()) -> tuple["Space", Matrix]:
        """Return a space learned from `texts`, and where each of them lies in it.

        `exclude` holds stems that may not become part of the model (people's names).
        """
        learned = [Block.learn("terms", texts, limit=MAX_TERMS, exclude=exclude)]
        if np.median([len(text) for text in texts]) < SHORT_TEXT_WORDS:
            learned.append(Block.learn("fragments", texts, limit=MAX_FRAGMENTS, exclude=frozenset()))
        blocks, values = zip(*learned, strict=True)
        stacked = sparse.hstack(values).tocsr()
        dimensions = min(max(10, len(texts) // TEXTS_PER_DIMENSION), MAX_DIMENSIONS, stacked.shape[1] - 1)
        svd = TruncatedSVD(dimensions, random_state=0).fit(stacked)
        space = cls(blocks, svd.components_.astype(np.float16))
        return space, space._directions(stacked, values[0])

    def place(self, texts: Sequence[Words]) -> Matrix:
        """Return one direction of length one per text; a text without a known word gets zeros."""
        values = [block.values(texts) for block in self.blocks]
        return self._directions(sparse.hstack(values).tocsr(), values[0])

    @cached_property
    def _projection(self) -> Matrix:
        return self.components.T.astype(np.float32)

    def _directions(self, stacked: sparse.csr_matrix, words: sparse.csr_matrix) -> Matrix:
        placed = normalize(stacked @ self._projection)
        placed[words.getnnz(axis=1) == 0] = 0  # letters alone are in everything, in what makes no sense too
        return np.asarray(placed, dtype=np.float32)

    def term_weights(self, direction: Matrix) -> npt.NDArray[np.float32]:
        """Return how far each entry of the first block pulls a text towards `direction`."""
        block = self.blocks[0]
        pull = self._projection[: len(block.vocabulary)] @ direction
        return np.asarray(pull * block.weights, dtype=np.float32)
