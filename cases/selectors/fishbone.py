"""The fishbone as geometry: six branches on a spine, drawn by the server; the lists beside it say the same in words."""

from collections.abc import Iterable
from dataclasses import dataclass

from cases.choices import CauseVerdict, FishboneBranch
from cases.models import FishboneCause

WIDTH, HEIGHT, SPINE = 880, 420, 210
BRANCH_GAP, FIRST_BRANCH, LEAN, REACH = 270, 260, 70, 160
MOST_DRAWN, ROW, LONGEST = 4, 34, 26


@dataclass(frozen=True, kw_only=True)
class Rib:
    """One cause: its words, where they end, and where its line meets the branch."""

    text: str
    x: int
    y: int
    verdict: str


@dataclass(frozen=True, kw_only=True)
class Branch:
    label: str
    x1: int
    y1: int
    x2: int
    y2: int
    label_y: int
    ribs: list[Rib]
    causes: list[FishboneCause]


def branches(causes: Iterable[FishboneCause]) -> list[Branch]:
    """Return the six branches with what hangs on each: three above the spine, three below."""
    by_branch: dict[str, list[FishboneCause]] = {branch: [] for branch in FishboneBranch}
    for cause in causes:
        by_branch[cause.branch].append(cause)
    return [_branch(index, FishboneBranch(name), found) for index, (name, found) in enumerate(by_branch.items())]


def _branch(index: int, name: FishboneBranch, causes: list[FishboneCause]) -> Branch:
    side = -1 if index < 3 else 1
    foot = FIRST_BRANCH + (index % 3) * BRANCH_GAP
    tip_x, tip_y = foot - LEAN, SPINE + side * REACH
    return Branch(
        label=name.label,
        x1=foot,
        y1=SPINE,
        x2=tip_x,
        y2=tip_y,
        label_y=tip_y - 10 if side < 0 else tip_y + 22,
        ribs=[_rib(number, cause, foot=foot, side=side) for number, cause in enumerate(causes[:MOST_DRAWN])],
        causes=causes,
    )


def _rib(number: int, cause: FishboneCause, *, foot: int, side: int) -> Rib:
    away = 26 + number * ROW
    ruled_out = cause.verdict == CauseVerdict.RULED_OUT
    return Rib(
        text=_cut(f"✗ {cause.text}" if ruled_out else cause.text),
        x=foot - round(LEAN * away / REACH),
        y=SPINE + side * away,
        verdict=cause.verdict.lower().replace("_", "-"),
    )


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
