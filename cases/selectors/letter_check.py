"""Is a message fit to go to the customer? The same answer for the page, for the service that sends, and for sign-off."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Final

from django.conf import settings
from django.utils import timezone

from accounts.models import User
from cases.choices import EvidenceType
from cases.correspondence import CheckLine, Outgoing, checks_of
from cases.models import Case, Customer, Evidence
from cases.selectors.figures import figures_of
from cases.selectors.reading import reading_hints
from policies.choices import WayToReach
from policies.letters import says
from policies.selectors import letter_elements

PLACEHOLDER: Final = re.compile(r"\{\{?[^{}]*\}?\}|\[[^\[\]]{2,60}\]|\bTODO\b|\bTBC\b|\bXX+\b")
REFERENCE: Final = re.compile(r"\b(?:CMP|INC|REQ)-\d{4}-\d{6,9}\b")
WORD: Final = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
ATTACHED: Final = re.compile(r"\b(attached|attachment|enclosed|enclose|enclosure)\b", re.IGNORECASE)
LONGEST_NAME: Final = 4
QUOTED_WORDS: Final = 8
NOTES_READ: Final = 200
KEPT_INSIDE: Final = frozenset({EvidenceType.CRM_NOTE, EvidenceType.SYSTEM_LOG})


@dataclass(frozen=True, kw_only=True)
class LetterCheck:
    """`lines` must all be met before the message may leave; `hints` are advice."""

    lines: tuple[CheckLine, ...]
    hints: tuple[str, ...]

    @property
    def problems(self) -> list[str]:
        return [sentence for line in self.lines for sentence in line.problems]

    @property
    def is_met(self) -> bool:
        return not self.problems


def check_letter(
    case: Case, message: Outgoing, *, now: datetime, answers: Iterable[CheckLine | None] | None = None
) -> LetterCheck:
    """Look at the message; `answers` are the lines of its kind of case, if somebody has them already."""
    if answers is None:
        answers = [check(case, message) for check in checks_of(case.kind)]
    lines = (
        CheckLine(label="Nothing left to fill in", problems=tuple(_gaps(message))),
        *(line for line in answers if line),
        CheckLine(label="Says what it must say", problems=tuple(_unsaid(case, message, now))),
        CheckLine(label="No one else’s information", problems=tuple(_about_others(case, message))),
        CheckLine(label="Reaches the customer as they need it", problems=tuple(_out_of_reach(case, message))),
        CheckLine(label="Nothing internal in it", problems=tuple(_internal(case, message))),
    )
    return LetterCheck(lines=lines, hints=tuple(_hints(message)))


def check_template(case: Case, message: Outgoing, *, now: datetime) -> list[str]:
    """Return what is wrong with words that go to many, whoever reads them; who can be reached is asked for each."""
    found = (_gaps(message), _unsaid(case, message, now), _about_others(case, message), _internal(case, message))
    return [sentence for sentences in found for sentence in sentences]


def _gaps(message: Outgoing) -> Iterator[str]:
    for found in dict.fromkeys(PLACEHOLDER.findall(message.words)):
        yield f"Fill in or remove “{found}” in the {message.noun}."
    if not message.body.strip():
        yield f"Write the {message.noun}."


def _unsaid(case: Case, message: Outgoing, now: datetime) -> Iterator[str]:
    """Yield what the policy pack asks of a letter for this purpose and is not in it."""
    received, today = timezone.localdate(case.received_at), timezone.localdate(now)
    for element in letter_elements(kind=case.kind, purpose=message.purpose, received=received, day=today):
        if not says(message.words, element.phrases):
            yield f"Say this: {element.label[:1].lower()}{element.label[1:]}. For example “{element.phrases[0]}”."


def _out_of_reach(case: Case, message: Outgoing) -> Iterator[str]:
    """Yield the support needs that rule out the way on which it would go."""
    if not case.customer.support_need:  # filled whenever a need is chosen; saves most letters a query
        return
    for need in case.customer.support_needs.all():
        if need.rules_out == message.channel:
            way = WayToReach(need.rules_out).label.lower()
            yield f"Do not use {way}: the customer needs “{need.label.lower()}”. {need.what_we_do}"


def _about_others(case: Case, message: Outgoing) -> Iterator[str]:
    for reference in dict.fromkeys(REFERENCE.findall(message.words)):
        if not reference.endswith(case.number):
            yield f"Remove the reference {reference} from the {message.noun}: it is not this case."
    for name in other_customers(case, message.words):
        yield f"Remove the name {name}: it is another customer’s. If they have a part in this case, add them under People."
    for piece in message.attachments:
        if piece.has_others_data:
            yield f"Take “{piece.title}” off: it holds someone else’s data. Add a copy without it to the evidence."


def other_customers(case: Case, words: str) -> list[str]:
    """Return the names of other customers in `words`, those with a part in the case and colleagues left out."""
    candidates = set(_names(words)) - {case.customer.name, settings.ORGANISATION_NAME}
    if not candidates:
        return []
    found = Customer.objects.filter(name__in=candidates, erased_at=None).exclude(pk=case.customer_id)
    names = set(found.values_list("name", flat=True))
    if names:
        names -= set(case.stakeholders.filter(name__in=names).values_list("name", flat=True))
        names -= set(User.objects.filter(full_name__in=names).values_list("full_name", flat=True))
    return sorted(name for name in names if name not in case.representative)


def _names(words: str) -> Iterator[str]:
    """Yield every two to four capitalised words that stand together on a line."""
    for line in words.splitlines():
        for is_name, run in groupby(line.split(), key=lambda word: word[:1].isupper()):
            tidy = [word.strip(".,;:!?()“”\"'") for word in run] if is_name else []
            tidy = tidy[1:] if tidy[:1] == ["Dear"] else tidy
            for start in range(len(tidy)):
                for end in range(start + 2, min(start + LONGEST_NAME, len(tidy)) + 1):
                    yield " ".join(tidy[start:end])


def _internal(case: Case, message: Outgoing) -> Iterator[str]:
    phrases = _phrases(message.body)
    notes = case.notes.order_by("-pk").values_list("body", flat=True)[:NOTES_READ]
    for body in notes if phrases and figures_of(case).notes else ():
        if shared := sorted(phrases & _phrases(body)):
            yield f"Remove the words of an internal note: “{shared[0]} …”."
    for piece in message.attachments:
        if piece.evidence_type in KEPT_INSIDE:
            yield f"Take “{piece.title}” off: {piece.get_evidence_type_display().lower()}s stay inside."


def _phrases(text: str) -> set[str]:
    """Return every run of eight words: too long to be the same by chance."""
    words = [word.lower() for word in WORD.findall(text)]
    return {" ".join(words[at : at + QUOTED_WORDS]) for at in range(len(words) - QUOTED_WORDS + 1)}


def _hints(message: Outgoing) -> Iterator[str]:
    if ATTACHED.search(message.body) and not message.attachments:
        yield "You mention something attached, and nothing is attached."
    yield from reading_hints(message.body)


def sendable(pieces: Iterable[Evidence]) -> list[Evidence]:
    """Return the pieces that may go to the customer."""
    return [piece for piece in pieces if not piece.has_others_data and piece.evidence_type not in KEPT_INSIDE]
