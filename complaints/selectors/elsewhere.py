"""Where else a complaint is: merged into another case, forwarded in part, with the ombudsman."""

from datetime import datetime

from accounts.models import User
from cases.models import Case
from complaints.models import Forwarding, Merge, OmbudsmanReferral
from complaints.selectors.standing import standing_of


def elsewhere_panel(case: Case, user: User, now: datetime) -> dict[str, object] | None:
    """Return what the notice above every section says; asks only when the standing says that there is something."""
    standing = standing_of(case)
    if not (standing.is_merged or standing.is_forwarded or standing.is_outside):
        return None
    merges = Merge.objects.visible_to(user).standing().select_related("case", "into")
    referral = OmbudsmanReferral.objects.filter(case=case).first() if standing.is_outside else None
    return {
        "case": case,
        "merged_into": merges.filter(case=case).first() if standing.is_merged else None,
        "duplicates": list(merges.filter(into=case)) if standing.is_merged else [],
        "forwardings": list(Forwarding.objects.filter(case=case).prefetch_related("points"))
        if standing.is_forwarded
        else [],
        "referral": referral,
    }
