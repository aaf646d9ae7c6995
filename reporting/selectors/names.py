"""What the codes in the counts are called: one query for all of them."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import CharField, F, IntegerField, Value
from django.db.models.functions import Cast

from accounts.models import User
from policies.models import Category, JourneyStage, RootCause
from reporting.models import Alarm, Theme


@dataclass(frozen=True)
class Names:
    """Names by the code's key. `causes` lead from the area down; `short_causes` are the last step alone."""

    categories: dict[str, str]
    stages: dict[str, str]
    causes: dict[str, str]
    short_causes: dict[str, str]
    themes: dict[int, "ThemeName"]


@dataclass(frozen=True)
class ThemeName:
    """A theme in use; `since` is the day from which it is higher than usual."""

    pk: int
    number: int
    title: str
    since: date | None


def names_of_codes(user: User | None = None) -> Names:
    """Return the names; those of themes only for a reader who may see themes."""
    reader = user or AnonymousUser()
    nothing = Cast(Value(None), IntegerField())
    rows = Category.objects.order_by().values_list(Value("category"), "pk", Cast("name", CharField()), nothing)
    stages = JourneyStage.objects.order_by().values_list(Value("stage"), "pk", Cast("name", CharField()), nothing)
    causes = RootCause.objects.order_by().values_list(Value("cause"), "pk", Cast("label", CharField()), F("parent_id"))
    live = Theme.objects.visible_to(reader).live().order_by()
    themes = live.values_list(Value("theme"), "pk", Cast("title", CharField()), F("number"))
    rises = Alarm.objects.visible_to(reader).standing().filter(theme__isnull=False).order_by()
    alarms = rises.values_list(Value("rise"), "theme_id", Cast("since", CharField()), nothing)
    found: dict[str, dict[int, str]] = {name: {} for name in ("category", "stage", "cause", "theme", "rise")}
    others: dict[str, dict[int, Any]] = {"cause": {}, "theme": {}}
    for table, pk, name, other in rows.union(stages, causes, themes, alarms, all=True):
        found[table][pk] = name
        if table in others:
            others[table][pk] = other
    return Names(
        categories=_by_key(found["category"]),
        stages=_by_key(found["stage"]),
        causes={str(pk): _path(pk, found["cause"], others["cause"]) for pk in found["cause"]},
        short_causes=_by_key(found["cause"]),
        themes={
            pk: ThemeName(pk, others["theme"][pk], title, _day(found["rise"].get(pk)))
            for pk, title in found["theme"].items()
        },
    )


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value[:10]) if value else None


def _by_key(names: dict[int, str]) -> dict[str, str]:
    return {str(pk): name for pk, name in names.items()}


def _path(pk: int, labels: dict[int, str], parents: dict[int, int | None]) -> str:
    above = parents[pk]
    return labels[pk] if above is None else f"{_path(above, labels, parents)}: {labels[pk]}"
