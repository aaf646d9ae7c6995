"""Many cases come into being at once, each whole: customer, file, first line of history, words to be found by."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from django.db import transaction

from accounts.models import User
from cases.choices import EventAction
from cases.models import PREFIXES, Case, Customer, SearchDocument
from cases.services.history import begin_histories
from cases.services.indexing import search_words
from cases.services.intake import case_year, reserve_numbers, summary_of
from core.bulk import insert_values, reserve_keys
from policies.choices import CaseKind

UNKNOWN_CUSTOMER: Final = "Name not given"
OF_STORY: Final = ("story", "external_id", "received_at", "category_id", "product_id", "team_id")
CASE_COLUMNS: Final = ("id", "number", "summary", "customer_id", "last_event_hash", *OF_STORY)


class Story(NamedTuple):
    """What another system knows of a case. Each belongs to somebody else unless it names its customer."""

    text: str
    external_id: str
    received_at: datetime
    category_id: int | None = None
    product_id: int | None = None
    team_id: int | None = None
    customer: str = ""


class Logged(NamedTuple):
    """A case that was written: what its kind needs to know of it."""

    case_id: int
    summary: str
    received_at: datetime


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """What is the same for all cases that come in together."""

    kind: CaseKind
    source: str
    actor: User
    now: datetime


@transaction.atomic
def log_stories(stories: Sequence[Story], how: Arrival) -> list[Logged]:
    """Write a case of each story, in a handful of statements. Who may, and which are in already, the caller has checked."""
    keys = reserve_keys(Case, len(stories))
    cases = [Logged(key, summary_of(story.text), story.received_at) for key, story in zip(keys, stories, strict=True)]
    numbers = reserve_numbers(len(stories), year=case_year(how.now))
    heads = begin_histories(
        keys,
        actor=how.actor,
        action=EventAction.LOGGED,
        now=how.now,
        changes={"kind": ("", str(how.kind))},
        note=f"Imported from {how.source}",
    )
    _write_files(stories, cases, numbers, heads, how)
    _write_words(stories, cases, numbers, how)
    return cases


def _write_files(
    stories: Sequence[Story], cases: Sequence[Logged], numbers: Sequence[str], heads: Sequence[str], how: Arrival
) -> None:
    customers = reserve_keys(Customer, len(stories))
    insert_values(
        Customer,
        ["id", "name", "is_anonymous", "external_id"],
        [
            (key, story.customer or UNKNOWN_CUSTOMER, not story.customer, _name_of(story, how))
            for key, story in zip(customers, stories, strict=True)
        ],
        now=how.now,
    )
    insert_values(
        Case,
        CASE_COLUMNS,
        [
            (case.case_id, number, case.summary, customer_id, head, *story[:-1])
            for story, case, number, customer_id, head in zip(stories, cases, numbers, customers, heads, strict=True)
        ],
        now=how.now,
        same={
            "kind": how.kind,
            "logged_by_id": how.actor.pk,
            "logged_at": how.now,
            "external_source": how.source,
            "event_count": 1,
        },
    )


def _write_words(stories: Sequence[Story], cases: Sequence[Logged], numbers: Sequence[str], how: Arrival) -> None:
    documents = []
    for story, case, number in zip(stories, cases, numbers, strict=True):
        titles = [PREFIXES[how.kind], number, case.summary, story.customer or UNKNOWN_CUSTOMER]
        documents.append((case.case_id, *search_words(titles, [story.text, _name_of(story, how), story.external_id])))
    insert_values(SearchDocument, ["case_id", "title", "body"], documents, now=how.now)


def _name_of(story: Story, how: Arrival) -> str:
    """Return what the customer of a story is known by, since nothing says that two of them are one."""
    return f"{how.source}:{story.external_id}"[:80]
