"""What changed between two editions of a policy, clause by clause and word by word."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A run of words: kept, taken out or put in."""

    text: str
    kind: Literal["kept", "out", "in"]


@dataclass(frozen=True, kw_only=True)
class ClauseChange:
    """`state` is same, changed, added or removed."""

    number: str
    state: str
    heading: str
    pieces: list[Piece]


@dataclass(frozen=True, kw_only=True)
class ClauseWords:
    heading: str
    text: str


def compare(before: Mapping[str, ClauseWords], after: Mapping[str, ClauseWords]) -> list[ClauseChange]:
    """Return every clause of either edition, in the order of the new one; removed clauses come last."""
    numbers = [*after, *(number for number in before if number not in after)]
    return [_clause(number, before.get(number), after.get(number)) for number in numbers]


def _clause(number: str, old: ClauseWords | None, new: ClauseWords | None) -> ClauseChange:
    match old, new:
        case None, ClauseWords():
            state, heading, pieces = "added", new.heading, [Piece(text=new.text, kind="in")]
        case ClauseWords(), None:
            state, heading, pieces = "removed", old.heading, [Piece(text=old.text, kind="out")]
        case ClauseWords(), ClauseWords():
            state, heading = "same" if old == new else "changed", new.heading
            pieces = words_between(old.text, new.text)
        case _:
            raise ValueError(f"Clause {number} is in neither edition.")
    return ClauseChange(number=number, state=state, heading=heading, pieces=pieces)


def words_between(old: str, new: str) -> list[Piece]:
    """Return `new` with what was taken out of `old`, in pieces that each hold whole words."""
    a, b = re.findall(r"\S+\s*", old), re.findall(r"\S+\s*", new)
    pieces: list[Piece] = []
    for tag, a1, a2, b1, b2 in SequenceMatcher(a=a, b=b, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(Piece(text="".join(b[b1:b2]), kind="kept"))
            continue
        if a2 > a1:
            pieces.append(Piece(text="".join(a[a1:a2]), kind="out"))
        if b2 > b1:
            pieces.append(Piece(text="".join(b[b1:b2]), kind="in"))
    return pieces
