"""What still stands between a case and its end. The kinds ask before they sign off or close."""

from collections.abc import Iterator

from django.urls import reverse

from cases.models import Case
from cases.selectors.figures import figures_of

Obstacle = tuple[str, str]


def closing_obstacles(case: Case) -> list[Obstacle]:
    """Return what must be done before the case can be closed: sentences, and where to do each."""
    return [*investigation_obstacles(case), *promise_obstacles(case)]


def investigation_obstacles(case: Case) -> list[Obstacle]:
    """Return the mandatory steps that are open, as one sentence with a link."""
    return list(_investigation(case))


def promise_obstacles(case: Case) -> list[Obstacle]:
    return list(_promises(case))


def _investigation(case: Case) -> Iterator[Obstacle]:
    count = figures_of(case).mandatory_open
    if count:
        steps = "1 mandatory step of the investigation is" if count == 1 else f"{count} mandatory steps are"
        yield f"{steps} still open.", reverse("cases:investigation", args=[case.reference])


def _promises(case: Case) -> Iterator[Obstacle]:
    count = figures_of(case).promises_open
    if count:
        promises = "1 promise to the customer is" if count == 1 else f"{count} promises to the customer are"
        yield f"{promises} still open.", reverse("cases:follow_up", args=[case.reference])
