"""A page saves while Redis accepts connections and never answers."""

import http.client
import re
import signal
import time
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection

from accounts.backends import SessionStore
from accounts.models import User
from cases.models import Case, InternalNote
from cases.tests.factories import CaseFactory
from config.tests.faults.harness import OwnRedis, eventually, free_port, running

pytestmark = [
    pytest.mark.redis,
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not settings.REDIS_URL, reason="REDIS_URL is not set"),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="a web server cannot share SQLite in memory"),
]
LONGEST_ANSWER_SECONDS = 3.0


def session_of(person: User) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.create()
    assert session.session_key
    return session.session_key


class Browser:
    """Just enough of one: it keeps cookies and the token of the form that it last saw."""

    def __init__(self, port: int, session: str) -> None:
        self.port, self.cookies = port, {settings.SESSION_COOKIE_NAME: session}

    def ask(self, method: str, path: str, body: str = "") -> tuple[int, str]:
        client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded"}
        client.request(method, path, body, headers)
        response = client.getresponse()
        for header in response.msg.get_all("Set-Cookie") or []:
            name, _, rest = header.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        return response.status, response.read().decode()

    def answers(self) -> bool:
        try:
            return self.ask("GET", "/livez")[0] == 200
        except OSError:
            return False


def write(browser: Browser, case: Case, body: str) -> tuple[int, float]:
    """Save a note; return the status and how long the page took to answer."""
    path = f"/cases/{case.reference}/note/"
    _, page = browser.ask("GET", f"/cases/{case.reference}/")
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token, page[:2000]
    form = {"csrfmiddlewaretoken": token[1], "body": body}
    started = time.monotonic()
    status, answer = browser.ask("POST", path, urlencode(form))
    assert status == 302, answer[:3000]
    return status, time.monotonic() - started


def test_a_page_saves_and_answers_while_redis_hangs(env: dict[str, str], own_redis: OwnRedis, tmp_path: Path) -> None:
    case, port = CaseFactory.create(), free_port()
    command = ["gunicorn", "config.wsgi", "-b", f"127.0.0.1:{port}", "--threads", "2"]
    with running(command, log=tmp_path / "web.log", env=env):
        browser = Browser(port, session_of(case.owner))
        assert eventually(browser.answers), (tmp_path / "web.log").read_text()
        write(browser, case, "The refund is on its way.")
        own_redis.send(signal.SIGSTOP)
        try:
            took = [write(browser, case, f"Note {number}.")[1] for number in range(3)]
        finally:
            own_redis.send(signal.SIGCONT)

    assert max(took) < LONGEST_ANSWER_SECONDS
    assert InternalNote.objects.filter(case=case).count() == 4
