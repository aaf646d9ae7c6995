"""The pages of a complaint, from its points to the sign-off: sound in light and dark, wide and narrow, with errors."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.choices import ColourTheme
from cases.choices import CaseStatus
from complaints.models import ComplaintPoint, RedressItem
from complaints.services.confirming import make_link
from complaints.tests.factories import World, approved, confirmed, investigating, ready, sent, submitted
from config.tests.browser.checks import every_tab_stop_is_seen, page_is_sound
from config.tests.browser.conftest import SignIn
from policies.models import RedressRange

SIZES = [pytest.param(1280, 720, id="wide"), pytest.param(320, 568, id="narrow")]
THEMES = [ColourTheme.LIGHT, ColourTheme.DARK]
STEPS = ["start", "send", "answer", "close", "reopen", "withdraw"]


def url(world: World, name: str, *ids: int) -> str:
    return reverse(f"complaints:{name}", args=[world.case.reference, *ids])


def rich(make: object) -> World:
    """Return a complaint with a usual range, so that the redress says whether it is inside it."""
    world = make("250.00")
    usual = RedressRange.objects.create(
        redress_type="DISTRESS", level="Moderate", minimum=150, maximum=300, valid_from=date(2026, 1, 1)
    )
    RedressItem.objects.filter(case=world.case).update(usual=usual)
    return world


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("width", "height"), SIZES)
def test_the_pages_of_the_owner_are_sound(
    transactional_db: None, sign_in: SignIn, live_server: LiveServer, theme: ColourTheme, width: int, height: int
) -> None:
    world = rich(ready)
    ComplaintPoint.objects.create(case=world.case, number=2, text="Nobody rang back", edited_by=world.agent)
    world.agent.theme = theme
    world.agent.save(update_fields=["theme"])
    page = sign_in(world.agent)
    page.set_viewport_size({"width": width, "height": height})

    for name in ["points", "resolution", "define", *STEPS]:
        page.goto(live_server.url + url(world, name))
        page_is_sound(page)
    page.goto(live_server.url + url(world, "edit_point", world.point.pk))
    page_is_sound(page)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("width", "height"), SIZES)
def test_the_pages_of_the_approver_are_sound(
    transactional_db: None, sign_in: SignIn, live_server: LiveServer, theme: ColourTheme, width: int, height: int
) -> None:
    world = rich(submitted)
    world.leader.theme = theme
    world.leader.save(update_fields=["theme"])
    page = sign_in(world.leader)
    page.set_viewport_size({"width": width, "height": height})

    for path in [
        reverse("complaints:inbox"),
        reverse("complaints:inbox") + "?view=decided",
        url(world, "sign_off"),
        url(world, "resolution"),
    ]:
        page.goto(live_server.url + path)
        page_is_sound(page)


@pytest.mark.parametrize("make", [investigating, approved, sent, confirmed])
def test_the_resolution_is_sound_in_every_state(
    transactional_db: None, sign_in: SignIn, live_server: LiveServer, make: object
) -> None:
    world = make()
    page = sign_in(world.agent)

    page.goto(live_server.url + url(world, "resolution"))

    page_is_sound(page)


def test_a_form_with_errors_is_sound_and_takes_the_focus(
    transactional_db: None, sign_in: SignIn, live_server: LiveServer
) -> None:
    world = submitted()
    page = sign_in(world.leader)
    page.goto(live_server.url + url(world, "sign_off"))

    page.get_by_label("Return for changes").check()
    page.get_by_role("button", name="Return for changes").click()

    expect(page.get_by_role("alert")).to_contain_text("Enter why, so that the next person knows what to do")
    page_is_sound(page)


def test_a_leader_returns_and_approves_by_keyboard(
    transactional_db: None, sign_in: SignIn, live_server: LiveServer
) -> None:
    world = submitted()
    page = sign_in(world.leader)
    page.goto(live_server.url + url(world, "sign_off"))

    assert every_tab_stop_is_seen(page) > 10
    page.get_by_label("Approve", exact=False).first.focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Approve resolution").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_role("status").first).to_contain_text("You approved the resolution.")
    assert world.reload().status == CaseStatus.APPROVED


def test_the_button_says_what_it_will_do(transactional_db: None, sign_in: SignIn, live_server: LiveServer) -> None:
    world = submitted()
    page: Page = sign_in(world.leader)
    page.goto(live_server.url + url(world, "sign_off"))

    expect(page.get_by_role("button", name="Approve resolution")).to_be_visible()
    expect(page.get_by_text("Which parts need changing?")).to_be_hidden()
    page.get_by_label("Return for changes").check()
    expect(page.get_by_role("button", name="Return for changes")).to_be_visible()
    expect(page.get_by_text("Which parts need changing?")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("width", "height"), SIZES)
def test_a_customer_answers_by_keyboard_on_their_own_page(
    transactional_db: None, page: Page, live_server: LiveServer, scheme: str, width: int, height: int
) -> None:
    world = sent()
    token = make_link(world.case, actor=world.agent, now=timezone.now())
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": height})

    page.goto(f"{live_server.url}/r/{token}/")
    page_is_sound(page)
    page.get_by_label("Enter your postcode").fill("YO24 1AA")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Has this been put right?")
    page_is_sound(page)
    page.get_by_role("button", name="Check your answers").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Answer the question")
    page_is_sound(page)
    page.get_by_label("Yes, it is sorted").press("Space")
    page.get_by_label("Very satisfied").press("Space")
    page.get_by_role("button", name="Check your answers").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your answers")
    page_is_sound(page)
    page.get_by_role("button", name="Send your answers").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")
    page_is_sound(page)

    assert world.reload().status == CaseStatus.CONFIRMED
