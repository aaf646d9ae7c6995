"""The cases of a theme, each with the sentence and the words that put it there. Names are taken out of quotations."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import Q

from accounts.models import User
from cases.models import Case, Stakeholder
from reporting.choices import MembershipVerdict
from reporting.models import MembershipDecision, Theme, ThemeMembership
from reporting.querysets import CaseThemeQuerySet
from reporting.themes.explain import evidence
from reporting.themes.privacy import name_words, quotation
from reporting.themes.text import WORD

QUOTED = 5
UNDO: Final = timedelta(minutes=10)


@dataclass(frozen=True)
class Piece:
    """A part of a quotation; the words that speak for the theme are marked."""

    text: str
    is_marked: bool


@dataclass(frozen=True, kw_only=True)
class Quote:
    """A case of a theme and why it is there. Nothing is quoted where the case shares no leading word with it."""

    case: Case
    membership: ThemeMembership
    pieces: list[Piece]
    terms: tuple[str, ...]
    decision: MembershipDecision | None

    @property
    def is_confirmed(self) -> bool:
        return self.decision is not None and self.decision.verdict == MembershipVerdict.BELONGS


def members(
    user: User, theme: Theme, *, first: date | None = None, last: date | None = None, only: Q | None = None
) -> "CaseThemeQuerySet[ThemeMembership]":
    """Return what says that cases which `user` may see are in the theme, the most typical first."""
    found: CaseThemeQuerySet[ThemeMembership] = ThemeMembership.objects.visible_to(user).filter(theme=theme)
    if first and last:
        found = found.filter(received_day__range=(first, last))
    if only:
        found = found.filter(only)
    return found.order_by("-is_pinned", "-similarity", "case_id")


def quotes(theme: Theme, rows: Iterable[ThemeMembership], *, user: User) -> list[Quote]:
    """Return the cases of these rows with their quotations: four queries, however many there are."""
    found = list(rows)
    ids = [row.case_id for row in found]
    cases = Case.objects.visible_to(user).select_related("customer", "owner", "logged_by", "category", "team")
    by_pk = cases.in_bulk(ids)
    others = _people_on(ids)
    decisions = {
        one.case_id: one
        for one in MembershipDecision.objects.visible_to(user)
        .filter(case__in=ids, theme=theme)
        .select_related("decided_by")
    }
    return [
        _quote(theme, row, by_pk[row.case_id], others[row.case_id], decisions.get(row.case_id))
        for row in found
        if row.case_id in by_pk
    ]


def proposals(user: User, theme: Theme) -> list[MembershipDecision]:
    """Return the cases that colleagues proposed for the theme and nobody has decided on."""
    waiting = MembershipDecision.objects.visible_to(user).filter(theme=theme, verdict=MembershipVerdict.PROPOSED)
    return list(waiting.select_related("case", "decided_by").order_by("decided_at", "pk"))


def undoable(user: User, theme: Theme, *, now: datetime) -> list[int]:
    """Return the cases of which the person said something here that can still be taken back."""
    recent = MembershipDecision.objects.visible_to(user).filter(
        theme=theme, decided_by=user, decided_at__gte=now - UNDO
    )
    said = recent.exclude(verdict=MembershipVerdict.PROPOSED)
    return list(said.order_by("case_id").values_list("case_id", flat=True))


def _people_on(case_ids: list[int]) -> dict[int, list[str]]:
    names: dict[int, list[str]] = defaultdict(list)
    for case_id, name in Stakeholder.objects.filter(case__in=case_ids).values_list("case_id", "name"):
        names[case_id].append(name)
    return names


def _quote(
    theme: Theme, row: ThemeMembership, case: Case, others: list[str], decision: MembershipDecision | None
) -> Quote:
    found = evidence(case.story, theme.term_weights)
    if found is None:
        return Quote(case=case, membership=row, pieces=[], terms=(), decision=decision)
    people = [case.customer.name, case.logged_by.full_name, *([case.owner.full_name] if case.owner else []), *others]
    words = quotation(case.story[found.start : found.end], names=name_words(people))
    return Quote(
        case=case, membership=row, pieces=marked(words, found.terms), terms=found.terms, decision=decision
    )  # fmt: skip


def marked(words: str, terms: Iterable[str]) -> list[Piece]:
    """Cut a quotation into what speaks for the theme and what stands between."""
    wanted = frozenset(terms)
    pieces: list[Piece] = []
    at = 0
    for match in WORD.finditer(words):
        if match[0].lower() in wanted:
            pieces += [Piece(words[at : match.start()], is_marked=False), Piece(match[0], is_marked=True)]
            at = match.end()
    pieces.append(Piece(words[at:], is_marked=False))
    return [piece for piece in _joined(pieces) if piece.text]


def _joined(pieces: list[Piece]) -> list[Piece]:
    """Let one mark run over words that stand side by side."""
    joined: list[Piece] = []
    for piece in pieces:
        if len(joined) > 1 and piece.is_marked and not joined[-1].text.strip() and joined[-2].is_marked:
            gap = joined.pop().text
            joined[-1] = Piece(joined[-1].text + gap + piece.text, is_marked=True)
        else:
            joined.append(piece)
    return joined
