"""The main navigation, filled by the apps that own the pages.

`core` knows no app, so each app registers its own items when it starts:

    class CoachingConfig(AppConfig):
        name = "coaching"

        def ready(self) -> None:
            from accounts.choices import Role
            from core.navigation import NavItem, register

            register(NavItem("Coaching", "coaching:list", roles={Role.TEAM_LEADER}, order=75))

Orders leave room: my day 10, dashboards 20, themes 30, recommendations 40, cases 50, incidents 60, sign-off 70,
coaching 75, team 80, quality 90, library 100, policies 120, people 130. A role sees at most seven items.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import NoReverseMatch, reverse

if TYPE_CHECKING:
    from accounts.models import User
    from core.http import AuthenticatedRequest

MOST_ITEMS = 7


@dataclass(frozen=True)
class NavItem:
    """One item for some roles. `count` asks how many things wait; `namespaces` are URLs that also belong under it."""

    label: str
    url_name: str
    roles: Collection[str]
    order: int
    count: "Callable[[User], int] | None" = None
    namespaces: Collection[str] = ()


@dataclass(frozen=True)
class NavEntry:
    """An item as one person sees it on one page."""

    label: str
    url: str
    is_current: bool
    count: int


_items: dict[str, NavItem] = {}
_header_buttons: dict[str, NavItem] = {}


def register(*items: NavItem) -> None:
    """Add items to the main navigation; the same URL name and label registered again replaces the first."""
    for item in items:
        _items[f"{item.url_name} {item.label}"] = item


def register_header_button(item: NavItem) -> None:
    """Put one button into the header of every page; the product has one, "Log a case"."""
    _header_buttons[item.url_name] = item


def header_buttons_for(user: "User") -> list[NavEntry]:
    """Return the header buttons of the person's role whose page exists."""
    mine = [item for item in _header_buttons.values() if user.role in item.roles]
    return [NavEntry(item.label, url, is_current=False, count=0) for item in mine if (url := _url(item))]


def entries_for(request: "AuthenticatedRequest") -> list[NavEntry]:
    """Return the items of the signed-in person's role, in order; an item whose page does not exist is left out.

    What is not in sight is not counted.
    """
    mine = sorted((item for item in _items.values() if request.user.role in item.roles), key=lambda item: item.order)
    found = [(item, url) for item in mine if (url := _url(item))]
    current = _current_url(request, found)
    return [
        NavEntry(
            item.label,
            url,
            is_current=url == current,
            count=item.count(request.user) if item.count and place < MOST_ITEMS else 0,
        )
        for place, (item, url) in enumerate(found)
    ]


def _url(item: NavItem) -> str | None:
    try:
        return reverse(item.url_name)
    except NoReverseMatch:
        return None


def _current_url(request: "AuthenticatedRequest", found: list[tuple[NavItem, str]]) -> str | None:
    """Return the URL of the item that the page belongs to: by the longest shared path, else by namespace."""
    above = [url for _, url in found if request.path == url or (url != "/" and request.path.startswith(url))]
    if above:
        return max(above, key=len)
    namespace = request.resolver_match.namespace if request.resolver_match else ""
    return next((url for item, url in found if namespace and namespace in item.namespaces), None)
