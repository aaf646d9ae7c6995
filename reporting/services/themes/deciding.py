"""What people decide about themes. The nights that follow respect it."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from core.errors import StaleVersionError, UserFacingError
from reporting import permissions
from reporting.choices import AlarmState, MembershipVerdict, ThemeChange, ThemeState
from reporting.models import MembershipDecision, Theme, ThemeCentroid, ThemeEvent, ThemeMembership
from reporting.permissions import ReportingAction
from reporting.services import facts
from reporting.services.themes import store
from reporting.services.themes.reading import Story, read_in_order
from reporting.themes.explain import weights_of
from reporting.themes.headings import MIXED
from reporting.themes.labels import name_themes
from reporting.themes.model import MIN_THEME_SIZE, ThemeModel

SPLIT_SAMPLE = 5_000


@transaction.atomic
def confirm_theme(*, theme_id: int, version: int, actor: User, now: datetime) -> Theme:
    theme = _changeable(theme_id, version, actor)
    theme.state = ThemeState.CONFIRMED
    theme.owner = theme.owner or actor
    return _save(theme, ThemeChange.CONFIRMED, ["state", "owner"], actor=actor, now=now)


@transaction.atomic
def rename_theme(*, theme_id: int, version: int, title: str, definition: str, actor: User, now: datetime) -> Theme:
    """Give the theme a name and a definition; the analysis never overwrites them."""
    theme = _changeable(theme_id, version, actor)
    before = theme.title
    theme.title, theme.definition = title, definition
    note = f"Was: {before}" if before != title else "New definition"
    return _save(theme, ThemeChange.RENAMED, ["title", "definition"], actor=actor, now=now, note=note)


@transaction.atomic
def give_owner(*, theme_id: int, version: int, owner: User, actor: User, now: datetime) -> Theme:
    theme = _changeable(theme_id, version, actor)
    theme.owner = owner
    return _save(theme, ThemeChange.OWNER_CHANGED, ["owner"], actor=actor, now=now, note=owner.full_name)


@transaction.atomic
def reject_theme(*, theme_id: int, version: int, reason: str, actor: User, now: datetime) -> Theme:
    """Say that this is not a theme. Its cases count under no theme, and cases like them will not either."""
    theme = _changeable(theme_id, version, actor)
    theme.state = ThemeState.REJECTED
    theme.alarms.standing().update(state=AlarmState.CLEARED)
    _save(theme, ThemeChange.REJECTED, ["state"], actor=actor, now=now, note=reason)
    facts.adopt_themes()
    return theme


@transaction.atomic
def restore_theme(*, theme_id: int, version: int, actor: User, now: datetime) -> Theme:
    """Take up again what was set aside as not a theme: its cases count under it as before."""
    theme = _locked(theme_id, version, actor)
    if theme.state != ThemeState.REJECTED:
        raise UserFacingError(f"{theme.reference} was not set aside: {theme.get_state_display().lower()}.")
    theme.state = ThemeState.CONFIRMED if theme.owner_id else ThemeState.SUGGESTED
    _save(theme, ThemeChange.RESTORED, ["state"], actor=actor, now=now)
    facts.adopt_themes()
    return theme


@transaction.atomic
def merge_themes(*, theme_id: int, version: int, into_id: int, actor: User, now: datetime) -> Theme:
    """Let the theme become part of another; return the one that is left. Cases that would have joined it join that."""
    theme = _changeable(theme_id, version, actor)
    target = Theme.objects.select_for_update(of=("self",)).get(pk=into_id)
    if target.pk == theme.pk or not target.is_live:
        raise UserFacingError("Choose another theme that is still in use.")
    ThemeCentroid.objects.filter(theme=theme).update(theme=target)
    ThemeMembership.objects.filter(theme=theme).update(theme=target)
    _carry_decisions(theme, target)
    theme.alarms.standing().update(state=AlarmState.CLEARED)
    theme.state, theme.merged_into = ThemeState.MERGED, target
    _save(theme, ThemeChange.MERGED, ["state", "merged_into"], actor=actor, now=now, other=target)
    ThemeEvent.objects.create(theme=target, change=ThemeChange.MERGED, other=theme, happened_at=now, actor=actor)
    facts.adopt_themes()
    return target


def _carry_decisions(theme: Theme, target: Theme) -> None:
    """A case that a person put into the merged theme belongs to the other one; refusals end with the theme."""
    known = MembershipDecision.objects.filter(theme=target).values("case")
    theme.decisions.filter(verdict=MembershipVerdict.BELONGS).exclude(case__in=known).update(theme=target)
    theme.decisions.all().delete()


@transaction.atomic
def split_theme(*, theme_id: int, version: int, actor: User, now: datetime) -> Theme:
    """Divide the theme in two by what its cases say; return the new one. The larger part keeps name and history."""
    theme = _changeable(theme_id, version, actor)
    active = store.active_model()
    centroid = ThemeCentroid.objects.filter(theme=theme, model=active).order_by("position").first()
    members = theme.memberships.filter(is_pinned=False).order_by("-similarity", "case_id")
    stories = list(read_in_order(list(members.values_list("case_id", flat=True)[:SPLIT_SAMPLE])))
    if active is None or centroid is None or len(stories) < 2 * MIN_THEME_SIZE:
        raise UserFacingError(f"{theme.reference} has too few cases to split. It needs {2 * MIN_THEME_SIZE}.")
    model = store.load(active)
    wider = model.with_split(centroid.position, model.place([story.content for story in stories]))
    row = store.replace_model(active, wider, now=now)
    new = _name_part(wider, stories, number=store.next_number())
    position = len(wider.centroids) - 1
    ThemeCentroid.objects.create(model=row, position=position, theme=new)
    theme.term_weights = weights_of(wider, centroid.position)
    _move(theme, new, _nearer(wider, stories, centroid.position, position))
    _save(theme, ThemeChange.SPLIT, ["term_weights"], actor=actor, now=now, other=new)
    ThemeEvent.objects.create(theme=new, change=ThemeChange.SPLIT, other=theme, happened_at=now, actor=actor)
    facts.adopt_themes()
    return new


def _nearer(model: ThemeModel, stories: list[Story], old: int, new: int) -> list[Story]:
    """Return the stories that lie nearer to the new part than to the old one."""
    closeness = model.place([story.content for story in stories]) @ model.centroids[[old, new]].T
    return [story for story, (to_old, to_new) in zip(stories, closeness, strict=True) if to_new > to_old]


def _name_part(model: ThemeModel, stories: list[Story], *, number: int) -> Theme:
    position = len(model.centroids) - 1
    found = model.assign([story.content for story in stories])
    part = [story for story, one in zip(stories, found, strict=True) if one.theme == position]
    rest = [story for story, one in zip(stories, found, strict=True) if one.theme != position]
    parts = {0: [story.for_label() for story in part[:200]], 1: [story.for_label() for story in rest[:200]]}
    label = name_themes(parts, sizes={0: len(part), 1: len(rest)})[0] if part and rest else None
    title = label.title[:120] if label else MIXED
    return Theme.objects.create(
        number=number, title=title, suggested_title=title, terms=list(label.terms) if label else [],
        term_weights=weights_of(model, position),
    )  # fmt: skip


def _move(theme: Theme, new: Theme, stories: list[Story]) -> None:
    """Move the cases, and let the next night read again those of a large theme that were not looked at."""
    ids = [story.case_id for story in stories]
    ThemeMembership.objects.filter(theme=theme, case__in=ids).update(theme=new)
    if theme.memberships.count() + len(ids) > SPLIT_SAMPLE:
        theme.memberships.filter(is_pinned=False).update(text_digest="")


def _changeable(theme_id: int, version: int, actor: User) -> Theme:
    theme = _locked(theme_id, version, actor)
    if not theme.is_live:
        raise UserFacingError(f"{theme.reference} is no longer a theme: {theme.get_state_display().lower()}.")
    return theme


def _locked(theme_id: int, version: int, actor: User) -> Theme:
    permissions.require(actor, ReportingAction.MANAGE_THEMES)
    theme = Theme.objects.select_for_update(of=("self",)).get(pk=theme_id)
    if theme.version != version:
        raise StaleVersionError(f"Somebody changed {theme.reference} after you opened it. Look at it again.")
    return theme


def _save(
    theme: Theme,
    change: ThemeChange,
    fields: list[str],
    *,
    actor: User,
    now: datetime,
    note: str = "",
    other: Theme | None = None,
) -> Theme:
    theme.version += 1
    theme.save(update_fields=[*fields, "version", "updated_at"])
    ThemeEvent.objects.create(theme=theme, change=change, other=other, happened_at=now, actor=actor, note=note[:300])
    return theme
