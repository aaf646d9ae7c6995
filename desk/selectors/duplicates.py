"""Is it the same problem? Asks the category, the words and the theme, and looks only at the same customer's recent cases, so it costs the same at any size."""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from accounts.models import User
from cases.models import Case, Customer
from desk.selectors.answers import Answers
from reporting.themes.explain import speaks_of

WINDOW: Final = timedelta(days=90)
YEAR: Final = timedelta(days=365)
LOOK_AT: Final = 30
SHARED_WORDS: Final = 2
WORD: Final = re.compile(r"[a-z]{4,}")
COMMON_WORDS: Final = frozenset(
    """
    about account after again also because been before being between both call called calls came cannot case could
    customer customers didn does doing done down each even ever every from gave given gone have having hear here
    into just know last later made make many more most much must need never next only other over please promised
    really receive received said same says send sent several shall she should since some somebody someone something
    still such take taken tell than that their them then there these they thing things think this those time told
    took under until very want wants week weeks went were what when where which while whose will with within without
    working would yesterday your yours
    """.split()  # noqa: SIM905 -- a list of this length is read as prose
)


@dataclass(frozen=True, kw_only=True)
class CustomerCases:
    """What we already have from this customer: the open cases, how many closed ones, and the likeliest duplicate."""

    open: list[Case]
    closed_in_a_year: int
    duplicate: Case | None


def significant_words(text: str) -> frozenset[str]:
    """Return the words that say what a text is about, plural and singular alike."""
    return frozenset(word.rstrip("s") for word in WORD.findall(text.lower()) if word not in COMMON_WORDS)


def cases_of(customer: Customer, *, user: User, now: datetime, answers: Answers) -> CustomerCases:
    mine = Case.objects.visible_to(user).filter(customer=customer, received_at__gte=now - YEAR)
    recent = list(mine.select_related("owner", "theme_membership__theme").order_by("-received_at", "-pk")[:LOOK_AT])
    return CustomerCases(
        open=[case for case in recent if case.is_open],
        closed_in_a_year=sum(not case.is_open for case in recent),
        duplicate=likeliest_duplicate(recent, answers=answers, now=now),
    )


def likeliest_duplicate(cases: list[Case], *, answers: Answers, now: datetime) -> Case | None:
    """Return the case of the last 90 days most like the new one, open ones first.

    It is of the same category, shares two words, or stands in a theme that the new words speak of.
    """
    words = significant_words(answers.story)
    scores: Counter[Case] = Counter()
    for case in cases:
        if case.received_at < now - WINDOW or case.number in answers.dismissed:
            continue
        shared = len(words & significant_words(case.story))
        same_category = answers.category is not None and case.category_id == answers.category.pk
        same_theme = speaks_of(answers.story, _theme_words(case))
        if same_category or same_theme or shared >= SHARED_WORDS:
            scores[case] = shared + 10 * same_category + 10 * same_theme + 100 * case.is_open
    return scores.most_common(1)[0][0] if scores else None


def _theme_words(case: Case) -> dict[str, float]:
    """Return what the theme of the case is about; a case that no night has placed has none."""
    membership = getattr(case, "theme_membership", None)
    theme = membership.theme if membership else None
    return theme.term_weights if theme and theme.is_live else {}
