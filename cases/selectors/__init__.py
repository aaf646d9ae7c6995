"""Reads of the case file, by subject. Apps above `cases` take these."""

from cases.selectors.closing import closing_obstacles, investigation_obstacles, promise_obstacles
from cases.selectors.figures import figures_of
from cases.selectors.page import case_page_context, linked_cases, page_cases, render_context

__all__ = [
    "case_page_context",
    "closing_obstacles",
    "figures_of",
    "investigation_obstacles",
    "linked_cases",
    "page_cases",
    "promise_obstacles",
    "render_context",
]
