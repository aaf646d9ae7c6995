"""Finding cases by words: full-text search of PostgreSQL, or FTS5 where the database is SQLite.

What is indexed and what is asked are cut into words the same way, so both databases answer alike and nothing that a
person types is read as an operator.
"""

import re
from typing import Final

from django.db import connection
from django.db.models import F, Func, IntegerField, QuerySet, Subquery
from django.db.models.expressions import RawSQL

from cases.models import Case

MOST_TERMS: Final = 20
MOST_COUNTED: Final = 1000
SIGNS: Final = {code: " " for code in range(128) if not re.match(r"\w", chr(code))}

MATCHES: Final = {
    "postgresql": "SELECT case_id FROM cases_searchdocument WHERE words @@ websearch_to_tsquery('english', %s)",
    "sqlite": "SELECT rowid FROM cases_searchindex WHERE cases_searchindex MATCH %s",
}


def search_cases(cases: QuerySet[Case], text: str) -> QuerySet[Case]:
    """Return those of `cases` that hold every word of `text`, the newest first; "words in quotes" stand together.

    `cases` says who is asking: begin from `Case.objects.visible_to(user)`.
    """
    asked = terms(text)
    if not asked:
        return cases.none()
    query = " ".join(f'"{term}"' for term in asked)
    found = RawSQL(MATCHES[connection.vendor], (query,))  # noqa: S611 -- the query is a parameter
    return cases.filter(pk__in=found).order_by("-received_at", "-pk")


def with_capped_count(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Give each row the capped count of all as `found`, at most `MOST_COUNTED` + 1: list and count are one question."""
    counted = cases.order_by().values("pk")[: MOST_COUNTED + 1]
    count = Func(F("pk"), function="COUNT", output_field=IntegerField())
    return cases.annotate(found=Subquery(Case.objects.order_by().filter(pk__in=counted).values(count=count)))


def terms(text: str) -> list[str]:
    """Return the words and quoted phrases of what was typed, without any sign that a database could interpret."""
    parts = re.findall(r'"[^"]*"|[^\s"]+', text)
    return [words for part in parts if (words := only_words(part))][:MOST_TERMS]


def only_words(text: str) -> str:
    """Return the letters and digits of `text`, with one space between words."""
    if text.isascii():  # the same in a third of the time
        return " ".join(text.translate(SIGNS).split())
    return " ".join(re.findall(r"\w+", text))
