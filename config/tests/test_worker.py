"""A real Celery worker on a real Redis: what is announced is handled, in the database that both share."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, transaction

from accounts.models import Notification
from accounts.tests.factories import UserFactory
from cases.tests.factories import NOW
from config.tests.row_task import read_notification_task
from core.queue import enqueue

pytestmark = [
    pytest.mark.redis,
    pytest.mark.xdist_group("redis"),  # they share one
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not settings.REDIS_URL, reason="REDIS_URL is not set"),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="a worker cannot share SQLite in memory"),
]
TIMEOUT_SECONDS = 30


@contextmanager
def running_worker(log: Path) -> Iterator[subprocess.Popen[bytes]]:
    database = connection.settings_dict
    address = f"{database['USER']}@{database['HOST']}:{database['PORT'] or 5432}/{database['NAME']}"
    command = ["-m", "celery", "-A", "config", "worker", "--pool", "prefork", "-c", "1", "-Q", "quick,slow"]
    with log.open("wb") as output:
        worker = subprocess.Popen(
            [sys.executable, *command, "--include", "config.tests.row_task", "--loglevel", "info"],
            cwd=settings.BASE_DIR,
            env=os.environ
            | {"DATABASE_URL": f"postgres://{address}", "DJANGO_SETTINGS_MODULE": "config.settings.test"},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield worker
    finally:
        worker.terminate()
        try:
            worker.wait(TIMEOUT_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(worker.pid, signal.SIGKILL)
            worker.wait()


def eventually(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.1)
    return False


def make_waiting_row() -> Notification:
    return Notification.objects.create(
        recipient=UserFactory.create(), kind="test", text="Waits", url="/", dedupe_key="waits", created_at=NOW
    )


def test_a_worker_handles_the_row_that_was_announced_through_redis(tmp_path: Path) -> None:
    log = tmp_path / "worker.log"
    waiting = make_waiting_row()

    with transaction.atomic():
        enqueue(read_notification_task, waiting.pk)
    with running_worker(log):
        handled = eventually(lambda: not Notification.objects.filter(pk=waiting.pk, read_at=None).exists())

    assert handled, log.read_text()


def test_a_worker_told_to_stop_ends_cleanly(tmp_path: Path) -> None:
    log = tmp_path / "worker.log"

    with running_worker(log) as worker:
        assert eventually(lambda: " ready." in log.read_text()), log.read_text()

    assert worker.returncode == 0, log.read_text()
