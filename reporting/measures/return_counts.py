"""What one complaint adds to each count of a return.

A return counts spells, not cases: a complaint that was opened again is outstanding twice and settled twice. The measures
see the last of them alone; what both call upheld, or within three days, is one definition. Money is in pence.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from reporting.measures.lives import EIGHT, LATER, THREE

UPHELD = ("UPHELD", "PARTLY_UPHELD")
FOUND = (*UPHELD, "NOT_UPHELD")
WEEK, SIX_WEEKS = 7, 42


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A complaint in one of its spells: opened, or opened again, until it was settled."""

    case: int
    number: int = 1
    opened: date
    settled: date | None = None
    outcome: str = ""
    band: str = ""
    pence: int = 0
    product: str = ""
    category: str = ""
    cause: str = ""
    cause_code: str = ""
    needs_support: bool = False
    received: date | None = None
    is_on_time: bool | None = None

    @property
    def days_since_receipt(self) -> int | None:
        """Return how long after it was first raised the complaint was settled."""
        return (self.settled - (self.received or self.opened)).days if self.settled else None


@dataclass(frozen=True)
class Rules:
    """The period, and how the form counts: which outcomes are left out, and which count as upheld."""

    first: date
    last: date
    left_out: frozenset[str] = frozenset()
    upheld: frozenset[str] = frozenset(UPHELD)
    support_causes: frozenset[str] = frozenset()

    def has(self, day: date | None) -> bool:
        return day is not None and self.first <= day <= self.last


Adds = Callable[[Entry, Rules], int]


def _settled(entry: Entry, rules: Rules) -> int:
    return int(rules.has(entry.settled))


def _opened(entry: Entry, rules: Rules) -> int:
    return int(entry.number == 1 and rules.has(entry.opened))


def _in_band(band: str) -> Adds:
    return lambda entry, rules: int(entry.band == band) * _settled(entry, rules)


def _settled_after(*, more_than: int = -1, up_to: int | None = None) -> Adds:
    """Return what counts the complaints settled so many days after they were first raised."""

    def adds(entry: Entry, rules: Rules) -> int:
        days = entry.days_since_receipt
        return int(days is not None and days > more_than and (up_to is None or days <= up_to)) * _settled(entry, rules)

    return adds


def _left(entry: Entry, rules: Rules) -> int:
    return int(entry.opened <= rules.last and (entry.settled is None or entry.settled > rules.last))


COUNTS: dict[str, tuple[str, Adds]] = {
    "BROUGHT_FORWARD": (
        "Outstanding at the start of the period",
        lambda entry, rules: int(
            entry.opened < rules.first and (entry.settled is None or entry.settled >= rules.first)
        ),
    ),
    "OPENED": ("Opened in the period", _opened),
    "REOPENED": ("Opened again in the period", lambda entry, rules: int(entry.number > 1 and rules.has(entry.opened))),
    "CLOSED": ("Closed in the period", _settled),
    "CLOSED_THREE": ("Closed within 3 business days", _in_band(THREE)),
    "CLOSED_EIGHT": ("Closed after 3 business days, within 8 weeks", _in_band(EIGHT)),
    "CLOSED_LATER": ("Closed after 8 weeks", _in_band(LATER)),
    "CLOSED_WEEK": ("Closed within one week of receipt", _settled_after(up_to=WEEK)),
    "CLOSED_SIX_WEEKS": ("Closed within six weeks of receipt", _settled_after(up_to=SIX_WEEKS)),
    "CLOSED_OVER_SIX_WEEKS": ("Closed more than six weeks after receipt", _settled_after(more_than=SIX_WEEKS)),
    "CLOSED_WITH_DEADLINE": (
        "Closed, and had a deadline for the answer",
        lambda entry, rules: int(entry.is_on_time is not None) * _settled(entry, rules),
    ),
    "CLOSED_ON_TIME": (
        "Closed by the deadline for the answer",
        lambda entry, rules: int(bool(entry.is_on_time)) * _settled(entry, rules),
    ),
    "UPHELD": ("Upheld", lambda entry, rules: int(entry.outcome in rules.upheld and _settled(entry, rules))),
    "NOT_UPHELD": (
        "Not upheld, or ended without a finding",
        lambda entry, rules: int(entry.outcome not in rules.upheld and _settled(entry, rules)),
    ),
    "REDRESS": ("Redress in all", lambda entry, rules: entry.pence * _settled(entry, rules)),
    "REDRESS_UPHELD": (
        "Redress for upheld complaints",
        lambda entry, rules: entry.pence * int(entry.outcome in rules.upheld and _settled(entry, rules)),
    ),
    "CARRIED_FORWARD": ("Outstanding at the end of the period", _left),
    "LEFT_OVER_SIX_WEEKS": (
        "Outstanding at the end, received more than six weeks before",
        lambda entry, rules: (
            int((rules.last - (entry.received or entry.opened)).days > SIX_WEEKS) * _left(entry, rules)
        ),
    ),
    "SUPPORT_OPENED": (
        "Opened, from customers with a support need",
        lambda entry, rules: int(entry.needs_support and _opened(entry, rules)),
    ),
    "SUPPORT_CAUSED": (
        "Opened, caused by a support need that was not considered",
        lambda entry, rules: int(entry.cause_code in rules.support_causes and _opened(entry, rules)),
    ),
}
MONEY = frozenset({"REDRESS", "REDRESS_UPHELD"})


def rules_of(form: Mapping[str, Any], first: date, last: date) -> Rules:
    return Rules(
        first,
        last,
        frozenset(form.get("left_out", ())),
        frozenset(form.get("upheld", UPHELD)),
        frozenset(form.get("support_causes", ())),
    )


def adds(code: str, entry: Entry, rules: Rules) -> int:
    return COUNTS[code][1](entry, rules)


def total_of(code: str, entries: Iterable[Entry], rules: Rules) -> int:
    return sum(adds(code, entry, rules) for entry in entries)
