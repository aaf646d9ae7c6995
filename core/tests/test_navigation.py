"""The main navigation is filled by the apps, shown by role, and knows where the page stands."""

from types import SimpleNamespace
from typing import Any

import pytest

from core import navigation
from core.navigation import NavItem
from core.templatetags import shell


@pytest.fixture(autouse=True)
def _empty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(navigation, "_items", {})
    monkeypatch.setattr(navigation, "_header_buttons", {})


def request(path: str = "/", role: str = "AGENT", namespace: str = "") -> Any:
    match = SimpleNamespace(namespace=namespace)
    return SimpleNamespace(path=path, user=SimpleNamespace(role=role), resolver_match=match)


def shown(asked: Any) -> list[str]:
    return [entry.label for entry in navigation.entries_for(asked)]


def test_items_come_in_order_and_only_for_the_role() -> None:
    navigation.register(
        NavItem("Help", "help", roles={"AGENT"}, order=20),
        NavItem("Parts", "parts", roles={"AGENT", "MANAGER"}, order=10),
        NavItem("Privacy", "privacy", roles={"MANAGER"}, order=5),
    )

    assert shown(request()) == ["Parts", "Help"]


def test_an_item_whose_page_does_not_exist_is_left_out() -> None:
    navigation.register(NavItem("Later", "no-such-page", roles={"AGENT"}, order=1))

    assert shown(request()) == []


def test_seven_items_are_in_sight_and_the_others_under_more() -> None:
    navigation.register(*(NavItem(f"Item {number}", "help", roles={"AGENT"}, order=number) for number in range(9)))

    seen = shell.main_navigation({"request": request()})

    assert [entry.label for entry in seen["entries"]] == [f"Item {number}" for number in range(7)]
    assert [entry.label for entry in seen["more"]] == ["Item 7", "Item 8"]


def test_what_is_not_in_sight_is_not_counted() -> None:
    items = (NavItem(f"{n}", "help", roles={"AGENT"}, order=n, count=lambda user: 3) for n in range(8))
    navigation.register(*items)

    assert [entry.count for entry in navigation.entries_for(request())] == [3] * 7 + [0]


@pytest.mark.parametrize(
    ("path", "namespace", "current"),
    [
        ("/help/", "", ["Help"]),
        ("/help/keyboard/", "", ["Help"]),
        ("/elsewhere/", "complaints", ["Parts"]),
        ("/elsewhere/", "", []),
    ],
)
def test_the_current_item_is_found_by_path_then_by_namespace(path: str, namespace: str, current: list[str]) -> None:
    navigation.register(
        NavItem("Help", "help", roles={"AGENT"}, order=1),
        NavItem("Parts", "parts", roles={"AGENT"}, order=2, namespaces={"complaints"}),
    )

    entries = navigation.entries_for(request(path, namespace=namespace))

    assert [entry.label for entry in entries if entry.is_current] == current


def test_a_count_is_asked_for_the_person_who_looks() -> None:
    waits = {"AGENT": 3}
    navigation.register(NavItem("Help", "help", roles={"AGENT"}, order=1, count=lambda user: waits[user.role]))

    assert [entry.count for entry in navigation.entries_for(request())] == [3]


def test_the_header_button_is_for_those_who_may_use_it() -> None:
    navigation.register_header_button(NavItem("Log a case", "help", roles={"AGENT"}, order=0))

    assert [button.label for button in navigation.header_buttons_for(request().user)] == ["Log a case"]
    assert navigation.header_buttons_for(request(role="ADMIN").user) == []
