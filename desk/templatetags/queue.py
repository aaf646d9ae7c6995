"""What the queue's templates look up."""

from collections.abc import Mapping
from typing import Any

from django import template

from desk.selectors.queue.page import NUMBERED

register = template.Library()


@register.filter
def count_of(counts: Mapping[str, int], key: str) -> str:
    """Return the count of a view; what is beyond the cap is "2,000+"."""
    count = counts.get(key)
    if count is None:
        return ""
    return f"{NUMBERED:,}+" if count > NUMBERED else f"{count:,}"


@register.simple_tag
def sort_of(asked: Any, key: str) -> dict[str, str]:
    """Return where a column head leads, and which way the list is sorted by it now."""
    current = asked.filters.sort
    turned = f"-{key}" if current == key else key
    return {"url": asked.url(sort=turned), "direction": {key: "ascending", f"-{key}": "descending"}.get(current, "")}
