"""Take the pictures in docs/screenshots: a demonstration of its own on a free port, looked at in Chromium."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Browser, Page, sync_playwright
from run import HOST, ROOT, commands, wait_until_served

FOLDER = ROOT / "docs" / "screenshots"
PASSWORD = "northfold-demo"  # noqa: S105 - the demonstration's
DOMAIN = "northfold.example"
QUIET = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync"]
STORY = (
    "Rang in March and again on 3 November about an estimated bill of £845. Both times somebody promised a corrected "
    "bill within ten days. Nothing came, and the Direct Debit was taken all the same."
)


def stay(page: Page) -> None:
    """Take the page as it opens."""


def answer_half(page: Page) -> None:
    """Answer enough of the log form for the panel beside it to know what will happen."""
    customer = page.get_by_role("row").nth(1).locator("td").first.inner_text()
    page.get_by_role("link", name="Log a case").click()
    page.get_by_label("Customer", exact=True).press_sequentially(customer, delay=20)
    page.get_by_role("option").first.wait_for()
    page.keyboard.press("Enter")
    page.get_by_label("Yes, they passed security").check()
    page.get_by_label("What is the customer telling you?").fill(STORY)
    page.get_by_label("Put it right").check()
    page.get_by_role("group", name="Is the customer unhappy").get_by_label("Yes").check()
    page.get_by_role("group", name="Is a service broken").get_by_label("No").check()
    page.get_by_label("We promised something and did not do it").first.check()
    page.get_by_label("This customer – serious loss, distress or support need").check()
    page.get_by_label("It is getting worse").check()
    page.wait_for_timeout(1_500)
    page.evaluate("scrollTo(0, 0); document.activeElement.blur()")


def open_submitted_case(page: Page) -> None:
    """Follow the first case of a list that waits for its sign-off: much has happened to it."""
    page.get_by_role("row").filter(has_text="With approver").get_by_role("link").first.click()
    page.wait_for_load_state()


def open_first_theme(page: Page) -> None:
    page.get_by_role("table").get_by_role("link").first.click()
    page.wait_for_load_state()


@dataclass(frozen=True)
class Shot:
    """One picture: who looks at what, in which window, and what they do first."""

    name: str
    person: str
    path: str
    first: Callable[[Page], None] = stay
    width: int = 1280
    height: int = 860
    scheme: str = "light"


AGENT, LEADER, MANAGER = "rowan.ashdown", "imogen.farrow", "marguerite.lindqvist"
SHOTS = (
    Shot("my-day", AGENT, "/"),
    Shot("my-day-390", AGENT, "/", width=390, height=844),
    Shot("log-a-case", AGENT, "/cases/", first=answer_half, height=1180),
    Shot("case", AGENT, "/cases/", first=open_submitted_case, height=1180),
    Shot("case-dark", AGENT, "/cases/", first=open_submitted_case, height=1180, scheme="dark"),
    Shot("queue", LEADER, "/cases/?view=all-open"),
    Shot("sign-off", LEADER, "/sign-off/"),
    Shot("theme", MANAGER, "/themes/", first=open_first_theme, height=1180),
    Shot("dashboard", MANAGER, "/dashboards/", height=1180),
)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def demonstration() -> Iterator[str]:
    """Serve a new demonstration, and leave nothing of it behind; yield its address."""
    with tempfile.TemporaryDirectory() as folder:
        settings = {
            "DATABASE_URL": f"sqlite:///{folder}/redress.sqlite3",
            "DJANGO_SETTINGS_MODULE": "config.settings.dev",
            "LOG_LEVEL": "WARNING",
            "MEDIA_ROOT": folder,
        }
        environment = os.environ | settings
        for command in (["migrate", "--verbosity", "0"], ["create_demo"]):
            subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=environment, check=True)
        port = free_port()
        with subprocess.Popen(commands(port)["web"], cwd=ROOT, env=environment) as web:
            try:
                if not wait_until_served(port):
                    raise TimeoutError("The demonstration did not start.")
                yield f"http://{HOST}:{port}"
            finally:
                web.terminate()


def take(browser: Browser, address: str, shot: Shot) -> None:
    context = browser.new_context(
        viewport={"width": shot.width, "height": shot.height},
        color_scheme="dark" if shot.scheme == "dark" else "light",
        reduced_motion="reduce",
        locale="en-GB",
        timezone_id="Europe/London",
    )
    page = context.new_page()
    page.goto(f"{address}/accounts/login/?next={shot.path}")
    page.get_by_label("Work email").fill(f"{shot.person}@{DOMAIN}")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/accounts/login/" not in url)
    shot.first(page)
    page.wait_for_load_state("networkidle")
    page.screenshot(path=FOLDER / f"{shot.name}.png")
    context.close()


def main() -> int:
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        print("No Chromium was found on this machine. Install the package chromium, then try again.", file=sys.stderr)
        return 1
    FOLDER.mkdir(parents=True, exist_ok=True)
    sandbox = [] if os.geteuid() else ["--no-sandbox"]
    began = time.monotonic()
    with demonstration() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=QUIET + sandbox)
        for shot in SHOTS:
            take(browser, address, shot)
        browser.close()
    print(f"{len(SHOTS)} pictures in {FOLDER.relative_to(ROOT)}, {time.monotonic() - began:.0f} s.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
