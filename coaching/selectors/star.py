"""A STAR record as it is read, printed, and told to people outside."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil
from typing import Final

from django.db.models import QuerySet

from accounts.choices import Role
from accounts.models import User
from cases.models import Case
from cases.selectors.anonymous import names_on, told_anonymously
from cases.selectors.timeline import timeline
from coaching.choices.star import StarPart
from coaching.models import StarFact, StarRecord
from core.anonymise import anonymised
from core.dates import moment
from policies.choices import CaseKind

PARTS: Final = tuple(part.lower() for part in StarPart)
FIELDS: Final = (*PARTS, "clause", "outcome_measure")
# How many lines of how many letters fit on the page at each size, beside the headings.
ROOM: Final = {"": (26, 90), "small": (40, 105)}


@dataclass(frozen=True)
class Part:
    key: str
    label: str
    text: str
    facts: list[StarFact]


def parts_of(record: StarRecord) -> list[Part]:
    facts = list(record.facts.all())
    return [
        Part(part.lower(), part.label, getattr(record, part.lower()), [fact for fact in facts if fact.part == part])
        for part in StarPart
    ]


def facts_to_choose(case: Case, reader: User) -> list[tuple[str, str]]:
    """Return the newest lines of the timeline as choices: their anchor, and when what happened."""
    return [(item.anchor, f"{moment(item.at)}: {item.title}"[:300]) for item in timeline(case, reader).items]


def coaches_of(author: User) -> QuerySet[User]:
    """Return who leads the author's team now, other than the author."""
    leaders = User.objects.people().filter(role=Role.TEAM_LEADER, led_teams=author.team_id)
    return leaders.exclude(pk=author.pk).order_by("full_name", "pk")


def may_write_star(user: User, case: Case) -> bool:
    return case.kind == CaseKind.INCIDENT and user.role in {Role.AGENT, Role.TEAM_LEADER, Role.MANAGER}


def print_size(paragraphs: Iterable[str]) -> str:
    """Return how small the letters must be for one A4 page, counted in lines as they will break."""
    lines = [line for words in paragraphs for line in words.splitlines()]
    for size, (most, width) in ROOM.items():
        if sum(ceil(len(line) / width) for line in lines) <= most:
            return size
    return "smallest"


def without_names(record: StarRecord) -> dict[str, str]:
    """Return the parts with the people on the case, and the author and coach, taken out: a first pass for a reader."""
    people = [str(person) for person in (record.author, record.coach) if person]
    every_name = [*names_on(record.case), *people]

    def strip(text: str) -> str:
        return anonymised(told_anonymously(record.case, text), names=every_name)

    told = {part: strip(getattr(record, part)) for part in PARTS}
    return told | {"outcome_measure": strip(record.outcome_measure)}
