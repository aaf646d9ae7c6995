"""Simulate the detector of rising themes: how often it is wrong, how often and how soon it is right.

Weekly counts scatter half as much again as chance, with a season that themes and everything else share, and the
weekdays of real complaints. Run alone: python -m bench.detector
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from reporting.themes.rising import NIGHTS, every_night

SEED = 20
SCATTER = 1.5
SEASON = 0.2
WEEKDAYS = np.array([0.175, 0.19, 0.185, 0.175, 0.16, 0.06, 0.055])
BEFORE_WEEKS = 60
YEAR = 364
FOUND_WITHIN = 56
QUIET_GAP = 28
EVERYTHING = 400
QUIET_SERIES = 600
RISEN_SERIES = 300

# What the research that the detector was chosen by measured, at 3 nights of p < .001.
PUBLISHED = {
    (1.0, 0.5): ".06-.09", (1.0, 1): ".06-.09", (1.0, 2): ".06-.09", (1.0, 5): ".06-.09", (1.0, 10): ".06-.09",
    (1.0, 20): ".06-.09", (1.5, 5): ".26", (1.5, 10): ".47", (1.5, 20): ".78", (2.0, 1): ".17", (2.0, 2): ".35",
    (2.0, 5): ".81", (2.0, 10): ".98", (2.0, 20): "1", (3.0, 0.5): ".32", (3.0, 1): ".55", (3.0, 2): ".83", (3.0, 5): "1",
}  # fmt: skip

Days = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Outcome:
    """`value` is false alarms for each theme and year, or the share found; `delay` the median days to it."""

    times: float
    a_week: float
    value: float
    delay: float | None
    published: str


def simulate(
    *, quiet: int = QUIET_SERIES, risen: int = RISEN_SERIES, seed: int = SEED, cells: dict[tuple[float, float], str] = PUBLISHED
) -> list[Outcome]:  # fmt: skip
    """Return what the detector does in each cell: how much a theme grows, and how many cases it has a week."""
    outcomes = []
    for at, ((times, a_week), published) in enumerate(cells.items()):
        rng = np.random.default_rng([seed, at])
        if times == 1:
            false = sum(_episodes(_hits(rng, a_week, times=1, days=YEAR)) for _ in range(quiet))
            outcomes.append(Outcome(times, a_week, false / quiet, None, published))
            continue
        first = [_first(_hits(rng, a_week, times=times, days=FOUND_WITHIN)) for _ in range(risen)]
        found = [day for day in first if day is not None]
        delay = float(np.median(found)) if found else None
        outcomes.append(Outcome(times, a_week, len(found) / risen, delay, published))
    return outcomes


def _hits(rng: np.random.Generator, a_week: float, *, times: float, days: int) -> npt.NDArray[np.bool_]:
    """Return on which of the last `days` nights an alarm stands, for a theme that grows when they begin."""
    start = int(rng.integers(0, YEAR))
    weeks = BEFORE_WEEKS + days // 7
    growth = np.ones(weeks)
    growth[BEFORE_WEEKS:] = times
    theme = _days(rng, a_week * growth, start)
    hits = every_night(theme, theme + _days(rng, np.full(weeks, float(EVERYTHING)), start)).hits()
    stands = np.logical_and.reduce([hits[night : len(hits) - NIGHTS + 1 + night] for night in range(NIGHTS)])
    return np.asarray(stands[-days:])


def _days(rng: np.random.Generator, weekly: npt.NDArray[np.float64], start: int) -> Days:
    season = 1 + SEASON * np.sin(2 * np.pi * (start / 7 + np.arange(len(weekly))) / 52)
    mean = weekly * season
    shape = mean / (SCATTER - 1)
    bunched = mean * rng.gamma(shape) / shape
    return np.asarray(rng.poisson(np.outer(bunched, WEEKDAYS).ravel()), dtype=np.int64)


def _episodes(stands: npt.NDArray[np.bool_]) -> int:
    """Return how many alarms these nights are: one ends after four quiet weeks."""
    nights = np.flatnonzero(stands)
    return int(len(nights) > 0) + int((np.diff(nights) > QUIET_GAP).sum())


def _first(stands: npt.NDArray[np.bool_]) -> int | None:
    nights = np.flatnonzero(stands)
    return int(nights[0]) + 1 if len(nights) else None


def report(outcomes: list[Outcome]) -> str:
    lines = [f"Detector of rising themes, simulated (seed {SEED}); in brackets what was published."]
    for times in sorted({outcome.times for outcome in outcomes}):
        what = (
            "false alarms a theme and year" if times == 1 else f"growth by {times:g} found within {FOUND_WITHIN} days"
        )
        cells = [
            f"{one.a_week:g} a week: {one.value:.2f} ({one.published})"
            + (f", {one.delay:.0f} days" if one.delay else "")
            for one in outcomes
            if one.times == times
        ]
        lines.append(f"{what}: {'; '.join(cells)}")
    return "\n".join(lines)


if __name__ == "__main__":
    print(report(simulate()))
