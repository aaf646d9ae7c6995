"""What a letter may name: the merge values of a case, from here and from the apps above."""

from datetime import datetime

from django.conf import settings

from accounts.models import User
from cases.correspondence import merge_finders
from cases.models import Case
from core.dates import full_day


def merge_values(case: Case, author: User, *, now: datetime | None = None) -> dict[str, str]:
    """Return what any letter on the case may name; what depends on its purpose is added by its writer."""
    values = {
        "customer_name": case.customer.name,
        "reference": case.reference,
        "summary": case.summary,
        "received_date": full_day(case.received_at),
        "colleague_name": author.full_name,
        "team_name": str(case.team or ""),
        "organisation_name": settings.ORGANISATION_NAME,
    }
    if now is not None:
        for find in merge_finders():
            values |= find(case, author, now)
    return values
