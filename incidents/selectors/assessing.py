"""What the rules of the day of receipt make of an incident."""

from datetime import date

from django.utils import timezone

from cases.models import Case, Referral
from policies.choices import Priority
from policies.models import Trigger
from policies.selectors import priority_with_reason


def day_of(case: Case) -> date:
    """Return the local date on which the customer told us: the day whose rules apply."""
    return timezone.localtime(case.received_at, timezone.get_default_timezone()).date()


def triggers_of(case: Case) -> list[Trigger]:
    referral = Referral.objects.filter(case=case).select_related("main_trigger").first()
    return [referral.main_trigger, *referral.other_triggers.all()] if referral else []


def priority_of(case: Case, *, impact: int, urgency: int) -> tuple[Priority, str]:
    """Return the priority that the matrix and the case's triggers give, and why."""
    return priority_with_reason(impact=impact, urgency=urgency, day=day_of(case), triggers=triggers_of(case))
