"""A real Chromium against the running product. Runs as a pytest process of its own: `make test-browser`.

Playwright keeps an event loop in this thread, so Django's guard against blocking calls is lifted here and nowhere else.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client
from playwright.sync_api import BrowserContext, Page
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from cases.tests.factories import NOW
from sla.tests.factories import make_system_user

pytest.register_assert_rewrite("config.tests.browser.checks")
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

# The shell first: Chromium without its own windows opens a page in two thirds of the time.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, BROWSERS)), None)
QUIET = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync"]

SignIn = Callable[[User], Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if CHROMIUM is None and os.environ.get("REQUIRE_BROWSER"):
        raise pytest.UsageError("REQUIRE_BROWSER is set, and no Chromium was found on this machine.")
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="No Chromium was found on this machine."))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    sandbox = [] if os.geteuid() else ["--no-sandbox"]
    return browser_type_launch_args | {"executable_path": CHROMIUM, "args": QUIET + sandbox}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """Bootstrap scrolls smoothly unless told not to, and geometry is only true once the page stands still."""
    steady = {"reduced_motion": "reduce", "locale": "en-GB", "timezone_id": "Europe/London"}
    return browser_context_args | steady | {"viewport": {"width": 1280, "height": 720}}


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None, worker_id: str) -> None:
    """Keep SQLite in a file: the threads of the server and the test then wait for each other, as in the product."""
    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = str(settings.VAR_DIR / f"browser-tests-{worker_id}.sqlite3")


@pytest.fixture(autouse=True)
def _working_day() -> Iterator[None]:
    """Let the server's clock run from the afternoon on which the cases of the factories live.

    Every test lives the same minutes, so what was counted in them before, such as tries of a link, is forgotten.
    """
    cache.clear()
    with time_machine.travel(NOW + timedelta(hours=1), tick=True):
        yield


@pytest.fixture(autouse=True)
def _system_user(transactional_db: None) -> None:
    """Put back what a migration wrote: the test before has emptied every table."""
    make_system_user()


@pytest.fixture
def sign_in(page: Page, context: BrowserContext, live_server: LiveServer) -> SignIn:
    """Return a page of somebody who is signed in; addresses are relative to `live_server.url`."""

    def as_person(person: User) -> Page:
        client = Client()
        client.force_login(person)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
        return page

    return as_person


@pytest.fixture(autouse=True)
def no_complaints(page: Page) -> Iterator[None]:
    """Fail a test whose page broke the content security policy or threw an error."""
    heard: list[str] = []
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("console", lambda line: heard.append(line.text) if "Content Security Policy" in line.text else None)
    yield
    assert heard == []
