"""How many open cases use a category, product, journey stage or trigger: asked by the pages on which these change."""

from collections.abc import Callable
from functools import partial

from django.db.models import Count

from cases.models import Case
from policies.usage import register_usage

FIELDS = {
    "category": "category",
    "product": "product",
    "journeystage": "journey_stage",
    "trigger": "referral__main_trigger",
}


def register() -> None:
    for model_name, field in FIELDS.items():
        register_usage(model_name, _counter(field))


def _counter(field: str) -> Callable[[], dict[int, int]]:
    return partial(open_cases_by, field)


def open_cases_by(field: str) -> dict[int, int]:
    """Return how many open cases have each value of `field`, by its id."""
    rows = Case.objects.open().exclude(**{field: None}).order_by().values(field).annotate(n=Count("pk"))
    return dict(rows.values_list(field, "n"))
