"""Words that nobody used before: suggested as a theme, and a person decides."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from cases.models import Case
from core.errors import UserFacingError
from policies.models import Category, Product
from reporting import permissions
from reporting.choices import MembershipVerdict, SuggestionState, ThemeChange, ThemeState
from reporting.models import Theme, ThemeCentroid, ThemeEvent, ThemeSuggestion
from reporting.permissions import ReportingAction
from reporting.services.themes import memberships, store
from reporting.services.themes.reading import Story, read_in_order, sample
from reporting.themes.bursts import Burst, find_bursts
from reporting.themes.explain import weights_of
from reporting.themes.privacy import NameFinder, name_words

RECENT_DAYS = 28
YEAR_DAYS = 365
COMPARED = 10_000


def suggest(*, as_of: date) -> None:
    """Write down which new words the last four weeks' cases share; what was suggested before is not repeated."""
    start = as_of - timedelta(days=RECENT_DAYS)
    recent = _received(start, as_of)
    before = sample(_received(start - timedelta(days=YEAR_DAYS), start), COMPARED)
    if not before:
        return
    finder = NameFinder()
    stories = {str(story.case_id): story for story in read_in_order(sample(recent, COMPARED))}
    for story in stories.values():
        finder.read(story.text, story.names)
    earlier = (_words(story) for story in read_in_order(before))
    words = {case_id: _words(story) for case_id, story in stories.items()}
    things = [*Product.objects.values_list("name", flat=True), *Category.objects.values_list("name", flat=True)]
    for burst in find_bursts(words, earlier, names=finder.names(allowed=name_words(things))):
        if len({stories[case_id].person for case_id in burst.cases}) >= 3:
            _keep(burst, as_of)


def _received(after: date, until: date) -> "QuerySet[Case]":
    return Case.objects.filter(theme_membership__received_day__gt=after, theme_membership__received_day__lte=until)


def _words(story: Story) -> list[str]:
    return list(story.for_label().words)


@transaction.atomic
def _keep(burst: Burst, as_of: date) -> None:
    suggestion, is_new = ThemeSuggestion.objects.get_or_create(
        key=burst.terms[0][:80], defaults={"terms": list(burst.terms), "found_on": as_of}
    )
    if is_new or suggestion.state == SuggestionState.PROPOSED:
        suggestion.cases.add(*(int(case_id) for case_id in burst.cases))


@transaction.atomic
def accept_suggestion(*, suggestion_id: int, title: str, actor: User, now: datetime) -> Theme:
    """Make a theme of the suggested cases: from tonight, cases like them join it."""
    permissions.require(actor, ReportingAction.MANAGE_THEMES)
    suggestion = _open_suggestion(suggestion_id)
    active = store.active_model()
    if active is None:
        raise UserFacingError("Themes have not been found yet, so there is nothing to add one to. Wait for tonight.")
    case_ids = list(suggestion.cases.order_by("pk").values_list("pk", flat=True))
    model = store.load(active)
    wider = model.with_theme(model.place([story.content for story in read_in_order(case_ids)]))
    row = store.replace_model(active, wider, now=now, has_new_words=True)
    theme = Theme.objects.create(
        number=store.next_number(), title=title, suggested_title=title, terms=suggestion.terms, owner=actor,
        state=ThemeState.CONFIRMED, term_weights=weights_of(wider, len(wider.centroids) - 1),
    )  # fmt: skip
    ThemeCentroid.objects.create(model=row, position=len(wider.centroids) - 1, theme=theme)
    ThemeEvent.objects.create(theme=theme, change=ThemeChange.FOUND, happened_at=now, actor=actor)
    _put_cases(suggestion, theme, actor=actor, now=now)
    return theme


@transaction.atomic
def join_suggestion(*, suggestion_id: int, theme_id: int, actor: User, now: datetime) -> Theme:
    """Put the suggested cases into a theme that exists already."""
    permissions.require(actor, ReportingAction.MANAGE_THEMES)
    suggestion = _open_suggestion(suggestion_id)
    theme = Theme.objects.get(pk=theme_id)
    _put_cases(suggestion, theme, actor=actor, now=now)
    return theme


@transaction.atomic
def reject_suggestion(*, suggestion_id: int, actor: User, now: datetime) -> ThemeSuggestion:
    permissions.require(actor, ReportingAction.MANAGE_THEMES)
    suggestion = _open_suggestion(suggestion_id)
    _decide(suggestion, SuggestionState.REJECTED, actor=actor, now=now)
    return suggestion


def _put_cases(suggestion: ThemeSuggestion, theme: Theme, *, actor: User, now: datetime) -> None:
    """Put the suggested cases that `actor` may see into the theme; the others join by themselves tonight."""
    visible = Case.objects.visible_to(actor).filter(pk__in=suggestion.cases.values("pk")).order_by("pk")
    case_ids = list(visible.values_list("pk", flat=True))
    memberships.decide_memberships(
        theme_id=theme.pk, case_ids=case_ids, verdict=MembershipVerdict.BELONGS, actor=actor, now=now
    )
    _decide(suggestion, SuggestionState.ACCEPTED, actor=actor, now=now, theme=theme)


def _open_suggestion(suggestion_id: int) -> ThemeSuggestion:
    suggestion = ThemeSuggestion.objects.select_for_update(of=("self",)).get(pk=suggestion_id)
    if suggestion.state != SuggestionState.PROPOSED:
        raise UserFacingError(f"Somebody decided this already: {suggestion.get_state_display().lower()}.")
    return suggestion


def _decide(
    suggestion: ThemeSuggestion, state: SuggestionState, *, actor: User, now: datetime, theme: Theme | None = None
) -> None:
    suggestion.state, suggestion.theme = state, theme
    suggestion.decided_by, suggestion.decided_at = actor, now
    suggestion.save(update_fields=["state", "theme", "decided_by", "decided_at"])
