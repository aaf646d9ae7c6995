"""Every page of the access table, as the first role that may open it: sound when it opens, and sound when its form
is sent empty. A new URL is covered as soon as it has its line in the table."""

import re
from collections.abc import Callable
from io import StringIO
from typing import Literal

import pytest
from django.core.management import call_command
from django.urls import reverse
from playwright.sync_api import Page, ViewportSize, expect
from pytest_django.live_server_helper import LiveServer

from accounts.tests.factories import TeamFactory
from config.tests.access_world import PEOPLE, make_person, make_world
from config.tests.browser.checks import page_is_sound
from config.tests.browser.conftest import SignIn
from config.tests.test_access_matrix import LINES, PATTERNS, Line, address

PAGES = [
    line for line in LINES if line.method == "GET" and line.whose in {"-", "own"} and "yes" in line.answers.values()
]
ABOUT_CASES = [
    line
    for line in PAGES
    if not PATTERNS[line.url].pattern.regex.groupindex
    and line.url.rpartition(":")[0] not in {"", "accounts", "policies", "sla"}
]
NO_PAGE = {"desk:counts", "livez", "readyz", "accounts:session", "mfa_download_recovery_codes"}
LOOKS: list[tuple[ViewportSize, Literal["light", "dark"]]] = [
    ({"width": 1280, "height": 720}, "light"),
    ({"width": 320, "height": 568}, "dark"),
]
PRIMARY = "main form[method=post]:has(.field) .btn-primary[type=submit]:visible"


@pytest.fixture
def house_rules(transactional_db: None) -> None:
    call_command("load_policy_pack", "house", stdout=StringIO())


@pytest.mark.parametrize("line", [line for line in PAGES if line.url not in NO_PAGE], ids=str)
def test_every_page_is_sound(
    line: Line, page: Page, sign_in: SignIn, live_server: LiveServer, request: pytest.FixtureRequest
) -> None:
    if not line.url.startswith("sla:"):  # its world brings rules of its own
        request.getfixturevalue("house_rules")
    world = make_world()
    who = next(name for name, answer in line.answers.items() if answer == "yes")
    if who in PEOPLE:
        page = sign_in(world.people[who])
    url = live_server.url + address(line, world)

    look_at(page, url, then=send_empty_form)


@pytest.mark.usefixtures("house_rules")
@pytest.mark.parametrize("who", PEOPLE)
def test_pages_with_nothing_in_them_are_sound(
    who: str, page: Page, sign_in: SignIn, live_server: LiveServer, subtests: pytest.Subtests
) -> None:
    """What a person sees on the first day: people and rules are there, and not one case."""
    page = sign_in(make_person(PEOPLE[who], TeamFactory.create()))
    mine = [line for line in ABOUT_CASES if line.answers[who] == "yes" and line.url not in NO_PAGE]

    for line in mine:
        with subtests.test(line.url):
            look_at(page, live_server.url + reverse(line.url))


def look_at(page: Page, url: str, then: Callable[[Page], None] = lambda page: None) -> None:
    """Open a page wide and light, then narrow and dark; a file is no page."""
    if "text/html" not in page.request.head(url).headers.get("content-type", ""):
        return
    for size, scheme in LOOKS:
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme)
        page.goto(url)
        page_is_sound(page)
        then(page)


def send_empty_form(page: Page) -> None:
    """Where the page has one, send its form as it is; an error summary takes the focus and leads to the fields."""
    if page.locator(PRIMARY).count() == 0:
        return
    page.locator(PRIMARY).first.click()
    page.wait_for_load_state()
    page_is_sound(page)
    summary = page.locator(".error-summary")
    if summary.count() == 0:
        return
    expect(summary).to_be_focused()
    assert page.title().startswith("Error: ")
    for link in summary.locator("a").all():
        anchor = link.get_attribute("href") or ""
        assert re.fullmatch(r"#\S+", anchor)
        assert page.locator(anchor).count() == 1, f"{anchor} leads nowhere."
