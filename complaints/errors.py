"""Refusals that carry more than their sentence."""

from dataclasses import dataclass

from core.errors import NotReadyError, UserFacingError

__all__ = ["ContentChangedError", "Difference", "NotReadyError", "RedressNotAllowedError"]


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One part of a proposal that is not as it was: in words what, and its text before and now."""

    words: str
    before: str = ""
    now: str = ""


class ContentChangedError(UserFacingError):
    """What was read is not what would be signed off; `changed` says part by part what it was and is."""

    def __init__(self, changed: list[Difference]) -> None:
        self.changed = changed
        parts = ", ".join(each.words for each in changed)
        super().__init__(f"This changed after you opened it: {parts}. Read it again before you decide.")


class RedressNotAllowedError(UserFacingError):
    """The amount or the type of redress makes no sense."""


class DelegationRefusedError(UserFacingError):
    """Nobody can stand in like this; `field` is what to change."""

    def __init__(self, field: str, text: str) -> None:
        self.field = field
        super().__init__(text)
