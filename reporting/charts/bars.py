"""Bars: shares of a week on top of each other, and rankings from the side."""

from collections.abc import Sequence
from dataclasses import dataclass

from reporting.charts.plane import Plane


@dataclass(frozen=True)
class Block:
    """A piece of a bar; `css` names its meaning: on time, late, still open."""

    x: float
    y: float
    width: float
    height: float
    css: str


@dataclass(frozen=True)
class WeekBar:
    blocks: tuple[Block, ...]
    middle: float
    top: float
    figure: str
    label: str


@dataclass(frozen=True)
class WeekDrawing:
    plane: Plane
    bars: tuple[WeekBar, ...]


@dataclass(frozen=True)
class RankBar:
    y: float
    middle: float
    width: float
    label: str
    figure: str
    figure_x: float
    note: str
    note_x: float
    is_vital: bool


@dataclass(frozen=True)
class RankDrawing:
    width: int
    height: int
    label_x: int
    bar_x: int
    bars: tuple[RankBar, ...]


STACK = ("c-bar", "c-late", "c-open")


def draw_weeks(
    weeks: Sequence[tuple[str, tuple[int, ...], str]], *, width: int = 560, height: int = 236
) -> WeekDrawing:
    """Lay out one stacked bar per week: (label, counts from the bottom up, the figure printed above)."""
    highest = max((sum(counts) for _, counts, _ in weeks), default=0)
    plane = Plane(width, height, low=0, high=max(1, highest), left=14, right=14, top=26)
    slot = (width - plane.left - plane.right) / max(1, len(weeks))
    bar_width = round(min(42.0, slot * 0.62), 1)
    bars = []
    for i, (label, counts, figure) in enumerate(weeks):
        middle = round(plane.left + slot * (i + 0.5), 1)
        blocks, reached = [], 0
        for count, css in zip(counts, STACK, strict=False):
            top, bottom = plane.y(reached + count), plane.y(reached)
            reached += count
            if count:
                x = round(middle - bar_width / 2, 1)
                blocks.append(Block(x, top, bar_width, round(max(1.0, bottom - top - 1.5), 1), css))
        shown = label if i % max(1, round(64 / slot)) == 0 else ""
        bars.append(WeekBar(tuple(blocks), middle, round(plane.y(reached) - 7, 1), figure, shown))
    return WeekDrawing(plane, tuple(bars))


def draw_ranking(
    rows: Sequence[tuple[str, int, str, bool]], *, width: int = 560, label_width: int = 172, note_width: int = 130
) -> RankDrawing:
    """Lay out horizontal bars in the order given: (label, count, a note such as the running share, filled or not)."""
    step, thickness = 31, 23
    highest = max((count for _, count, _, _ in rows), default=0) or 1
    room = width - label_width - note_width
    bars = []
    for i, (label, count, note, is_vital) in enumerate(rows):
        length = round(max(2.0, count / highest * room), 1)
        y = i * step + 4
        figure = f"{count:,}"
        figure_x = round(label_width + length + 8, 1)
        bars.append(
            RankBar(
                y=y,
                middle=y + thickness / 2 + 4.5,
                width=length,
                label=_short(label, label_width),
                figure=figure,
                figure_x=figure_x,
                note=note,
                note_x=round(figure_x + 6 + 8.5 * len(figure), 1),
                is_vital=is_vital,
            )
        )
    return RankDrawing(width, len(rows) * step + 8, label_width - 10, label_width, tuple(bars))


def _short(label: str, width: int) -> str:
    """Return the label cut to its column, about 7 units a letter; the table beside the chart has it whole."""
    room = int((width - 14) / 7)
    return label if len(label) <= room else label[: room - 1].rstrip() + "…"
