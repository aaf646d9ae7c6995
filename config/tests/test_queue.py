"""Work is announced after the commit, and a broker that is down or hung never stops or slows a save for long."""

import json
import logging
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from celery import shared_task, signals
from celery.app.defaults import DEFAULTS
from django.conf import settings
from django.db import transaction

from config.celery import WORKER_SOCKET_SECONDS, app
from core.queue import enqueue

LONGEST_WAIT_SECONDS = 2.0


@shared_task
def look_task(case_id: int) -> None: ...


@contextmanager
def broker_url(*, listening: bool) -> Iterator[str]:
    """A Redis that refuses connections, or one that accepts them and never says a word."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        if listening:
            server.listen()
        yield f"redis://127.0.0.1:{server.getsockname()[1]}/0"


PUBLISH = """
import time
import django
django.setup()
from config.tests.test_queue import look_task
from core.queue import _publish
started = time.monotonic()
_publish(look_task, (7,))
print(time.monotonic() - started)
"""


@pytest.mark.parametrize("listening", [False, True], ids=["redis is down", "redis is hung"])
def test_a_page_goes_on_without_redis(listening: bool) -> None:
    with broker_url(listening=listening) as url:
        answer = subprocess.run(
            [sys.executable, "-c", PUBLISH],
            env={"DJANGO_SETTINGS_MODULE": "config.settings.test", "REDIS_URL": url, "PYTHONPATH": "."},
            cwd=settings.BASE_DIR,
            capture_output=True,
            text=True,
            timeout=60,
        )

    assert answer.returncode == 0, answer.stderr
    assert "task_not_announced task=config.tests.test_queue.look_task" in answer.stdout
    assert float(answer.stdout.splitlines()[-1]) < LONGEST_WAIT_SECONDS


@pytest.mark.django_db
def test_work_is_announced_after_the_commit(
    django_capture_on_commit_callbacks: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    announced: list[tuple[int, ...]] = []
    monkeypatch.setattr(look_task, "apply_async", lambda args, **options: announced.append(args))

    with django_capture_on_commit_callbacks(execute=True):
        enqueue(look_task, 7)
        assert announced == []

    assert announced == [(7,)]


@pytest.mark.django_db
def test_work_of_a_rolled_back_change_is_never_announced(monkeypatch: pytest.MonkeyPatch) -> None:
    announced: list[tuple[int, ...]] = []
    monkeypatch.setattr(look_task, "apply_async", lambda args, **options: announced.append(args))

    with transaction.atomic():
        enqueue(look_task, 7)
        transaction.set_rollback(True)

    assert announced == []


def test_every_celery_setting_is_one_that_celery_reads() -> None:
    ours = {name.removeprefix("CELERY_").lower() for name in dir(settings) if name.startswith("CELERY_")}

    assert ours - set(DEFAULTS) == set()


def test_the_effective_configuration_loses_nothing_and_repeats_safely() -> None:
    conf = app.conf

    assert conf.task_acks_late
    assert conf.task_reject_on_worker_lost
    assert conf.task_ignore_result
    assert conf.accept_content == ["json"]
    assert conf.worker_prefetch_multiplier == 1
    assert conf.timezone == "UTC"
    assert {(queue.name, queue.routing_key) for queue in conf.task_queues} == {("quick", "quick"), ("slow", "slow")}
    assert all(line["options"]["expires"] for line in conf.beat_schedule.values())


def test_every_scheduled_task_exists() -> None:
    app.loader.import_default_modules()

    assert {line["task"] for line in app.conf.beat_schedule.values()} <= set(app.tasks)


def test_a_worker_is_more_patient_with_redis_than_a_page() -> None:
    class Conf:
        broker_transport_options = {"socket_timeout": 0.5, "visibility_timeout": 600}

    signals.celeryd_init.send(sender=None, instance=None, conf=Conf)

    assert Conf.broker_transport_options["socket_timeout"] == WORKER_SOCKET_SECONDS
    assert Conf.broker_transport_options["visibility_timeout"] == 600


def test_the_filesystem_broker_carries_a_task(tmp_path: Path) -> None:
    """What `make run` uses: publish in one connection, read in another."""
    from kombu import Connection

    options = {
        "data_folder_in": str(tmp_path),
        "data_folder_out": str(tmp_path),
        "control_folder": str(tmp_path / "control"),
    }
    with Connection("filesystem://", transport_options=options) as sender:
        sender.SimpleQueue("quick").put({"case": 7})
    with Connection("filesystem://", transport_options=options) as reader:
        assert reader.SimpleQueue("quick").get(timeout=5).payload == {"case": 7}


def test_a_production_log_line_is_json() -> None:
    from core.logs import JsonFormatter

    record = logging.LogRecord("cases.services", logging.INFO, __file__, 1, "case_moved case=%s", (7,), None)

    line = json.loads(JsonFormatter().format(record))

    assert line["message"] == "case_moved case=7"
    assert line["level"] == "INFO"
    assert line["time"].endswith("+00:00")
