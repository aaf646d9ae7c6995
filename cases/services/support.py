"""What support a customer needs: what helps, never why."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from accounts.models import User
from cases import permissions, signals
from cases.choices import EventAction
from cases.models import Case, Customer
from cases.permissions import CaseAction
from cases.services.history import record_event
from policies.models import SupportNeed


@transaction.atomic
def record_support(case: Case, *, needs: Collection[SupportNeed], note: str, actor: User, now: datetime) -> Customer:
    """Write down what helps the customer, for this case and every other of theirs. The history keeps no words of it."""
    permissions.require(actor, CaseAction.SEE_CONTACT_DETAILS, case)
    customer = Customer.objects.select_for_update().get(pk=case.customer_id)
    before = set(customer.support_needs.values_list("pk", flat=True))
    after = {need.pk for need in needs}
    words = note or in_short(needs)
    if (before, customer.support_need) == (after, words):
        return customer
    customer.support_need = words
    customer.save(update_fields=["support_need", "updated_at"])
    customer.support_needs.set(needs)
    counts = {"number of support needs": (len(before), len(after))}
    record_event(case, actor=actor, action=EventAction.SUPPORT_CHANGED, now=now, changes=counts)
    if before != after:
        for each in Case.objects.open().filter(customer=customer).order_by("pk"):
            signals.support_changed.send(sender=Case, case=each, actor=actor, now=now)
    return customer


def in_short(needs: Collection[SupportNeed]) -> str:
    """Return the needs as one line, which stands where nothing else was written down."""
    return ", ".join(need.label for need in needs)[:300]
