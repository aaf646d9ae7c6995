from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from config.tests.faults.harness import MailServer, OwnRedis, environment, free_port


@pytest.fixture
def mail_server(settings: Settings) -> Iterator[MailServer]:
    """A mail server that this process, too, sends to."""
    server = MailServer(free_port())
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 5
    server.start()
    yield server
    server.stop()


@pytest.fixture
def own_redis(tmp_path: Path) -> Iterator[OwnRedis]:
    redis = OwnRedis(tmp_path)
    redis.start()
    yield redis
    if redis.process:
        redis.process.kill()
        redis.process.wait()


@pytest.fixture
def env(own_redis: OwnRedis, mail_server: MailServer) -> dict[str, str]:
    return environment(own_redis, mail_server)
