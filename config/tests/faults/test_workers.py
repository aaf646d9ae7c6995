"""Workers are killed, beats run twice, tasks arrive five times, Redis goes away: nothing is lost, nothing is told twice."""

import json
import signal
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from accounts.choices import EmailState
from accounts.models import OutboxEmail
from accounts.services.outbox import send_due_emails
from config.celery import WORKER_SOCKET_SECONDS, app
from config.tests.faults.harness import MailServer, OwnRedis, beat, eventually, kill_all, running, worker
from config.tests.faults.world import (
    LEASE_IS_OVER,
    check_every_reminder_was_told_once,
    everything_is_settled,
    make_late_cases,
)

pytestmark = [
    pytest.mark.redis,
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not settings.REDIS_URL, reason="REDIS_URL is not set"),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="a worker cannot share SQLite in memory"),
]


def publish(own_redis: OwnRedis, task: str, times: int = 1) -> None:
    with app.connection_for_write(own_redis.url) as broker:
        for _ in range(times):
            app.send_task(task, connection=broker, retry=False)


@pytest.mark.parametrize("stall", ["before", "after"])
def test_a_worker_killed_between_claim_and_commit_is_followed_by_another(
    env: dict[str, str], own_redis: OwnRedis, mail_server: MailServer, tmp_path: Path, stall: str
) -> None:
    """Nobody can know whether a message left a sender that died, so it is sent again, under the same id and flagged."""
    now = make_late_cases(1)
    mail_server.stall = stall
    with worker(env, tmp_path / "worker.log") as process:
        publish(own_redis, "sla.tasks.tick")
        assert eventually(mail_server.stalled.is_set), (tmp_path / "worker.log").read_text()
        kill_all(process)
    mail_server.stall = ""
    claimed = OutboxEmail.objects.get(state=EmailState.SENDING)

    send_due_emails(now=now)
    while_leased = OutboxEmail.objects.get(pk=claimed.pk).state
    report = send_due_emails(now=now + LEASE_IS_OVER)

    assert while_leased == EmailState.SENDING
    assert report.maybe_duplicates == 1
    assert list(OutboxEmail.objects.filter(maybe_duplicate=True)) == [claimed]
    copies = [each for each in mail_server.message_ids if str(claimed.message_id) in each]
    assert len(copies) == (2 if stall == "after" else 1)
    assert len(set(mail_server.message_ids)) == 2
    check_every_reminder_was_told_once(2)


def test_two_beats_and_five_copies_of_each_task_tell_everybody_once(
    env: dict[str, str], own_redis: OwnRedis, mail_server: MailServer, tmp_path: Path
) -> None:
    make_late_cases(10)
    beats = [tmp_path / "first.log", tmp_path / "second.log"]
    with (
        worker(env, tmp_path / "worker.log", children=2),
        beat(env, beats[0]),
        beat(env, beats[1]),
    ):
        publish(own_redis, "sla.tasks.tick", times=5)
        publish(own_redis, "accounts.tasks.send_due_emails", times=5)
        assert eventually(lambda: all("Sending due task" in log.read_text() for log in beats))
        assert eventually(lambda: everything_is_settled(20)), (tmp_path / "worker.log").read_text()

    check_every_reminder_was_told_once(20)
    assert len(mail_server.messages) == len(set(mail_server.message_ids)) == 20
    assert not OutboxEmail.objects.filter(maybe_duplicate=True).exists()


def test_a_redis_that_comes_back_empty_has_lost_nothing(
    env: dict[str, str], own_redis: OwnRedis, mail_server: MailServer, tmp_path: Path
) -> None:
    make_late_cases(3)
    with worker(env, tmp_path / "worker.log"):
        own_redis.send(signal.SIGSTOP)
        own_redis.send(signal.SIGKILL)
        own_redis.start()
        with beat(env, tmp_path / "beat.log"):
            settled = eventually(lambda: everything_is_settled(6))

    assert settled, (tmp_path / "worker.log").read_text()
    check_every_reminder_was_told_once(6)
    assert len(mail_server.messages) == 6


def test_the_configuration_that_a_live_worker_runs_with(
    env: dict[str, str], own_redis: OwnRedis, tmp_path: Path
) -> None:
    """Celery ignores a misspelt setting, so the worker itself is asked."""
    with worker(env, tmp_path / "worker.log"):
        ask = ["celery", "-A", "config", "inspect", "conf", "--json", "--timeout", "10"]
        with running(ask, log=tmp_path / "conf.json", env=env) as asking:
            asking.wait(30)
    answer = (tmp_path / "conf.json").read_text()
    conf = next(iter(json.loads(answer[answer.index("{") : answer.rindex("}") + 1]).values()))

    transport = conf["broker_transport_options"]
    assert conf["CELERY_TASK_ACKS_LATE"]
    assert conf["CELERY_TASK_REJECT_ON_WORKER_LOST"]
    assert conf["CELERY_TASK_IGNORE_RESULT"]
    assert conf["CELERY_ACCEPT_CONTENT"] == ["json"]
    assert conf["CELERY_TIMEZONE"] == "UTC"
    assert conf["CELERY_WORKER_PREFETCH_MULTIPLIER"] == 1
    assert conf["CELERY_TASK_SOFT_TIME_LIMIT"] < conf["CELERY_TASK_TIME_LIMIT"] < transport["visibility_timeout"]
    assert transport["socket_timeout"] == WORKER_SOCKET_SECONDS
