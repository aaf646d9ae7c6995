"""From values to places on the drawing."""

import math
from dataclasses import dataclass

NICE_STEPS = (1, 2, 2.5, 5, 10)


@dataclass(frozen=True)
class Plane:
    """The drawing area: margins around it, and the lowest and highest value it shows. All in SVG units."""

    width: int
    height: int
    low: float
    high: float
    left: int = 44
    right: int = 132
    top: int = 24
    bottom: int = 34

    @property
    def right_edge(self) -> int:
        return self.width - self.right

    @property
    def base(self) -> int:
        return self.height - self.bottom

    def x(self, index: int, count: int) -> float:
        """Return where the `index`-th of `count` points lies; a single one in the middle."""
        span = self.width - self.left - self.right
        return round(self.left + (index * span / (count - 1) if count > 1 else span / 2), 1)

    def y(self, value: float) -> float:
        """Return the height of `value`; what lies outside is drawn on the edge."""
        inside = min(max(value, self.low), self.high)
        spread = (self.high - self.low) or 1
        return round(self.top + (self.high - inside) / spread * (self.base - self.top), 1)


def nice_ticks(low: float, high: float, *, about: int = 5) -> list[float]:
    """Return round numbers that cover `low` to `high`, about as many as asked for."""
    if high <= low:
        high = low + 1
    raw = (high - low) / max(1, about - 1)
    magnitude = 10 ** math.floor(math.log10(raw))
    step = next(nice * magnitude for nice in NICE_STEPS if nice * magnitude >= raw * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(i * step, 10) for i in range(first, last + 1)]
