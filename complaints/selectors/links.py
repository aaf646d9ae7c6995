"""The customer's link, found by the token that only they hold."""

import hashlib
from datetime import datetime

from cases.choices import PromiseKind, PromiseState
from cases.models import Case, Promise
from complaints.models import ConfirmationLink


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def link_by_token(token: str) -> ConfirmationLink | None:
    links = ConfirmationLink.objects.filter(token_digest=digest_of(token))
    return links.select_related("case__customer").first()


def contact_promised_by(case: Case) -> datetime | None:
    """Return by when we promised to contact a customer who said that it is not sorted."""
    calls = Promise.objects.filter(case=case, kind=PromiseKind.CALL_BACK, state=PromiseState.OPEN)
    return calls.order_by("due_at").values_list("due_at", flat=True).first()
