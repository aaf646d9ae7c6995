"""Real processes to break: a Redis of our own, workers, beats, a web server, and a mail server that can misbehave."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from email.message import Message
from email.parser import BytesParser
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings
from django.db import connection

PATIENCE_SECONDS = 40
Process = subprocess.Popen[bytes]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def eventually(condition: Callable[[], object], seconds: float = PATIENCE_SECONDS) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return False


class MailServer:
    """Keeps what it accepts. `stall` makes it hang "before" it has taken a message, or "after", before it says so."""

    def __init__(self, port: int) -> None:
        self.port, self.stall = port, ""
        self.messages: list[Message] = []
        self.stalled = threading.Event()
        self.controller: Controller | None = None

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        import asyncio

        stall = self.stall
        if stall != "before":
            self.messages.append(BytesParser().parsebytes(bytes(envelope.content or b"")))
        if stall:
            self.stalled.set()
            await asyncio.sleep(PATIENCE_SECONDS)
        return "250 taken"

    def start(self) -> None:
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self.controller.start()

    def stop(self) -> None:
        if self.controller:
            self.controller.stop(no_assert=True)
            self.controller = None

    @property
    def message_ids(self) -> list[str]:
        return [str(message["Message-ID"]) for message in self.messages]


class OwnRedis:
    """A Redis that keeps nothing on disk: killed and started again, it is empty."""

    def __init__(self, folder: Path) -> None:
        self.port, self.folder = free_port(), folder
        self.process: Process | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        command = ["redis-server", "--port", str(self.port), "--save", "", "--appendonly", "no"]
        self.process = subprocess.Popen([*command, "--dir", str(self.folder)], stdout=subprocess.DEVNULL)
        assert eventually(self.answers)

    def answers(self) -> bool:
        with socket.socket() as client:
            client.settimeout(0.5)
            try:
                client.connect(("127.0.0.1", self.port))
                client.sendall(b"PING\r\n")
                return client.recv(16).startswith(b"+PONG")
            except OSError:
                return False

    def send(self, number: signal.Signals) -> None:
        assert self.process
        self.process.send_signal(number)
        if number == signal.SIGKILL:
            self.process.wait(PATIENCE_SECONDS)


def environment(redis: OwnRedis, mail: MailServer) -> dict[str, str]:
    database = connection.settings_dict
    address = f"{database['USER']}@{database['HOST']}:{database['PORT'] or 5432}/{database['NAME']}"
    return os.environ | {
        "DATABASE_URL": f"postgres://{address}",
        "DJANGO_SETTINGS_MODULE": "config.tests.faults.settings",
        "REDIS_URL": redis.url,
        "EMAIL_URL": f"smtp://127.0.0.1:{mail.port}",
    }


@contextmanager
def running(arguments: list[str], *, log: Path, env: dict[str, str]) -> Iterator[Process]:
    """Run a Python module in a session of its own, so that all its children can be killed with it."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", *arguments],
            cwd=settings.BASE_DIR,
            env=env,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        kill_all(process)


def kill_all(process: Process) -> None:
    """kill -9: the process and every child, as when the machine goes away."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(PATIENCE_SECONDS)


@contextmanager
def worker(env: dict[str, str], log: Path, *, children: int = 1) -> Iterator[Process]:
    command = ["celery", "-A", "config", "worker", "-c", str(children), "-Q", "quick,slow", "--loglevel", "info"]
    with running([*command, "--without-gossip", "--without-mingle"], log=log, env=env) as process:
        assert eventually(lambda: " ready." in log.read_text()), log.read_text()
        yield process


def beat(env: dict[str, str], log: Path) -> Any:
    schedule = log.with_suffix(".schedule")
    return running(["celery", "-A", "config", "beat", "-s", str(schedule), "--loglevel", "info"], log=log, env=env)
