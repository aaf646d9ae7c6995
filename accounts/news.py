"""Which kinds of news there are, for the table in everybody's preferences. Each app registers its own when it starts."""

from dataclasses import dataclass

from accounts.choices import Delivery


@dataclass(frozen=True, kw_only=True)
class NewsKind:
    """A kind of news. `label` is a sentence in the table; `default` holds for who has chosen nothing."""

    key: str
    label: str
    default: Delivery = Delivery.IN_APP
    order: int = 100


_kinds: dict[str, NewsKind] = {}


def register_news(*kinds: NewsKind) -> None:
    """Add kinds to the table; one registered again replaces the first."""
    for kind in kinds:
        _kinds[kind.key] = kind


def news_kinds() -> list[NewsKind]:
    return sorted(_kinds.values(), key=lambda kind: (kind.order, kind.label))


def default_of(key: str) -> Delivery:
    """Return how a kind reaches people by default; one that nobody registered is a line in the app."""
    return _kinds[key].default if key in _kinds else Delivery.IN_APP
