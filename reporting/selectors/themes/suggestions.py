"""New words that the analysis suggests as a theme, each with sentences that use them."""

from collections import defaultdict
from dataclasses import dataclass

from accounts.models import User
from cases.models import Case
from reporting.models import ThemeSuggestion
from reporting.querysets import ThemeSuggestionQuerySet
from reporting.selectors.themes.evidence import Piece, marked
from reporting.themes.explain import sentences
from reporting.themes.privacy import name_words, quotation

EXAMPLES = 5
SHOWN = 10


@dataclass(frozen=True)
class Example:
    case: Case
    pieces: list[Piece]


@dataclass(frozen=True)
class SuggestionCard:
    suggestion: ThemeSuggestion
    size: int
    examples: list[Example]

    @property
    def title(self) -> str:
        """Return a name to begin with."""
        words = str(self.suggestion.terms[0])
        return words[:1].upper() + words[1:]


def suggestion_cards(waiting: ThemeSuggestionQuerySet, *, user: User) -> list[SuggestionCard]:
    """Return the newest suggestions with the cases that `user` may see: three queries."""
    suggestions = list(waiting.order_by("-found_on", "-pk")[:SHOWN])
    by_suggestion: dict[int, list[int]] = defaultdict(list)
    links = ThemeSuggestion.cases.through.objects.filter(themesuggestion__in=suggestions).order_by("-case_id")
    for suggestion_id, case_id in links.values_list("themesuggestion_id", "case_id"):
        by_suggestion[suggestion_id].append(case_id)
    ids = {case_id for of_one in by_suggestion.values() for case_id in of_one}
    cases = Case.objects.visible_to(user).select_related("customer", "owner").in_bulk(sorted(ids))
    cards = []
    for one in suggestions:
        visible = [cases[case_id] for case_id in by_suggestion[one.pk] if case_id in cases]
        cards.append(SuggestionCard(one, len(visible), [_example(one, case) for case in visible[:EXAMPLES]]))
    return [card for card in cards if card.size]


def _example(suggestion: ThemeSuggestion, case: Case) -> Example:
    terms = {word for term in suggestion.terms for word in term.split()}
    lower = case.story.lower()
    spans = list(sentences(case.story)) or [(0, 0)]
    start, end = max(spans, key=lambda span: sum(word in lower[span[0] : span[1]] for word in terms))
    people = [case.customer.name, *([case.owner.full_name] if case.owner else [])]
    return Example(case, marked(quotation(case.story[start:end], names=name_words(people)), terms))
