"""What the people of the demonstration made of its themes: names, confirmations and recommendations."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Count

from accounts.models import User
from cases.models import Case
from core.dates import local_day
from desk.generator.organisation import Organisation
from desk.generator.words.themes import NAMES, SUGGESTIONS, Suggestion, ThemeName
from policies.choices import VersionState
from policies.models import Clause
from reporting.choices import RecommendationAction
from reporting.models import Recommendation, Theme, ThemeSuggestion
from reporting.services import recommendations
from reporting.services.themes.deciding import confirm_theme, rename_theme
from reporting.services.themes.suggestions import join_suggestion

STILL_SUGGESTED = 2
CASES_SHOWN = 3
CHECK_AFTER = timedelta(days=90)


def make_theme_decisions(organisation: Organisation, *, as_of: datetime) -> None:
    """Let the manager read what the night found, and let a leader propose what to do about it."""
    manager = organisation.managers[0]
    named = _name(Theme.objects.live().order_by("number"), manager=manager, at=as_of)
    for title, theme in list(named.items())[: len(named) - STILL_SUGGESTED]:
        named[title] = confirm_theme(theme_id=theme.pk, version=theme.version, actor=manager, now=as_of)
    _join_new_words(named.values(), manager=manager, at=as_of)
    author = organisation.managers[-1]
    for suggestion in SUGGESTIONS:
        if about := named.get(suggestion.theme):
            _recommend(suggestion, about, author=author, manager=manager, as_of=as_of)


def _join_new_words(named: Iterable[Theme], *, manager: User, at: datetime) -> None:
    """Put new words that tell of a named theme into it; the first are left for whoever signs in as the manager."""
    for suggestion in ThemeSuggestion.objects.waiting()[1:]:
        told = suggestion.cases.filter(theme_membership__theme__in=[theme.pk for theme in named])
        counted = told.order_by().values_list("theme_membership__theme").annotate(number=Count("pk"))
        if commonest := counted.order_by("-number", "theme_membership__theme").first():
            join_suggestion(suggestion_id=suggestion.pk, theme_id=commonest[0], actor=manager, now=at)


def _name(themes: Iterable[Theme], *, manager: User, at: datetime) -> dict[str, Theme]:
    """Give each theme the first free name whose word is among its terms."""
    named: dict[str, Theme] = {}
    for theme in themes:
        words = f"{theme.suggested_title} {' '.join(theme.terms)}".lower()
        name = next((each for each in NAMES if each.title not in named and each.word in words), None)
        if name is not None:
            named[name.title] = _rename(theme, name, manager=manager, at=at)
    return {name.title: named[name.title] for name in NAMES if name.title in named}


def _rename(theme: Theme, name: ThemeName, *, manager: User, at: datetime) -> Theme:
    return rename_theme(
        theme_id=theme.pk,
        version=theme.version,
        title=name.title,
        definition=name.definition,
        actor=manager,
        now=at,
    )


def _recommend(suggestion: Suggestion, theme: Theme, *, author: User, manager: User, as_of: datetime) -> None:
    sent, accepted, changed = (as_of - timedelta(days=days) for days in suggestion.days or (1, 0, 0))
    draft = _draft(suggestion, theme, author=author, at=sent)
    recommendations.submit(recommendation_id=draft.pk, actor=author, now=sent)
    if suggestion.days is None:
        return
    _decide(draft, RecommendationAction.ACCEPT, "The cases show it, and it costs little.", actor=manager, at=accepted)
    recommendations.start_check(recommendation_id=draft.pk, changed_on=local_day(changed), actor=author, now=changed)
    recommendations.add_entry(
        recommendation_id=draft.pk, text=suggestion.log, actor=author, now=changed + timedelta(days=28)
    )
    if suggestion.adopted:
        _decide(draft, RecommendationAction.ADOPT, suggestion.adopted, actor=manager, at=as_of)


def _draft(suggestion: Suggestion, theme: Theme, *, author: User, at: datetime) -> Recommendation:
    draft = recommendations.start_recommendation(theme=theme, title=suggestion.title, actor=author, now=at)
    clause = Clause.objects.get(
        version__document__slug=suggestion.document,
        version__state=VersionState.PUBLISHED,
        number=suggestion.clause,
    )
    values = {
        name: getattr(suggestion, name)
        for name in ("problem", "root_cause", "proposal", "proposed_words", "prevention", "cost")
    }
    recommendations.save_recommendation(
        recommendation_id=draft.pk,
        version=draft.version,
        values=values
        | {"clause": clause, "target": Decimal(suggestion.target), "check_date": local_day(at + CHECK_AFTER)},
        actor=author,
        now=at,
    )
    for case in _evidence(theme, before=at):
        recommendations.add_case(recommendation_id=draft.pk, number=case.number, shows=suggestion.shows, actor=author)
    return draft


def _evidence(theme: Theme, *, before: datetime) -> Iterable[Case]:
    """Return the cases that speak most for the theme, of its commonest category and those that had come in by then."""
    cases = Case.objects.filter(theme_membership__theme=theme, received_at__lt=before)
    commonest = cases.order_by().values("category").annotate(number=Count("pk")).order_by("-number", "category")[:1]
    cases = cases.filter(category__in=commonest.values("category"))
    return cases.order_by("-theme_membership__similarity", "pk")[:CASES_SHOWN]


def _decide(draft: Recommendation, action: RecommendationAction, reason: str, *, actor: User, at: datetime) -> None:
    recommendations.decide(recommendation_id=draft.pk, action=action, reason=reason, actor=actor, now=at)
