"""How long an action takes, how much processor it uses here and in the database, and how many statements it sends."""

import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from django.db import connection, reset_queries
from django.test.utils import CaptureQueriesContext

NANOSECONDS = 1_000_000


class NotThereYetError(Exception):
    """The page or job that an action measures has not been built."""


@dataclass(frozen=True)
class Figures:
    """Milliseconds, and statements; `cpu` is of this process and its database backend together, per action."""

    p50: float
    p95: float
    cpu: float
    queries: int

    def as_dict(self) -> dict[str, float]:
        return asdict(self)


def measure(action: Callable[[], object], *, repeats: int, warm_up: int = 2) -> Figures:
    for _ in range(warm_up):
        action()
    latencies = []
    cpu = cpu_milliseconds()
    for _ in range(repeats):
        start = time.perf_counter()
        action()
        latencies.append((time.perf_counter() - start) * 1000)
    cpu = (cpu_milliseconds() - cpu) / repeats
    return Figures(
        p50=round(statistics.median(latencies), 1),
        p95=round(percentile(latencies, 95), 1),
        cpu=round(cpu, 1),
        queries=count_queries(action),
    )


def percentile(values: list[float], percent: int) -> float:
    if len(values) < 2:
        return values[0]
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def count_queries(action: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as queries:
        action()
    sent = len(queries)
    reset_queries()
    return sent


def cpu_milliseconds() -> float:
    """Return the processor time used so far by this process and by its backend in PostgreSQL on this machine."""
    connection.ensure_connection()
    backend: int = connection.connection.info.backend_pid
    used = int(Path(f"/proc/{backend}/schedstat").read_text().split()[0])
    return time.process_time() * 1000 + used / NANOSECONDS
