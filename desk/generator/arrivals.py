"""When customers complain, and about what: seasons, weekdays, hours, and one issue that rises."""

from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from math import cos, pi
from random import Random

from desk.generator.words import SUBJECTS, Issue, Subject

WEEKDAY_WEIGHTS = (1.35, 1.15, 1.0, 1.0, 0.95, 0.35, 0.2)
HOUR_WEIGHTS = {8: 4, 9: 11, 10: 13, 11: 12, 12: 9, 13: 9, 14: 11, 15: 11, 16: 10, 17: 6, 18: 3, 19: 2, 20: 1}
RISE_WEEKS = 8
RISE_FACTOR = 40.0
COLDEST_DAY_OF_YEAR = 15


@dataclass(frozen=True)
class Arrival:
    received_at: datetime
    subject: Subject
    issue: Issue


def days_covered(count: int) -> int:
    """Return how far back the cases reach: fourteen months for a demonstration, five years for a large one."""
    return 420 if count <= 5_000 else 5 * 365


def arrivals(rng: Random, *, count: int, as_of: datetime) -> Iterator[Arrival]:
    """Return `count` arrivals, oldest first."""
    days = [as_of.date() - timedelta(days=n) for n in range(days_covered(count), -1, -1)]
    busy = list(accumulate(WEEKDAY_WEIGHTS[day.weekday()] * (1 + 0.25 * coldness(day)) for day in days))
    hours, hour_weights = list(HOUR_WEIGHTS), list(accumulate(HOUR_WEIGHTS.values()))
    chosen = sorted(bisect(busy, rng.random() * busy[-1]) for _ in range(count))
    moments = []
    for index in chosen:
        hour = hours[bisect(hour_weights, rng.random() * hour_weights[-1])]
        moments.append(datetime.combine(days[index], time(hour, rng.randrange(60), rng.randrange(60)), UTC))
    choice = IssueChoice(as_of.date())
    for moment in sorted(min(moment, as_of - timedelta(minutes=20)) for moment in moments):
        yield Arrival(moment, *choice.draw(rng, moment.date()))


def coldness(day: date) -> float:
    """Return 1 in the middle of January, -1 in the middle of July."""
    return cos(2 * pi * (day.timetuple().tm_yday - COLDEST_DAY_OF_YEAR) / 365)


class IssueChoice:
    """Draws what a complaint is about; the weights are worked out once a week."""

    def __init__(self, as_of: date) -> None:
        self.rise_begins = as_of - timedelta(weeks=RISE_WEEKS)
        self.pairs = [(subject, issue) for subject in SUBJECTS for issue in subject.issues]
        self.totals: dict[date, list[float]] = {}

    def draw(self, rng: Random, day: date) -> tuple[Subject, Issue]:
        week = day - timedelta(days=day.weekday())
        if week not in self.totals:
            self.totals[week] = list(accumulate(self._weight(subject, issue, week) for subject, issue in self.pairs))
        totals = self.totals[week]
        return self.pairs[bisect(totals, rng.random() * totals[-1])]

    def _weight(self, subject: Subject, issue: Issue, week: date) -> float:
        share = issue.weight / sum(each.weight for each in subject.issues)
        season: float = subject.winter ** ((1 + coldness(week)) / 2)
        return subject.weight * share * season * (self._rise(week) if issue.is_rising else 1.0)

    def _rise(self, week: date) -> float:
        """A rising issue is rare until the rise begins, and grows week by week from then on."""
        weeks = (week - self.rise_begins).days / 7
        return 1.0 + RISE_FACTOR * min(weeks / RISE_WEEKS, 1.0) if weeks > 0 else 1.0
