"""Draw lots that anybody can draw again: each case has a place in the queue that only the seed and its number decide."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

SMALLEST_SEED: Final = 100_000
SEEDS: Final = 900_000


@dataclass(frozen=True)
class Candidate:
    """A case that may be drawn, by its number; `group` is whose quota it counts towards."""

    number: str
    group: int = 0


def lot(seed: int, number: str) -> bytes:
    """Return the lot of a case: no one can guess it from the number, and the same seed gives the same."""
    return hashlib.sha256(f"{seed}:{number}".encode()).digest()


def draw(candidates: Iterable[Candidate], *, size: int, seed: int, for_each_group: bool = False) -> list[Candidate]:
    """Return `size` candidates, or `size` of every group, by the lowest lots; the order of the candidates is no matter.

    A case more or fewer among the candidates moves at most one place, so a later draw can be compared with this one.
    """
    chosen: list[Candidate] = []
    taken: dict[int, int] = {}
    for candidate in sorted(candidates, key=lambda each: lot(seed, each.number)):
        group = candidate.group if for_each_group else 0
        if taken.get(group, 0) < size:
            taken[group] = taken.get(group, 0) + 1
            chosen.append(candidate)
    return chosen


def fingerprint(numbers: Sequence[str]) -> str:
    """Return a digest of who could have been drawn, so that a later reader can tell whether it was the same lot."""
    return hashlib.sha256("\n".join(sorted(numbers)).encode()).hexdigest()


def is_within(percent: int, *, seed: int, number: str) -> bool:
    """Return whether the lot falls into the lowest `percent` of all lots: each is decided by itself."""
    return int.from_bytes(lot(seed, number)[:8]) * 100 < percent << 64
