"""Which sections a pack can have, and who loads them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from policies.packs.records import Record

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True, kw_only=True)
class PackRun:
    """One loading of a pack. `valid_from` holds for every rule that names no day of its own."""

    pack: str
    valid_from: date
    actor: "User"
    now: datetime


SectionLoader = Callable[[list[Record], PackRun], int]

_sections: dict[str, SectionLoader] = {}


def register_section(name: str, loader: SectionLoader) -> None:
    """Load `<name>.yaml` with `loader`, after the sections that were registered before."""
    _sections[name] = loader


def sections() -> dict[str, SectionLoader]:
    return dict(_sections)
