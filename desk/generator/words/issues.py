"""The shape of a subject and its issues."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Issue:
    """One way of going wrong. `weight` is its share within the subject; `is_incident`: a service may be down.

    `trigger` is the code of the reason for escalating that always goes with it.
    """

    begins: tuple[str, ...]
    details: tuple[str, ...]
    weight: int = 10
    is_incident: bool = False
    is_rising: bool = False
    trigger: str = ""


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A category of the house pack with its vocabulary; `causes` are codes of root causes.

    `winter` is how much busier it is in January than in July.
    """

    category: str
    team: str
    stage: str
    causes: tuple[str, ...]
    issues: tuple[Issue, ...]
    weight: int = 10
    winter: float = 1.0
