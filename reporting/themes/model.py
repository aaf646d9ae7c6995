"""Group texts into themes whose identity lasts.

A model is learned once from a sample and kept: each theme is a direction (its centroid), and a new case joins the
nearest one, so last night's cases stay where they were. A case that lies between two themes joins none.
Everything is deterministic: texts are taken in the order of the hash of their id, seeds are fixed, and numbers are
rounded before they are kept, so the same cases give the same bytes.
"""

import hashlib
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, Self

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.cluster import KMeans
from sklearn.decomposition import TruncatedSVD
from sklearn.preprocessing import normalize
from threadpoolctl import threadpool_limits

from reporting.themes.features import Block, Matrix, Space, Words

SAMPLE_SIZE = 20_000
MIN_TEXTS = 60
MIN_THEME_SIZE = 5
ABSTAIN_SHARE = 0.18
VOTES = 10
Labels = npt.NDArray[np.intp]


class TooFewTextsError(ValueError):
    """There are not enough different texts to find themes in."""


@dataclass(frozen=True)
class Assignment:
    """Where one text belongs: `theme` is None when it lies between themes or says nothing known."""

    theme: int | None
    similarity: float
    margin: float


@dataclass(frozen=True)
class ThemeModel:
    space: Space
    centroids: Matrix
    margin: float

    def assign(self, texts: Sequence[Words]) -> list[Assignment]:
        """Return the theme of each text, in the order given."""
        return self.assign_placed(self.place(texts))

    def place(self, texts: Sequence[Words]) -> Matrix:
        """Return where each text lies."""
        if not texts:
            return np.zeros((0, self.centroids.shape[1]), np.float32)
        with threadpool_limits(1):
            return self.space.place(texts)

    def assign_placed(self, placed: Matrix) -> list[Assignment]:
        with threadpool_limits(1):
            nearest, similarity, margin = _nearest(placed, self.centroids)
        clear = (margin >= self.margin) & (similarity > 0)
        return [
            Assignment(int(theme) if sure else None, round(float(near), 4), round(float(gap), 4))
            for theme, near, gap, sure in zip(nearest, similarity, margin, clear, strict=True)
        ]

    def with_theme(self, placed: Matrix) -> Self:
        """Return the model with one more theme, at the middle of `placed`."""
        return replace(self, centroids=np.vstack([self.centroids, _middle(placed)]))

    def with_split(self, theme: int, placed: Matrix) -> Self:
        """Return the model with `theme` in two: the larger half keeps the place, the other is added at the end.

        Halves lie close together, so what counts as lying between two themes is taken less strictly afterwards.
        """
        with threadpool_limits(1):
            halves = KMeans(2, n_init=10, random_state=0).fit_predict(placed)
        larger = int((halves == 1).sum() > (halves == 0).sum())
        centroids = self.centroids.copy()
        centroids[theme] = _middle(placed[halves == larger])
        centroids = np.vstack([centroids, _middle(placed[halves != larger])])
        _, _, margins = _nearest(placed, centroids)
        return replace(self, centroids=centroids, margin=min(self.margin, _abstaining(margins)))

    def clear_share(self, placed: Matrix) -> float:
        """Return the share of `placed` that lies clearly in one theme."""
        _, _, margins = _nearest(placed, self.centroids)
        return float((margins >= self.margin).mean())

    def to_bytes(self) -> bytes:
        """Return the model as a plain archive of arrays: nothing in it can run."""
        buffer = io.BytesIO()
        arrays: dict[str, npt.NDArray[np.generic]] = {"centroids": self.centroids, "components": self.space.components}
        for at, block in enumerate(self.space.blocks):
            arrays[f"weights_{at}"] = block.weights
        header = {
            "margin": self.margin,
            "blocks": [{"analyzer": block.analyzer, "vocabulary": block.vocabulary} for block in self.space.blocks],
        }
        arrays["header"] = np.frombuffer(json.dumps(header, ensure_ascii=False).encode(), dtype=np.uint8)
        np.savez(buffer, allow_pickle=False, **arrays)
        return buffer.getvalue()

    @classmethod
    def from_bytes(cls, content: bytes) -> Self:
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            header = json.loads(arrays["header"].tobytes().decode())
            blocks = tuple(
                Block(entry["analyzer"], tuple(entry["vocabulary"]), arrays[f"weights_{at}"])
                for at, entry in enumerate(header["blocks"])
            )
            return cls(Space(blocks, arrays["components"]), arrays["centroids"], header["margin"])


class Fitted(NamedTuple):
    """A model, and where each of the texts that it was learned from lies in it."""

    model: ThemeModel
    placed: Matrix


def fingerprint(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def sampling_key(case_id: str) -> str:
    """Return what cases are ordered by, so that a sample depends on which cases there are and not on their order."""
    return hashlib.sha256(case_id.encode()).hexdigest()


def theme_count(texts: int) -> int:
    """Return how many themes a corpus of this size can carry: 7 at 200, 24 at 10,000, 95 at a million."""
    return int(min(120, max(4, round(1.5 * texts**0.3))))


def fit(
    texts: Iterable[Words], *, themes: int | None = None, stands_for: float = 1, exclude: frozenset[str] = frozenset()
) -> Fitted:
    """Learn a model from texts that come in sampling order; repeated texts count once.

    Each text stands for so many: a million cases carry more themes than the sample of them would.
    """
    texts = list(texts)
    numbers: dict[tuple[str, ...], int] = {}
    at = [numbers.setdefault(tuple(text), len(numbers)) if text else -1 for text in texts]
    if len(numbers) < MIN_TEXTS:
        raise TooFewTextsError(f"Themes need {MIN_TEXTS} different texts. There are {len(numbers)}.")
    with threadpool_limits(1):
        space, directions = _learn_space(list(numbers), exclude)
        known = directions[np.abs(directions).sum(axis=1) > 0]
        groups = min(themes or theme_count(round(len(numbers) * stands_for)), len(known) // MIN_THEME_SIZE)
        learned = _finish(space, known, _settled(known, _agreed_groups(known, groups)))
    nowhere = np.zeros_like(directions[:1])
    return Fitted(learned, np.vstack([directions, nowhere])[at])


def refit(texts: Sequence[Words], belongs: Sequence[int | None], *, exclude: frozenset[str] = frozenset()) -> Fitted:
    """Learn the space anew and move each theme to where its cases are; themes keep their position.

    `belongs` holds each text's present theme. Words that came up since the last fit become part of the model.
    """
    with threadpool_limits(1):
        space, placed = Space.learn(texts, exclude=exclude)
        present = np.array([-1 if theme is None else theme for theme in belongs])
        starts = np.vstack([_middle(placed[present == theme]) for theme in range(int(present.max()) + 1)])
        return Fitted(_finish(space, placed, _settled(placed, starts)), placed)


def _learn_space(texts: Sequence[Words], exclude: frozenset[str]) -> tuple[Space, Matrix]:
    try:
        return Space.learn(texts, exclude=exclude)
    except ValueError as error:  # no word is shared by enough texts
        raise TooFewTextsError("The texts have too few words in common.") from error


def _agreed_groups(placed: Matrix, groups: int) -> Matrix:
    """Return the centres of the groups that several runs of k-means agree on; one run alone depends on its start."""
    votes = [KMeans(groups, n_init=1, random_state=seed).fit_predict(placed) for seed in range(VOTES)]
    ballots = sparse.hstack([_indicator(vote, groups) for vote in votes]).tocsr()
    sizes = np.maximum(np.asarray(ballots.sum(axis=0)).ravel(), 1)
    agreement = TruncatedSVD(groups, random_state=0).fit_transform(ballots @ sparse.diags(1 / np.sqrt(sizes)))
    agreed = KMeans(groups, n_init=10, random_state=0).fit_predict(normalize(agreement))
    return _centres(placed, agreed, groups)


def _indicator(labels: Labels, groups: int) -> sparse.csr_matrix:
    rows = np.arange(len(labels))
    return sparse.csr_matrix((np.ones(len(labels), np.float32), (rows, labels)), shape=(len(labels), groups))


def _settled(placed: Matrix, centroids: Matrix) -> Matrix:
    """Return the centroids after each text has gone to its nearest one twice over."""
    for _ in range(2):
        nearest, _, _ = _nearest(placed, centroids)
        moved = _centres(placed, nearest, len(centroids))
        empty = ~np.isin(np.arange(len(centroids)), nearest)
        moved[empty] = centroids[empty]
        centroids = moved
    return centroids


def _centres(placed: Matrix, labels: Labels, groups: int) -> Matrix:
    return np.vstack([_middle(placed[labels == group]) for group in range(groups)])


def _middle(placed: Matrix) -> Matrix:
    if len(placed) == 0:
        return np.zeros((1, placed.shape[1]), np.float32)
    return np.asarray(normalize(placed.mean(axis=0, keepdims=True)).round(4), dtype=np.float32)


def _finish(space: Space, placed: Matrix, centroids: Matrix) -> ThemeModel:
    _, _, margins = _nearest(placed, centroids)
    return ThemeModel(space, centroids, _abstaining(margins))


def _abstaining(margins: Matrix) -> float:
    """Return the margin below which a text lies between themes."""
    return round(float(np.quantile(margins, ABSTAIN_SHARE)), 4)


def _nearest(placed: Matrix, centroids: Matrix) -> tuple[Labels, Matrix, Matrix]:
    """Return each text's nearest theme, how near it is, and how much nearer than the second."""
    closeness = placed @ centroids.T
    rows = np.arange(len(placed))
    nearest = closeness.argmax(axis=1)
    best = closeness[rows, nearest]
    if centroids.shape[0] == 1:
        return nearest, best, best
    closeness[rows, nearest] = -np.inf
    return nearest, best, best - closeness.max(axis=1)
