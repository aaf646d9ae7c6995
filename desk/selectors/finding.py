"""Search over everything. Each app's part is a `Source`; what a person may not see is neither shown nor counted.

The sources are listed in `SOURCES`; `desk` stands above every other app, so it can name them all.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.db.models import Q
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from accounts.models import User
from cases.models import Case
from cases.search import MOST_COUNTED, search_cases, terms, with_capped_count
from coaching.models import Practice
from coaching.querysets.practice import TEXTS
from core import dates
from desk.selectors.customers import find_customers
from policies.models import Clause

SHOWN: Final = 5
REFERENCE: Final = re.compile(r"\s*(?:[A-Za-z]{3}-?\s*)?(\d{4})-?\s*(\d{6,9})\s*")
AROUND: Final = 80


@dataclass(frozen=True, kw_only=True)
class Hit:
    """One thing that was found, and the words that say why."""

    title: SafeString
    url: str
    why: SafeString
    meta: str = ""


@dataclass(frozen=True, kw_only=True)
class Found:
    hits: list[Hit]
    total: int
    all_url: str = ""

    @property
    def total_words(self) -> str:
        return f"more than {MOST_COUNTED:,}" if self.total > MOST_COUNTED else f"{self.total:,}"


@dataclass(frozen=True, kw_only=True)
class Source:
    """A kind of thing that can be found. `find` gets the words, who asks and the search's id, for "See all"."""

    key: str
    label: str
    find: Callable[[str, User, str], Found]


def case_by_reference(text: str, *, user: User) -> Case | None:
    """Return the case whose reference or number was typed, if the person may know of it."""
    match = REFERENCE.fullmatch(text)
    if match is None:
        return None
    return Case.objects.visible_to(user).filter(number=f"{match[1]}-{match[2]}").first()


def marked(text: str, words: str) -> SafeString:
    """Return a piece of the text around the first word that matches, with every match marked."""
    asked = [re.escape(term) for term in terms(words)]
    if not asked:
        return format_html("{}", Truncator(text).chars(2 * AROUND))
    pattern = re.compile(f"({'|'.join(asked)})", re.IGNORECASE)
    first = pattern.search(text)
    start = max(0, first.start() - AROUND) if first else 0
    piece = ("…" if start else "") + text[start : start + 2 * AROUND] + ("…" if len(text) > start + 2 * AROUND else "")
    parts = [(part, number % 2) for number, part in enumerate(pattern.split(piece))]
    return format_html_join(
        "", "{}", ((format_html("<mark>{}</mark>", part) if is_hit else part,) for part, is_hit in parts)
    )


def find_cases(words: str, user: User, search: str) -> Found:
    found = with_capped_count(search_cases(Case.objects.visible_to(user), words))
    cases = list(found.select_related("customer")[:SHOWN])
    hits = [
        Hit(
            title=marked(f"{case.reference} {case.summary}", words),
            url=case.get_absolute_url(),
            why=marked(case.story, words),
            meta=f"{case.customer.name}, {case.get_status_display().lower()}, received {dates.day(case.received_at)}",
        )
        for case in cases
    ]
    total = getattr(cases[0], "found", 0) if cases else 0
    return Found(hits=hits, total=total, all_url=f"{reverse('desk:queue')}?view=all&q={search}")


def find_people(words: str, user: User, search: str) -> Found:
    """Find customers; each leads to their cases."""
    hits = [
        Hit(
            title=marked(customer.name, words),
            url=f"{reverse('desk:queue')}?view=all&customer={customer.pk}",
            why=format_html("{}", "Opens the cases of this customer that you may see."),
            meta=" · ".join(filter(None, (customer.postcode_area, customer.masked_phone, customer.account_number))),
        )
        for customer in find_customers(words, user=user)
    ]
    return Found(hits=hits[:SHOWN], total=len(hits))


def find_clauses(words: str, user: User, search: str) -> Found:
    clauses = Clause.objects.visible_to(user).citable().select_related("version__document")
    for term in terms(words):
        clauses = clauses.filter(Q(text__icontains=term) | Q(heading__icontains=term))
    hits = [
        Hit(
            title=marked(f"{clause.version.document.title} {clause.number}: {clause.heading}", words),
            url=f"{reverse('policies:document', args=[clause.version.document.slug])}#clause-{clause.number}",
            why=marked(clause.text, words),
        )
        for clause in clauses[:SHOWN]
    ]
    return Found(hits=hits, total=len(hits))


def find_practices(words: str, user: User, search: str) -> Found:
    """Find what the library advises; what is not published yet is for its writer, in the library."""
    hits = [
        Hit(
            title=marked(practice.situation, words),
            url=practice.get_absolute_url(),
            why=marked(" ".join(getattr(practice, name) for name in TEXTS[1:]), words),
        )
        for practice in Practice.objects.visible_to(user).published().saying(terms(words))
    ]
    return Found(hits=hits[:SHOWN], total=len(hits))


SOURCES: Final = (
    Source(key="cases", label="Cases", find=find_cases),
    Source(key="customers", label="Customers", find=find_people),
    Source(key="policies", label="Policies", find=find_clauses),
    Source(key="practices", label="Best practice", find=find_practices),
)
