"""How complex a case is: points that anybody can add up, which decide on further steps of the investigation."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from cases.case_page import complexity_parts
from cases.models import Case
from cases.selectors.figures import figures_of
from policies.choices import TriggerEffect

Part = tuple[str, int]

MONTH: Final = 30
MOST_MONTHS: Final = 4
MOST_PARTIES: Final = 4
MANY_CONTACTS: Final = 3
HEAVY: Final = {
    TriggerEffect.LEGAL: "A regulator or legal action is mentioned",
    TriggerEffect.SUPPORT_NEED: "The customer needs extra support",
    TriggerEffect.ABOUT_COLLEAGUE: "It is about a colleague",
    TriggerEffect.ABOVE_LIMIT: "The loss is above the front-line limit",
}


@dataclass(frozen=True, kw_only=True)
class Complexity:
    parts: tuple[Part, ...]

    @property
    def score(self) -> int:
        return sum(points for _, points in self.parts)

    @property
    def level(self) -> str:
        return "Low" if self.score < 4 else "Medium" if self.score < 8 else "High"


def complexity_of(case: Case) -> Complexity:
    """Return the score with its working: only what adds something is listed."""
    return Complexity(parts=tuple(part for part in _parts(case) if part[1]))


def _parts(case: Case) -> Iterator[Part]:
    figures = figures_of(case)
    yield from complexity_parts(case)
    months = min((case.logged_at - case.received_at).days // MONTH, MOST_MONTHS)
    yield f"It reached us {months} months after the customer told somebody", months
    people = min(figures.stakeholders, MOST_PARTIES)
    yield f"{figures.stakeholders} people and teams have a part in it", people
    yield f"The customer has contacted us {figures.contacts_in} times", 1 if figures.contacts_in >= MANY_CONTACTS else 0
    yield "Access is restricted", 2 if case.is_restricted else 0
    yield from _effects(case)


def _effects(case: Case) -> Iterator[Part]:
    referral = getattr(case, "referral", None)
    effects = {referral.main_trigger.effect} if referral else set()
    effects |= {trigger["effect"] for trigger in figures_of(case).other_triggers}
    for effect, words in HEAVY.items():
        yield words, 2 if effect in effects else 0
