"""Keep models and the themes that their places stand for."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Max

from accounts.models import User
from reporting.choices import ThemeChange, ThemeState
from reporting.models import LearnedModel, Theme, ThemeCentroid, ThemeEvent
from reporting.services.themes.learning import Learned
from reporting.themes.headings import MIXED
from reporting.themes.model import ThemeModel, fingerprint

KEPT_MODELS = 3


def active_model() -> LearnedModel | None:
    return LearnedModel.objects.filter(is_active=True).first()


def load(row: LearnedModel) -> ThemeModel:
    return ThemeModel.from_bytes(bytes(row.content))


def themes_at(row: LearnedModel) -> dict[int, Theme]:
    """Return the theme that each place of the model stands for."""
    centroids = ThemeCentroid.objects.filter(model=row).select_related("theme").defer("theme__term_weights")
    return {centroid.position: centroid.theme for centroid in centroids}


def keep_model(
    learned: Learned, *, learned_from: int, now: datetime, at_positions: Mapping[int, int] | None, actor: User
) -> LearnedModel:
    """Write the model, make it the active one and give every place its theme.

    `at_positions` names the theme of the places that carry on; every other place becomes a new theme.
    """
    row = keep_content(learned.model, learned_from=learned_from, now=now)
    carried = dict(at_positions or {})
    for position in _largest_first(learned, carried):
        theme = _new_theme(learned, position)
        carried[position] = theme.pk
        parent = carried.get(learned.parents[position]) if position in learned.parents else None
        _record_birth(theme, parent, actor=actor, now=now)
    ThemeCentroid.objects.bulk_create(
        ThemeCentroid(model=row, position=position, theme_id=theme) for position, theme in sorted(carried.items())
    )
    for position in at_positions or {}:
        if position in learned.labels:
            Theme.objects.filter(pk=carried[position]).update(
                terms=list(learned.labels[position].terms), term_weights=learned.weights[position]
            )
    return row


def keep_content(learned: ThemeModel, *, learned_from: int, now: datetime) -> LearnedModel:
    """Write the model and make it the active one; the words of models long replaced are let go."""
    content = learned.to_bytes()
    LearnedModel.objects.filter(is_active=True).update(is_active=False)
    row = LearnedModel.objects.create(
        content=content, sha256=fingerprint(content), made_at=now, learned_from=learned_from, is_active=True
    )
    recent = LearnedModel.objects.order_by("-pk").values_list("pk", flat=True)[:KEPT_MODELS]
    LearnedModel.objects.exclude(pk__in=list(recent)).update(content=b"")
    return row


def replace_model(
    old: LearnedModel, learned: ThemeModel, *, now: datetime, has_new_words: bool = False
) -> LearnedModel:
    """Make `learned`, which has the places of `old` and one more, the active model; the old places keep their themes.

    With `has_new_words` the next night learns the words anew, so that cases can be told by them.
    """
    row = keep_content(learned, learned_from=0 if has_new_words else old.learned_from, now=now)
    ThemeCentroid.objects.bulk_create(
        ThemeCentroid(model=row, position=position, theme_id=theme)
        for position, theme in old.centroids.order_by("position").values_list("position", "theme_id")
    )
    return row


def _largest_first(learned: Learned, carried: Mapping[int, int]) -> list[int]:
    """Return the places without a theme, in the order in which labels were given: by size."""
    named = [position for position in learned.labels if position not in carried]
    rest = [at for at in range(len(learned.model.centroids)) if at not in carried and at not in learned.labels]
    return named + rest


def _new_theme(learned: Learned, position: int) -> Theme:
    label = learned.labels.get(position)
    title = label.title[:120] if label else MIXED
    return Theme.objects.create(
        number=next_number(),
        title=title,
        suggested_title=title,
        terms=list(label.terms) if label else [],
        term_weights=learned.weights.get(position, {}),
    )


def next_number() -> int:
    return (Theme.objects.aggregate(last=Max("number"))["last"] or 0) + 1


def _record_birth(theme: Theme, parent: int | None, *, actor: User, now: datetime) -> None:
    ThemeEvent.objects.create(
        theme=theme,
        change=ThemeChange.SPLIT if parent else ThemeChange.FOUND,
        other_id=parent,
        happened_at=now,
        actor=actor,
    )


def retire_themes_without_place(row: LearnedModel, *, actor: User, now: datetime) -> None:
    """After learning from nothing, close the themes that the new model knows nothing of."""
    former = list(Theme.objects.live().exclude(centroids__model=row).order_by("number"))
    Theme.objects.filter(pk__in=[theme.pk for theme in former]).update(state=ThemeState.RETIRED, updated_at=now)
    ThemeEvent.objects.bulk_create(
        ThemeEvent(theme=theme, change=ThemeChange.RETIRED, happened_at=now, actor=actor) for theme in former
    )
