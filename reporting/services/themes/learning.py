"""Learn a model: the first one from nothing, later ones from where the themes are."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from django.db.models import QuerySet

from cases.models import Case
from policies.models import Category, Product
from reporting.services.themes.placing import Known
from reporting.services.themes.reading import Story, read_in_order, sample
from reporting.themes import labels, model
from reporting.themes.explain import weights_of
from reporting.themes.features import Matrix
from reporting.themes.labels import Label
from reporting.themes.model import Assignment, ThemeModel
from reporting.themes.privacy import NameFinder, name_words
from reporting.themes.text import stem

LABEL_CASES = 200
GROWTH_A_REFIT = 0.1
KEPT_SHARE = 0.95
CLEAR_AFTER_SPLIT = 0.6


@dataclass(frozen=True)
class Learned:
    """A model with a label and the explaining weights for each place in it, and where the cases lie that it was read from.

    `parents` says for a place that was split off from which one.
    """

    model: ThemeModel
    labels: dict[int, Label]
    weights: dict[int, dict[str, float]]
    parents: dict[int, int]
    known: Known


class Sample:
    """The stories that a model is learned from, with the names in them found."""

    def __init__(self, case_ids: list[int]) -> None:
        self._finder = NameFinder()
        self.stories: list[Story] = []
        self.contents: list[list[str]] = []
        for story in read_in_order(case_ids):
            self._finder.read(story.text, story.names)
            self.stories.append(story)
            self.contents.append(story.content)
        things = _names_of_things()
        self.names = self._finder.names(allowed=things)
        self.spellings = self._finder.spellings(allowed=things)
        self.hidden_stems = frozenset(stem(name) for name in self.names)

    def describe(self, learned: ThemeModel, placed: Matrix, parents: dict[int, int] | None = None) -> Learned:
        """Return `learned` with a label for each theme, from the cases nearest to it; `placed` is where all lie."""
        found = learned.assign_placed(placed)
        members: dict[int, list[tuple[float, Story]]] = defaultdict(list)
        for story, assigned in zip(self.stories, found, strict=True):
            if assigned.theme is not None:
                members[assigned.theme].append((-assigned.similarity, story))
        nearest = {
            theme: [story.for_label() for _, story in sorted(of, key=lambda pair: pair[0])[:LABEL_CASES]]
            for theme, of in members.items()
        }
        sizes = {theme: len(of) for theme, of in members.items()}
        named = labels.name_themes(nearest, sizes=sizes, names=self.names, spellings=self.spellings)
        weights = {theme: weights_of(learned, theme) for theme in named}
        return Learned(learned, named, weights, parents or {}, Known(self.stories, placed))


def learn(cases: QuerySet[Case], *, themes: int | None) -> Learned:
    """Learn themes from nothing."""
    read = Sample(sample(cases))
    stands_for = cases.count() / max(len(read.stories), 1)
    found = model.fit(read.contents, themes=themes, stands_for=stands_for, exclude=read.hidden_stems)
    return read.describe(found.model, found.placed)


def relearn(case_ids: list[int], places: dict[int, int], *, total: int, may_split: Sequence[int]) -> Learned | None:
    """Learn the words anew and leave the themes where they are; `places` holds the present place of each case.

    Themes in `may_split` may be split where the cases have outgrown them. Nothing is returned when too many cases
    would change their theme: then the model stays as it is.
    """
    read = Sample(case_ids)
    before = [places.get(story.case_id) for story in read.stories]
    renewed, placed = model.refit(read.contents, before, exclude=read.hidden_stems)
    if _kept_share(before, renewed.assign_placed(placed)) < KEPT_SHARE:
        return None
    wanted = model.theme_count(total) - len(renewed.centroids)
    most = max(1, int(len(renewed.centroids) * GROWTH_A_REFIT))
    grown, parents = _grow(renewed, placed, splits=max(0, min(wanted, most)), may_split=may_split)
    return read.describe(grown, placed, parents)


def _kept_share(before: Sequence[int | None], after: Sequence[Assignment]) -> float:
    pairs = [(old, new.theme) for old, new in zip(before, after, strict=True) if None not in (old, new.theme)]
    return sum(old == new for old, new in pairs) / len(pairs) if pairs else 1.0


def _grow(
    learned: ThemeModel, placed: Matrix, *, splits: int, may_split: Sequence[int]
) -> tuple[ThemeModel, dict[int, int]]:
    """Split the widest themes that fall into two parts which most of their cases clearly belong to one of."""
    parents: dict[int, int] = {}
    for theme in _widest_first(learned.assign_placed(placed), may_split):
        if len(parents) == splits:
            break
        of_theme = placed[np.array([one.theme == theme for one in learned.assign_placed(placed)])]
        if len(of_theme) < 2 * model.MIN_THEME_SIZE:
            continue
        wider = learned.with_split(theme, of_theme)
        if replace(wider, margin=learned.margin).clear_share(of_theme) >= CLEAR_AFTER_SPLIT:
            learned = wider
            parents[len(learned.centroids) - 1] = theme
    return learned, parents


def _widest_first(assigned: Sequence[Assignment], may_split: Sequence[int]) -> list[int]:
    """Return the themes by how far their cases lie from the middle, taken together."""
    width: dict[int, float] = defaultdict(float)
    for one in assigned:
        if one.theme is not None and one.theme in may_split:
            width[one.theme] += 1 - one.similarity
    return sorted(width, key=lambda theme: (-width[theme], theme))


def _names_of_things() -> frozenset[str]:
    """Return the words of products and categories: capitalised, and nobody's name."""
    return name_words(
        [*Product.objects.values_list("name", flat=True), *Category.objects.values_list("name", flat=True)]
    )
