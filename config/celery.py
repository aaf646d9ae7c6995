"""Celery carries "go and look"; what must not be lost is a row in the database."""

import os
from typing import Any

from celery import Celery, signals

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")

app = Celery("redress")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

WORKER_SOCKET_SECONDS = 5


@signals.celeryd_init.connect
def wait_longer_in_a_worker(conf: Any, **kwargs: Any) -> None:
    """Nobody waits for a worker's page, so it may be patient with Redis where a web process may not."""
    if "socket_timeout" in conf.broker_transport_options:
        patient = {"socket_timeout": WORKER_SOCKET_SECONDS, "socket_connect_timeout": WORKER_SOCKET_SECONDS}
        conf.broker_transport_options = {**conf.broker_transport_options, **patient}
