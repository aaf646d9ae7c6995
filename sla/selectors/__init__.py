"""What other apps read of the clocks."""

from sla.selectors.clocks import Badge, ClockView, badge_of, badges_of, clocks_of
from sla.selectors.planning import PlannedClock, Rulebook, Situation, load_rulebook, situation_of, unreachable_rules

__all__ = [
    "Badge",
    "ClockView",
    "PlannedClock",
    "Rulebook",
    "Situation",
    "badge_of",
    "badges_of",
    "clocks_of",
    "load_rulebook",
    "situation_of",
    "unreachable_rules",
]
