"""The parts catalogue, sign-in and the pages about the person: sound in light and dark, wide and narrow."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.choices import ColourTheme
from accounts.models import Notification, User
from accounts.tests.factories import UserFactory
from config.tests.browser.checks import every_tab_stop_is_seen, nothing_scrolls_sideways, page_is_sound
from config.tests.browser.conftest import SignIn

SIZES = [pytest.param(1280, 720, id="wide"), pytest.param(320, 568, id="narrow")]
THEMES = [ColourTheme.LIGHT, ColourTheme.DARK]
PUBLIC = ["/accounts/login/", "/accounts/password/reset/", "/accounts/password/reset/done/", "/help/", "/privacy/"]
OWN = ["/parts/", "/notifications/", "/preferences/", "/accounts/password/change/", "/accounts/2fa/", "/no-such-page/"]


@pytest.fixture
def person(transactional_db: None) -> User:
    person = UserFactory.create(full_name="Priya Shah")
    person.set_password("correct horse battery staple")
    person.save(update_fields=["password"])
    return person


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("width", "height"), SIZES)
def test_pages_of_a_person_are_sound(
    sign_in: SignIn, live_server: LiveServer, person: User, theme: ColourTheme, width: int, height: int
) -> None:
    person.theme = theme
    person.save(update_fields=["theme"])
    page = sign_in(person)
    page.set_viewport_size({"width": width, "height": height})

    for path in OWN:
        page.goto(live_server.url + path)
        page_is_sound(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("width", "height"), SIZES)
def test_public_pages_are_sound_and_follow_the_device(
    page: Page, live_server: LiveServer, scheme: str, width: int, height: int
) -> None:
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": height})

    for path in PUBLIC:
        page.goto(live_server.url + path)
        assert page.locator("html").get_attribute("data-bs-theme") == scheme
        page_is_sound(page)


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_every_part_is_reached_by_tab_and_seen(
    sign_in: SignIn, live_server: LiveServer, person: User, width: int, height: int
) -> None:
    page = sign_in(person)
    page.set_viewport_size({"width": width, "height": height})
    page.goto(live_server.url + "/parts/")

    assert every_tab_stop_is_seen(page) > 40


def test_a_wrong_password_takes_the_focus_to_the_summary(page: Page, live_server: LiveServer, person: User) -> None:
    page.goto(live_server.url + "/accounts/login/")
    page.get_by_label("Work email").fill(person.email)
    page.get_by_label("Password", exact=True).fill("not the password")
    page.keyboard.press("Enter")

    expect(page.locator(".error-summary")).to_be_focused()
    assert page.title() == "Error: Sign in – Redress"
    page_is_sound(page)


def test_an_error_link_lands_in_its_field(page: Page, live_server: LiveServer, transactional_db: None) -> None:
    page.goto(live_server.url + "/accounts/login/")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="Enter password").click()

    expect(page.get_by_label("Password", exact=True)).to_be_focused()


def test_a_password_can_be_read_while_typing(page: Page, live_server: LiveServer) -> None:
    page.goto(live_server.url + "/accounts/login/")
    page.get_by_role("button", name="Show password").click()

    assert page.get_by_label("Password", exact=True).get_attribute("type") == "text"


def test_the_account_menu_opens_and_closes_by_keyboard(sign_in: SignIn, live_server: LiveServer, person: User) -> None:
    page = sign_in(person)
    page.goto(live_server.url + "/help/")
    menu = page.locator("details[data-menu]")
    menu.locator("summary").press("Enter")
    page_is_sound(page)

    page.keyboard.press("Escape")

    expect(menu).not_to_have_attribute("open", "")
    expect(menu.locator("summary")).to_be_focused()


def test_the_inbox_is_sound_when_it_is_full(sign_in: SignIn, live_server: LiveServer, person: User) -> None:
    told_at = datetime(2025, 11, 20, 9, 0, tzinfo=UTC)
    for number in range(40):
        text = f"Line {number}: a case with a rather long name was given to you by Sam Okafor"
        Notification.objects.create(
            recipient=person, kind="ASSIGNED", text=text, url="/help/", dedupe_key=str(number), created_at=told_at
        )
    page = sign_in(person)
    page.goto(live_server.url + "/notifications/")
    page_is_sound(page)

    page.get_by_role("button", name="Mark all as read").click()

    expect(page.get_by_role("status").filter(has_text="40 marked as read.")).to_be_visible()


def test_typing_single_keys_changes_nothing(sign_in: SignIn, live_server: LiveServer, person: User) -> None:
    page = sign_in(person)
    page.goto(live_server.url + "/help/")
    before = page.content()

    page.keyboard.type("abcdefghijklmnopqrstuvwxyz0123456789/?.,")

    assert page.content() == before


def test_wide_letters_and_lines_clip_nothing(sign_in: SignIn, live_server: LiveServer, person: User) -> None:
    page = sign_in(person)
    page.set_viewport_size({"width": 320, "height": 568})
    page.goto(live_server.url + "/parts/")
    page.evaluate("""() => {
        const sheet = new CSSStyleSheet();
        sheet.replaceSync('* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }');
        document.adoptedStyleSheets = [sheet];
    }""")

    nothing_scrolls_sideways(page)


def test_a_session_warns_before_it_ends(sign_in: SignIn, live_server: LiveServer, person: User) -> None:
    page = sign_in(person)
    page.clock.install()
    page.goto(live_server.url + "/help/")
    page.clock.fast_forward("56:00")
    warning = page.get_by_role("dialog", name="You will be signed out in 5 minutes")
    expect(warning).to_be_visible()

    with page.expect_response("**/session/") as answer:
        warning.get_by_role("button", name="Stay signed in").press("Enter")

    assert answer.value.ok
    expect(warning).to_be_hidden()
