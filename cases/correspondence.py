"""What the apps above know of letters: what a letter on their kind of case must answer, and what may be merged into it.

# complaints/apps.py, in ready()
register_letter_check(CaseKind.COMPLAINT, answers_every_point)
register_merge_values(final_response_date)
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from cases.choices import Channel, ContactPurpose
from cases.models import Case, Evidence
from policies.choices import CaseKind

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """What would go to the customer, as it is written now."""

    body: str
    subject: str = ""
    purpose: str = ContactPurpose.GENERAL
    channel: str = Channel.EMAIL
    attachments: tuple[Evidence, ...] = ()

    @property
    def noun(self) -> str:
        return "letter" if self.channel == Channel.LETTER else "message"

    @property
    def words(self) -> str:
        return f"{self.subject}\n{self.body}"


@dataclass(frozen=True, kw_only=True)
class CheckLine:
    """One line of the letter check: what was looked at, and what is wrong in full sentences."""

    label: str
    problems: tuple[str, ...] = ()

    @property
    def is_met(self) -> bool:
        return not self.problems


LetterCheck = Callable[[Case, Outgoing], CheckLine | None]
MergeFinder = Callable[[Case, "User", datetime], Mapping[str, str]]

_checks: dict[CaseKind, list[LetterCheck]] = {}
_finders: list[MergeFinder] = []


def register_letter_check(kind: CaseKind, check: LetterCheck) -> None:
    _checks.setdefault(kind, []).append(check)


def register_merge_values(finder: MergeFinder) -> None:
    _finders.append(finder)


def checks_of(kind: str) -> list[LetterCheck]:
    return _checks.get(CaseKind(kind), [])


def merge_finders() -> list[MergeFinder]:
    return list(_finders)
