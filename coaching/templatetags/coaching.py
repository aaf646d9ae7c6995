"""The pages of this app stand beside each other as tabs."""

from typing import Any, Final

from django import template

from accounts.choices import Role

register = template.Library()

CASEWORK: Final = frozenset({Role.AGENT, Role.TEAM_LEADER})

# key, words, URL name, and who has the page.
TABS: Final[list[tuple[str, str, str, frozenset[Role]]]] = [
    ("notes", "Coaching notes", "coaching:list", CASEWORK),
    ("quality", "Quality reviews", "coaching:quality", CASEWORK | {Role.MANAGER}),
    ("library", "Best practice", "coaching:library", CASEWORK | {Role.MANAGER, Role.ADMIN, Role.DATA_PROTECTION}),
    ("scorecards", "Scorecards", "coaching:scorecards", CASEWORK | {Role.MANAGER, Role.ADMIN}),
    ("goals", "Development goals", "coaching:goals", CASEWORK),
    ("counts", "Coaching in numbers", "coaching:counts", frozenset({Role.MANAGER})),
    ("stars", "STAR records", "coaching:stars", CASEWORK),
    ("recognition", "Recognition", "coaching:recognition", CASEWORK),
]


@register.inclusion_tag("coaching/_tabs.html", takes_context=True)
def coaching_tabs(context: dict[str, Any], current: str) -> dict[str, Any]:
    """Link the pages that the person's role has."""
    role = context["request"].user.role
    return {"tabs": [(key == current, label, url) for key, label, url, roles in TABS if role in roles]}
