"""Put cases where the model says, unless a person has said otherwise."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db.models.functions import Now

from reporting.choices import MembershipVerdict
from reporting.models import AnalysisRun, MembershipDecision, Theme, ThemeMembership
from reporting.services.themes.reading import Story
from reporting.themes.features import Matrix
from reporting.themes.model import ThemeModel

NOWHERE = -1


# One case with where the model puts it, without its text: a million of them take 46 MB. No theme is -1.
PLACED = np.dtype(
    [("case", "i8"), ("day", "i4"), ("digest", "S16"), ("theme", "i2"), ("similarity", "f8"), ("margin", "f8")]
)
Places = npt.NDArray[np.void]


class Known:
    """Where stories lie that a model was learned from: read and placed once, they need not be again."""

    def __init__(self, stories: Sequence[Story] = (), placed: Matrix | None = None) -> None:
        self._rows = {(story.case_id, story.digest): at for at, story in enumerate(stories)}
        self._placed = placed

    def directions(self, learned: ThemeModel, batch: Sequence[Story]) -> Matrix:
        """Return where each story of `batch` lies in the model."""
        found = [self._rows.get((story.case_id, story.digest), -1) for story in batch]
        new = [story.content for story, at in zip(batch, found, strict=True) if at < 0]
        if len(new) == len(batch) or self._placed is None:
            return learned.place(new)
        placed = self._placed[found]
        if new:
            placed[np.array(found) < 0] = learned.place(new)
        return placed


def place(learned: ThemeModel, batch: Sequence[Story], known: Known | None = None) -> Places:
    """Return where the model puts each story; the texts themselves are let go."""
    found = learned.assign_placed((known or Known()).directions(learned, batch))
    rows = [
        (story.case_id, story.received_day.toordinal(), story.digest, NOWHERE if one.theme is None else one.theme,
         one.similarity, one.margin)
        for story, one in zip(batch, found, strict=True)
    ]  # fmt: skip
    return np.array(rows, dtype=PLACED)


def write_places(run: AnalysisRun, batch: Places, themes: Mapping[int, Theme]) -> None:
    """Write where cases belong; what people decided comes before what the model says."""
    by_case = {one["case"].item(): one for one in batch}
    decided = _decisions(by_case)
    before = dict(ThemeMembership.objects.filter(case__in=by_case).values_list("case_id", "theme_id"))
    rows = [_membership(one, themes, *decided.get(case_id, (None, set()))) for case_id, one in by_case.items()]
    ThemeMembership.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["case"],
        update_fields=["theme", "received_day", "similarity", "margin", "is_pinned", "text_digest"],
    )
    run.cases_read += len(rows)
    run.cases_moved += sum(row.case_id in before and before[row.case_id] != row.theme_id for row in rows)
    AnalysisRun.objects.filter(pk=run.pk).update(alive_at=Now(), cases_read=run.cases_read)


def _membership(one: np.void, themes: Mapping[int, Theme], pinned: int | None, refused: set[int]) -> ThemeMembership:
    row: Any = one.item()
    case_id, day, digest, place_of_theme, similarity, margin = row
    theme = None if place_of_theme == NOWHERE else themes[place_of_theme].pk
    return ThemeMembership(
        case_id=case_id,
        theme_id=pinned or (None if theme in refused else theme),
        received_day=date.fromordinal(day),
        similarity=similarity,
        margin=margin,
        is_pinned=pinned is not None,
        text_digest=digest.decode(),
    )


def _decisions(case_ids: Iterable[int]) -> dict[int, tuple[int | None, set[int]]]:
    """Return for each case the theme that a person put it in, and those that a person took it out of."""
    decided: dict[int, tuple[int | None, set[int]]] = {}
    rows = MembershipDecision.objects.filter(case__in=case_ids).order_by("decided_at")
    for case_id, theme_id, verdict in rows.values_list("case_id", "theme_id", "verdict"):
        pinned, refused = decided.get(case_id, (None, set()))
        if verdict == MembershipVerdict.BELONGS:
            pinned = theme_id
        elif verdict == MembershipVerdict.DOES_NOT_BELONG:
            refused.add(theme_id)
        decided[case_id] = pinned, refused
    return decided
