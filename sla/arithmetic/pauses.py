"""Spells during which a clock stood still."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from sla.arithmetic.errors import DurationError


@dataclass(frozen=True, slots=True)
class Pause:
    starts: datetime
    ends: datetime

    def __post_init__(self) -> None:
        if self.ends.astimezone(UTC) < self.starts.astimezone(UTC):
            raise DurationError("A pause must end after it begins.")


def in_order(pauses: Iterable[Pause], *, since: datetime) -> list[Pause]:
    """Return the pauses from `since` on, in UTC, earliest first, with overlapping ones joined."""
    joined: list[Pause] = []
    begin = since.astimezone(UTC)
    for starts, ends in sorted((pause.starts.astimezone(UTC), pause.ends.astimezone(UTC)) for pause in pauses):
        if ends <= begin:
            continue
        if joined and starts <= joined[-1].ends:
            joined[-1] = Pause(joined[-1].starts, max(joined[-1].ends, ends))
        else:
            joined.append(Pause(max(starts, begin), ends))
    return joined
