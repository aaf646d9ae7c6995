"""The frame of every page: the main navigation and the button in the header."""

from typing import Any

from django import template

from core import navigation

register = template.Library()


@register.inclusion_tag("components/main_navigation.html", takes_context=True)
def main_navigation(context: dict[str, Any]) -> dict[str, Any]:
    """Show the items of the signed-in person's role: the first seven, and the others behind one button."""
    entries = navigation.entries_for(context["request"])
    more = entries[navigation.MOST_ITEMS :]
    is_in_more = any(entry.is_current for entry in more)
    return {"entries": entries[: navigation.MOST_ITEMS], "more": more, "is_in_more": is_in_more}


@register.simple_tag(takes_context=True)
def header_buttons(context: dict[str, Any]) -> list[navigation.NavEntry]:
    return navigation.header_buttons_for(context["user"])
