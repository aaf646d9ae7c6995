"""Interest on money held back, worked out with the base rates that the organisation keeps."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from complaints.choices import InterestMethod
from complaints.interest import Account, base_rate_interest, simple_interest
from core.dates import day
from policies.selectors import base_rates

ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class InterestClaim:
    """What the customer had to do without, from the day of the loss until the day we pay it back."""

    principal: Decimal
    start: date
    end: date
    method: InterestMethod
    point_id: int | None = None


def account_of(claim: InterestClaim) -> Account:
    match claim.method:
        case InterestMethod.SIMPLE_8:
            return simple_interest(claim.principal, start=claim.start, end=claim.end)
        case InterestMethod.BASE_PLUS_ONE:
            return base_rate_interest(claim.principal, start=claim.start, end=claim.end, rates=base_rates())


def account_to_keep(claim: InterestClaim, account: Account) -> dict[str, Any]:
    """Return the account as it is kept with the redress: whoever signs it off reads the same lines."""
    return {
        "method": claim.method.value,
        "method_label": claim.method.label,
        "principal": str(claim.principal),
        "days": account.days,
        "lines": [
            {
                "start": each.start.isoformat(),
                "end": each.end.isoformat(),
                "words": f"{day(each.start)} to {day(each.end - ONE_DAY)}",
                "days": each.days,
                "percent": str(each.percent),
                "interest": f"{each.interest:.4f}",
            }
            for each in account.stretches
        ],
        "total": str(account.total),
        "tax": str(account.tax),
    }
