"""Announce work to the workers. The row in the database is the work; this only makes it sooner."""

import logging
from functools import partial
from typing import Any

from celery import Task
from django.db import transaction
from kombu.exceptions import KombuError
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


def enqueue(task: "Task[Any, Any]", *args: Any) -> None:
    """Ask a worker to run `task` once the transaction is committed; without a broker the page saves all the same."""
    transaction.on_commit(partial(_publish, task, args))


def _publish(task: "Task[Any, Any]", args: tuple[Any, ...]) -> None:
    try:
        task.apply_async(args=args, retry=False)
    except (KombuError, RedisError, OSError) as error:
        logger.warning("task_not_announced task=%s reason=%s", task.name, type(error).__name__)
