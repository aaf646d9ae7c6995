"""The dates that a letter may name, from the clocks of the case."""

from collections.abc import Mapping
from datetime import datetime

from accounts.models import User
from cases.models import Case
from core.dates import full_day
from sla.choices import SatisfiedBy
from sla.models import Clock


def letter_dates(case: Case, author: User, now: datetime) -> Mapping[str, str]:
    """Return when the customer hears from us next, and by when we will have answered."""
    clocks = Clock.objects.open().filter(case=case, due_at__gt=now).select_related("target").order_by("due_at")
    by_answer: dict[str, datetime] = {}
    for clock in clocks:
        by_answer.setdefault(clock.target.satisfied_by, clock.due_at)
    wanted = {"next_contact_date": SatisfiedBy.UPDATE_SENT, "final_response_date": SatisfiedBy.FINAL_RESPONSE}
    return {name: full_day(by_answer[answer]) for name, answer in wanted.items() if answer in by_answer}
