"""The evidence register: every piece, and what it bears on."""

from dataclasses import dataclass

from accounts.models import User
from cases.case_page import evidence_use_of
from cases.models import Case, Evidence


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One piece; `bears_on` is in words, and None for a kind of case whose evidence bears on nothing in particular."""

    piece: Evidence
    bears_on: list[str] | None = None


def register_of(case: Case, user: User) -> list[Entry]:
    pieces = Evidence.objects.visible_to(user).filter(case=case).select_related("obtained_by")
    use = evidence_use_of(case)
    if use is None:
        return [Entry(piece=piece) for piece in pieces]
    found = use.find(case)
    return [Entry(piece=piece, bears_on=found.get(piece.pk, [])) for piece in pieces]
