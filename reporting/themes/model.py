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
from typing import Self

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
        if not texts:
            return []
        with threadpool_limits(1):
            return self.assign_placed(self.space.place(texts))

    def assign_placed(self, placed: Matrix) -> list[Assignment]:
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
) -> ThemeModel:
    """Learn a model from texts that come in sampling order; repeated texts count once.

    Each text stands for so many: a million cases carry more themes than the sample of them would.
    """
    distinct = _distinct(texts)
    if len(distinct) < MIN_TEXTS:
        raise TooFewTextsError(f"Themes need {MIN_TEXTS} different texts. There are {len(distinct)}.")
    with threadpool_limits(1):
        space, placed = _learn_space(distinct, exclude)
        groups = min(themes or theme_count(round(len(distinct) * stands_for)), len(placed) // MIN_THEME_SIZE)
        return _finish(space, placed, _settled(placed, _agreed_groups(placed, groups)))


def refit(
    texts: Sequence[Words], belongs: Sequence[int | None], *, exclude: frozenset[str] = frozenset()
) -> ThemeModel:
    """Learn the space anew and move each theme to where its cases are; themes keep their position.

    `belongs` holds each text's present theme. Words that came up since the last fit become part of the model.
    """
    with threadpool_limits(1):
        space = Space.learn(texts, exclude=exclude)
        placed = space.place(texts)
        present = np.array([-1 if theme is None else theme for theme in belongs])
        starts = np.vstack([_middle(placed[present == theme]) for theme in range(int(present.max()) + 1)])
        return _finish(space, placed, _settled(placed, starts))


def _distinct(texts: Iterable[Words]) -> list[Words]:
    seen: dict[tuple[str, ...], Words] = {}
    for text in texts:
        if text:
            seen.setdefault(tuple(text), text)
        if len(seen) >= SAMPLE_SIZE:
            break
    return list(seen.values())


def _learn_space(texts: Sequence[Words], exclude: frozenset[str]) -> tuple[Space, Matrix]:
    try:
        space = Space.learn(texts, exclude=exclude)
    except ValueError as error:  # scikit-learn says so when no word is shared by enough texts
        raise TooFewTextsError("The texts have too few words in common.") from error
    placed = space.place(texts)
    return space, placed[np.abs(placed).sum(axis=1) > 0]


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
