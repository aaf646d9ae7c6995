"""Clocks that a colleague can start on a case."""

from cases.models import Case
from sla.choices import STARTED_BY_HAND
from sla.models import Allowance
from sla.selectors.planning import load_rulebook


def offered_allowances(case: Case) -> list[Allowance]:
    """Return what the rules in force give the case once somebody starts it, and is not running yet."""
    running = set(case.clocks.open().values_list("target_id", flat=True))
    return [
        allowance
        for allowance in load_rulebook().allowances_for(case)
        if allowance.terms.starts_on in STARTED_BY_HAND and allowance.target_id not in running
    ]
