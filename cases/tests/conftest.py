from collections.abc import Callable, Iterator

import pytest
from django.dispatch import Signal

News = list[dict]


@pytest.fixture
def listen() -> Iterator[Callable[[Signal], News]]:
    """Return a function that collects what a signal tells the apps above."""
    connected = []

    def to(signal: Signal) -> News:
        news: News = []

        def hear(**kwargs: object) -> None:
            news.append(kwargs)

        signal.connect(hear)
        connected.append((signal, hear))
        return news

    yield to
    for signal, hear in connected:
        signal.disconnect(hear)
