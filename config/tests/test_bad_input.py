"""Whatever is typed or forged into any form of any page: a clean answer, nothing lost, never a fault of ours."""

from collections.abc import Iterator
from io import StringIO
from urllib.parse import urljoin, urlsplit

import pytest
from django.core.management import call_command
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import resolve
from django.utils.html import escape
from pytest_django import DjangoDbBlocker

from config.tests.access_world import PEOPLE, make_world
from config.tests.forms_of_pages import PageForm, forms_of
from config.tests.test_access_matrix import LINES, Line, address

TYPED_BADLY = {
    "nothing": "",
    "spaces": "   ",
    "a NUL byte": "before\0after",
    "emoji": "Zoë 👩‍👩‍👧 \u202e",
    "a page of text": "word " * 2_500,
    "one endless word": "w" * 12_000,
    "HTML": "<script>alert(1)</script><b onclick='x'>",
    "a formula": '=HYPERLINK("https://example.org","see")',
    "an impossible date": "2026-02-31",
    "the end of time": "9999-12-31",
    "the year nought": "0000-00-00",
    "a huge number": "9" * 40,
    "no number": "NaN",
    "a negative number": "-1",
}
FORGED = ["0", "-1", "999999999", "9" * 30, "abc", "a\0b", "<script>", "None"]
CLEAN = {200, 204, 302, 303, 400, 403, 404, 405, 409, 422, 429}
PAGES = [
    line
    for line in LINES
    if line.method == "GET" and line.whose in {"-", "own"} and any(line.answers[who] == "yes" for who in PEOPLE)
]

_sent: set[tuple[str, frozenset[str]]] = set()  # a form that stands on many pages is sent from the first

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.xdist_group("bad input"),  # one process, or each would send every form again
]


DEADLINES = [line for line in PAGES if line.url.startswith("sla:")]


@pytest.mark.parametrize("line", DEADLINES, ids=str)
def test_every_form_about_deadlines_bears_what_is_typed_into_it(line: Line, subtests: pytest.Subtests) -> None:
    """These go first, while there are no rules but those that their own world brings."""
    send_badly(line, subtests)


@pytest.fixture(scope="module")
def house_rules(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_policy_pack", "house", stdout=StringIO())
        yield
        transaction.set_rollback(True)


@pytest.mark.usefixtures("house_rules")
@pytest.mark.parametrize("line", [line for line in PAGES if line not in DEADLINES], ids=str)
def test_every_form_bears_what_is_typed_into_it(line: Line, subtests: pytest.Subtests) -> None:
    send_badly(line, subtests)


def send_badly(line: Line, subtests: pytest.Subtests) -> None:
    """Open a page as the first who may, and send each of its forms with everything that should not be in them."""
    world = make_world()
    client = Client()
    client.force_login(world.people[next(who for who in PEOPLE if line.answers[who] == "yes")])
    path = address(line, world)
    page = client.get(path)
    if not page.get("Content-Type", "").startswith("text/html"):
        return

    for form in forms_of(page.content.decode()):
        url = urljoin(path, form.action)
        if is_new(url, form):
            for what, data in bad_answers(form):
                with subtests.test(f"{url}: {what}"):
                    check(send(client, form.method, url, data), form, data)


def is_new(url: str, form: PageForm) -> bool:
    key = (resolve(urlsplit(url).path).view_name, frozenset(form.fields))
    if key in _sent:
        return False
    _sent.add(key)
    return True


def bad_answers(form: PageForm) -> Iterator[tuple[str, dict[str, str]]]:
    if form.has_typed:
        for what, value in TYPED_BADLY.items():
            yield what, form.typed(value)
    if form.has_ids:
        for value in FORGED:
            yield f"forged {value!r}", form.chosen(value)


def send(client: Client, method: str, url: str, data: dict[str, str]) -> HttpResponse:
    """Send it; what it changed is undone."""
    with transaction.atomic():
        response = client.get(url, data) if method == "get" else client.post(url, data)
        transaction.set_rollback(True)
    return response


def check(response: HttpResponse, form: PageForm, data: dict[str, str]) -> None:
    assert response.status_code in CLEAN
    if response.status_code != 422:
        return
    html = response.content.decode()
    lost = [
        name
        for name, value in data.items()
        if form.fields[name].kind in {"text", "textarea"} and value.strip() and escape(value.strip()) not in html
    ]
    assert lost == []
