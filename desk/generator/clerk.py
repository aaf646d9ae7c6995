"""Writes one batch of rows while the next is made: the database works on a core of its own."""

from concurrent.futures import Future, ThreadPoolExecutor
from typing import Self

from django.db import connection, transaction

from desk.generator.rows import Waiting


def write_all(batch: list[Waiting]) -> None:
    with transaction.atomic():
        for waiting in batch:
            waiting.write()


def close_connection() -> None:
    connection.close()


class Clerk:
    """At most one batch is being written; a second waits until it is there. Inside a transaction all happens at once."""

    def __init__(self) -> None:
        self.thread: ThreadPoolExecutor | None = None
        self.writing: Future[None] | None = None

    def __enter__(self) -> Self:
        if connection.vendor == "postgresql" and not connection.in_atomic_block:
            self.thread = ThreadPoolExecutor(max_workers=1)
        return self

    def __exit__(self, *error: object) -> None:
        if self.thread:
            self._wait()
            self.thread.submit(close_connection).result()
            self.thread.shutdown()

    def write(self, batch: list[Waiting]) -> None:
        if self.thread is None:
            write_all(batch)
            return
        self._wait()
        self.writing = self.thread.submit(write_all, batch)

    def _wait(self) -> None:
        if self.writing:
            self.writing.result()
