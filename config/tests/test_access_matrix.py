"""Hold every URL, asked for by every role at every distance, against the table in `access_table.py`."""

from dataclasses import dataclass

import pytest
from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import resolve_url
from django.test import Client
from django.urls import reverse

from config.tests.access_table import TABLE
from config.tests.access_world import PEOPLE, World, argument, make_world
from core.tests.test_architecture import named_patterns

WHO = [*PEOPLE, "anonymous"]
WORDS = {"yes", "no", "none", "login"}
DISTANCES = {"own", "team", "other", "-"}


@dataclass(frozen=True)
class Line:
    url: str
    method: str
    whose: str
    answers: dict[str, str]

    def __str__(self) -> str:
        return f"{self.method} {self.url} {self.whose}"


def read_table() -> list[Line]:
    header, *lines = [line.split() for line in TABLE.splitlines() if line.strip()]
    assert header[3:] == WHO
    return [Line(url, method, whose, dict(zip(WHO, answers, strict=True))) for url, method, whose, *answers in lines]


LINES = read_table()
PATTERNS = dict(named_patterns())


def test_every_url_is_in_the_table_and_every_line_has_its_url() -> None:
    assert {line.url for line in LINES} == set(PATTERNS)


def test_every_line_is_written_once_in_known_words() -> None:
    assert len({str(line) for line in LINES}) == len(LINES)
    assert {line.whose for line in LINES} <= DISTANCES
    assert {word for line in LINES for word in line.answers.values()} <= WORDS


@pytest.mark.django_db
@pytest.mark.parametrize("line", LINES, ids=str)
def test_the_answers_are_those_of_the_table(line: Line) -> None:
    world = make_world()
    path = address(line, world)

    assert {who: ask(path, line.method, who, world) for who in WHO} == line.answers


def address(line: Line, world: World) -> str:
    side = world.sides["own" if line.whose == "-" else line.whose]
    names = PATTERNS[line.url].pattern.regex.groupindex
    return reverse(line.url, kwargs={name: argument(line.url, name, side) for name in names})


def ask(path: str, method: str, who: str, world: World) -> str:
    """Return what `who` is answered; what the question changed is undone."""
    client = Client()
    with transaction.atomic():
        if who in world.people:
            client.force_login(world.people[who])
        response = client.generic(method, path)
        transaction.set_rollback(True)
    return in_words(response)


def in_words(response: HttpResponse) -> str:
    sign_in = resolve_url(settings.LOGIN_URL)
    match response.status_code:
        case 403:
            return "no"
        case 404:
            return "none"
        case 302 if response["Location"].startswith(f"{sign_in}?"):
            return "login"
        case 200 | 204 | 302 | 303 | 400 | 409 | 422:
            return "yes"
        case status:
            return f"unexpected {status}"
