"""A line as small as a word: the shape of the last weeks beside a figure."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, EDGE = 96, 28, 4


@dataclass(frozen=True)
class Spark:
    """The line, and its last point; `words` say the same to who cannot see it."""

    width: int
    height: int
    line: str
    last_x: float
    last_y: float
    words: str


def draw_spark(values: Sequence[int]) -> Spark:
    """Lay out one point per week, from nought up, so that two lines side by side have the same meaning."""
    highest = max(values, default=0) or 1
    step = (WIDTH - 2 * EDGE) / max(1, len(values) - 1)
    points = [
        (round(EDGE + i * step, 1), round(HEIGHT - EDGE - value / highest * (HEIGHT - 2 * EDGE), 1))
        for i, value in enumerate(values)
    ] or [(EDGE, HEIGHT - EDGE)]
    line = "M" + " L".join(f"{x} {y}" for x, y in points)
    return Spark(WIDTH, HEIGHT, line, *points[-1], _in_words(values))


def _in_words(values: Sequence[int]) -> str:
    return f"{len(values)} weeks, oldest first: {', '.join(map(str, values))}"
