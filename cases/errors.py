"""Refusals that carry more than their sentence."""

from collections.abc import Sequence
from typing import Any

from core.errors import StaleVersionError


class NewsArrivedError(StaleVersionError):
    """Something was written on the case after the writer began; `news` is what they have not seen."""

    def __init__(self, news: Sequence[Any]) -> None:
        self.news = list(news)
        super().__init__(
            "Something new arrived after you began to write. Read it, change your text if need be, and send."
        )
