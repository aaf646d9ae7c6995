"""Interest on money held back becomes a line of redress that carries its own account."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from complaints.models import RedressItem
from complaints.selectors.interest import InterestClaim, account_of, account_to_keep
from complaints.services.proposing import RedressOffer, add_redress
from policies.choices import RedressType


@transaction.atomic
def add_interest(*, case_id: int, claim: InterestClaim, actor: User, now: datetime) -> RedressItem:
    """Work the interest out and add it to the redress of the case."""
    account = account_of(claim)
    offer = RedressOffer(
        redress_type=RedressType.INTEREST,
        amount=account.total,
        point_id=claim.point_id,
        account=account_to_keep(claim, account),
    )
    return add_redress(case_id=case_id, offer=offer, actor=actor, now=now)
