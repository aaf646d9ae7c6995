"""How many open cases use a rule. The apps that know answer; `policies` knows no case.

# cases/selectors/usage.py
register_usage("category", open_cases_by_category)
"""

from collections.abc import Callable, Mapping

UsageCounter = Callable[[], Mapping[int, int]]

_counters: dict[str, UsageCounter] = {}


def register_usage(model_name: str, counter: UsageCounter) -> None:
    """Let `counter` say for each row of the model, by its id, how many open cases use it."""
    _counters[model_name] = counter


def usage_of(model_name: str) -> Mapping[int, int] | None:
    """Return the counts by row id, or None where no case is tied to rows of this model."""
    counter = _counters.get(model_name)
    return counter() if counter else None
