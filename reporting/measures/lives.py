"""From the history of a case to the times in which it waited for us: opened, settled, reopened, settled again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from reporting.measures.business_days import BusinessDays

SOON = timedelta(days=30)
SHORT_ROUTE_DAYS = 3
LIMIT = timedelta(weeks=8)
THREE, EIGHT, LATER = "THREE", "EIGHT", "LATER"


class Turn(StrEnum):
    """What a line of the history means for the measures."""

    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"
    SET_ASIDE = "set aside"
    CLOSED = "closed"
    REOPENED = "reopened"


SETTLES = frozenset({Turn.ANSWERED, Turn.WITHDRAWN, Turn.SET_ASIDE})
CLOSES = frozenset({Turn.CLOSED, Turn.WITHDRAWN, Turn.SET_ASIDE})
TURNS: dict[str, Turn] = {
    "complaint.send": Turn.ANSWERED,
    "complaint.withdraw": Turn.WITHDRAWN,
    "complaint.set_aside": Turn.SET_ASIDE,
    "complaint.close": Turn.CLOSED,
    "complaint.dispute": Turn.REOPENED,
    "complaint.reopen": Turn.REOPENED,
    "incident.closed": Turn.CLOSED,
    "request.answered": Turn.CLOSED,
    "incident.reopened": Turn.REOPENED,
}


@dataclass(frozen=True)
class Step:
    turn: Turn
    day: date


@dataclass(frozen=True)
class Spell:
    """A time in which the customer waited for an answer; `how` it was settled is `None` while it lasts."""

    opened: date
    settled: date | None = None
    how: Turn | None = None


def spells_of(received: date, steps: Iterable[Step]) -> list[Spell]:
    """Return the spells of a complaint, oldest first; the history is in its order."""
    spells = [Spell(received)]
    for step in steps:
        last = spells[-1]
        if step.turn in SETTLES and last.settled is None:
            spells[-1] = replace(last, settled=step.day, how=step.turn)
        elif step.turn is Turn.REOPENED and last.settled is not None:
            spells.append(Spell(step.day))
    return spells


def first_closing(steps: Sequence[Step]) -> tuple[date | None, date | None]:
    """Return when a case was first closed, and when it was first opened again after that."""
    closed: date | None = None
    for step in steps:
        if closed is None and step.turn in CLOSES:
            closed = step.day
        elif closed is not None and step.turn is Turn.REOPENED:
            return closed, step.day
    return closed, None


def band_of(received: date, settled: date, calendar: BusinessDays) -> str:
    """Return the step of the regulators' scale: by the third business day, by the end of eight weeks, or later."""
    if settled <= calendar.after(received, SHORT_ROUTE_DAYS):
        return THREE
    return EIGHT if settled <= received + LIMIT else LATER


def reopening_of(closed: date | None, reopened: date | None) -> str:
    if closed is None or reopened is None:
        return ""
    return "SOON" if reopened - closed <= SOON else "LATER"
