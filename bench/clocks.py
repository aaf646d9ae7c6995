"""The clocks alone: `python -m bench --only clocks` makes databases of its own, with a million open clocks in one.

It measures a tick with 500 clocks due among few and among many open ones, the preview of a policy change over 100,000
open cases, and the arithmetic itself.
"""

import json
import resource
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from timeit import repeat
from typing import Any
from zoneinfo import ZoneInfo

DUE = 500
FEW, MANY = 10_000, 1_000_000
CLOCKS_PER_CASE = 5
PREVIEWED_CASES = 100_000
SLICE = 4_000
MOST_TICK_SECONDS, MOST_RATIO, MOST_PREVIEW_SECONDS, MOST_MICROSECONDS = 2.0, 1.5, 30.0, 50.0


def main(open_clocks: int, output: Path) -> None:
    import django

    django.setup()
    from bench.clock_rows import fill

    fill(open_clocks, per_case=CLOCKS_PER_CASE, due=DUE)
    figures: dict[str, Any] = {"tick": measure_tick()}
    if open_clocks == MANY:
        figures |= {"preview": measure_preview(), "deadline": measure_deadlines()}
    output.write_text(json.dumps(figures))


def measure_tick(repeats: int = 5) -> float:
    """Return the median seconds of a tick that is rolled back afterwards, so that each finds the same 500 due."""
    from django.db import transaction

    from accounts.models import User
    from bench.clock_rows import NOW
    from sla.services import remind

    def tick() -> None:
        with transaction.atomic():
            given = remind(actor=User.objects.system(), now=NOW)
            if given < DUE:
                raise RuntimeError(f"Only {given} reminders were given.")
            transaction.set_rollback(True)

    tick()
    return statistics.median(seconds(tick) for _ in range(repeats))


def measure_preview() -> dict[str, float]:
    """Preview a change of the rules in slices, as the page does; the memory is the most that this process ever held."""
    from bench.clock_rows import NOW, draft_of_another_policy
    from sla.selectors.effects import effect_of, joined

    draft = draft_of_another_policy()
    before = peak_megabytes()
    start = time.perf_counter()
    effect = effect_of(draft, now=NOW, limit=SLICE)
    slices = [time.perf_counter() - start]
    while effect.after and effect.checked < PREVIEWED_CASES:
        start = time.perf_counter()
        effect = joined(effect, effect_of(draft, now=NOW, after=effect.after, limit=SLICE))
        slices.append(time.perf_counter() - start)
    return {
        "cases": effect.checked,
        "moved": effect.moved,
        "seconds": sum(slices),
        "longest_slice": max(slices),
        "more_megabytes": peak_megabytes() - before,
    }


def measure_deadlines() -> dict[str, float]:
    from sla.arithmetic import (
        Calendar,
        CalendarPeriod,
        DayException,
        Duration,
        PeriodUnit,
        WorkingDays,
        WorkingHours,
        add,
        parse_week,
    )

    holidays = tuple(DayException(date(2026, month, 5), "Holiday") for month in range(1, 13))
    calendar = Calendar("Office", ZoneInfo("Europe/London"), parse_week("mon-fri 09:00-12:00 13:00-17:30"), holidays)
    start = datetime(2026, 1, 6, 16, 3, tzinfo=calendar.zone)
    durations: dict[str, Duration] = {
        "8 working hours": WorkingHours(timedelta(hours=8)),
        "1,700 working hours": WorkingHours(timedelta(hours=1700)),
        "200 working days": WorkingDays(200),
        "8 weeks": CalendarPeriod(8, PeriodUnit.WEEKS),
    }
    return {
        name: min(repeat(partial(add, duration, start, calendar), number=2000, repeat=5)) / 2000 * 1e6
        for name, duration in durations.items()
    }


def seconds(job: Callable[[], object]) -> float:
    start = time.perf_counter()
    job()
    return time.perf_counter() - start


def peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def report(few: dict[str, Any], many: dict[str, Any]) -> str:
    """Return the figures in sentences, each with its limit."""
    ratio, preview = many["tick"] / few["tick"], many["preview"]
    lines = [
        f"tick, {DUE} due of {FEW:,} open clocks: {few['tick']:.3f} s",
        f"tick, {DUE} due of {MANY:,} open clocks: {many['tick']:.3f} s (at most {MOST_TICK_SECONDS:g} s)",
        f"ratio: {ratio:.2f} (at most {MOST_RATIO:g})",
        f"preview over {preview['cases']:,} open cases, {preview['moved']:,} deadlines would move: {preview['seconds']:.1f} s "
        f"(at most {MOST_PREVIEW_SECONDS:g} s), longest slice {preview['longest_slice']:.2f} s, "
        f"{preview['more_megabytes']:.0f} MB more",
        *(
            f"deadline, {name}: {microseconds:.1f} µs (at most {MOST_MICROSECONDS:g} µs)"
            for name, microseconds in many["deadline"].items()
        ),
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
