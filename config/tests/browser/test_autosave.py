"""static/js/autosave.js alone, on a form whose server answers what each test says."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Request, Route, expect
from pytest_django.live_server_helper import LiveServer

FORM = """<!doctype html><title>Form</title><main>
<form data-autosave="/example/save/" method="post">
<input type="hidden" name="csrfmiddlewaretoken" value="old"><input type="hidden" name="draft_version" value="7">
<label>Story <textarea name="story"></textarea></label><label>Phone <input name="phone" value="0123"></label>
<span data-autosave-status></span><span role="status" data-autosave-voice></span></form>
<dialog id="session-warning" data-idle-seconds="3600" data-url="/session/" data-sign-in="/accounts/login/"></dialog></main>
<script src="/static/js/autosave.js"></script>"""
SAVED = {"version": 8, "saved_at": "2025-11-20T16:02:00Z"}

Server = Callable[..., list[Request]]


@pytest.fixture
def serve(page: Page, live_server: LiveServer) -> Server:
    """Open the form and stop its clock; each save gets the next of `answers`, the last one for ever."""

    def with_answers(*answers: dict[str, Any]) -> list[Request]:
        saves: list[Request] = []

        def answer(route: Route) -> None:
            saves.append(route.request)
            route.fulfill(**answers[min(len(saves), len(answers)) - 1])

        page.clock.install()
        page.route("**/example/", lambda route: route.fulfill(body=FORM, content_type="text/html"))
        page.route("**/example/save/", answer)
        page.goto(live_server.url + "/example/")
        page.clock.pause_at(page.evaluate("Date.now()") + 1_000)
        return saves

    return with_answers


def status(page: Page) -> Any:
    return expect(page.locator("[data-autosave-status]"))


def voice(page: Page) -> Any:
    return expect(page.locator("[data-autosave-voice]"))


def test_the_whole_form_is_saved_a_second_after_the_last_key(page: Page, serve: Server) -> None:
    saves = serve({"json": SAVED})
    page.get_by_label("Story").press_sequentially("Refund")
    page.clock.fast_forward(999)
    assert saves == []

    page.clock.fast_forward(2)

    status(page).to_have_text("Draft saved 4:02pm")
    voice(page).to_have_text("Draft saved 4:02pm")
    typed = saves[0].post_data or ""
    assert all(part in typed for part in ("Refund", "0123", 'name="draft_version"\r\n\r\n7'))
    expect(page.locator("[name=draft_version]")).to_have_value("8")


def test_a_person_who_never_stops_typing_is_saved_every_five_seconds(page: Page, serve: Server) -> None:
    saves = serve({"json": SAVED})

    for _ in range(6):
        page.get_by_label("Story").press("a")
        page.clock.fast_forward(900)

    status(page).to_have_text("Draft saved 4:02pm")
    assert len(saves) == 1


def test_leaving_a_field_saves_at_once(page: Page, serve: Server) -> None:
    serve({"json": SAVED})
    page.get_by_label("Story").press("a")
    page.get_by_label("Story").press("Tab")

    page.clock.fast_forward(1)

    status(page).to_have_text("Draft saved 4:02pm")


def test_later_saves_are_shown_but_not_read_out(page: Page, serve: Server) -> None:
    serve({"json": SAVED}, {"json": SAVED | {"saved_at": "2025-11-20T16:05:00Z"}})
    page.get_by_label("Story").press("a")
    page.clock.fast_forward(1001)
    status(page).to_have_text("Draft saved 4:02pm")

    page.get_by_label("Story").press("b")
    page.clock.fast_forward(1001)

    status(page).to_have_text("Draft saved 4:05pm")
    voice(page).to_have_text("Draft saved 4:02pm")


def test_a_failed_save_is_tried_again_until_it_works(page: Page, serve: Server) -> None:
    down = {"status": 503, "body": ""}
    saves = serve(down, down, {"json": SAVED})
    page.get_by_label("Story").press("a")
    page.clock.fast_forward(1001)
    status(page).to_have_text("Not saved. We will keep trying. Do not close this tab.")
    voice(page).to_have_text("Not saved. We will keep trying. Do not close this tab.")

    with page.expect_response("**/save/"):
        page.clock.fast_forward(2001)
    page.clock.fast_forward(5001)

    status(page).to_have_text("Draft saved 4:02pm")
    assert len(saves) == 3


def test_another_tab_that_saved_first_is_not_overwritten_unasked(page: Page, serve: Server) -> None:
    saves = serve({"status": 409, "json": {"error": "Changed", "version": 12}}, {"json": SAVED})
    page.get_by_label("Story").press("a")
    page.clock.fast_forward(1001)
    status(page).to_contain_text("this draft was changed in another tab")

    page.get_by_role("button", name="Keep what is on this page").click()
    page.clock.fast_forward(1)

    status(page).to_have_text("Draft saved 4:02pm")
    assert 'name="draft_version"\r\n\r\n12' in (saves[1].post_data or "")


def test_signed_out_text_stays_and_is_saved_after_signing_in_again(page: Page, serve: Server) -> None:
    saves = serve({"status": 401, "json": {}}, {"json": SAVED})
    page.route("**/session/", lambda route: route.fulfill(json={"csrf_token": "new"}))
    page.get_by_label("Story").press("a")
    page.clock.fast_forward(1001)
    expect(page.get_by_role("link", name="Sign in again in a new tab")).to_be_visible()

    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator("[name=csrfmiddlewaretoken]")).to_have_value("new")
    page.clock.fast_forward(1)

    status(page).to_have_text("Draft saved 4:02pm")
    assert 'name="csrfmiddlewaretoken"\r\n\r\nnew' in (saves[1].post_data or "")
    expect(page.get_by_label("Story")).to_have_value("a")


def test_what_cannot_be_kept_is_said_and_the_next_change_tries_again(page: Page, serve: Server) -> None:
    serve({"status": 422, "json": {"error": "The story is too long."}}, {"json": SAVED})
    page.get_by_label("Story").press("a")
    page.clock.fast_forward(1001)
    status(page).to_have_text("The story is too long.")

    page.get_by_label("Story").press("b")
    page.clock.fast_forward(5001)

    status(page).to_have_text("Draft saved 4:02pm")
