"""What happens to a case moves its clocks, in the same transaction."""

from datetime import datetime
from typing import Any

from django.dispatch import receiver

from accounts.choices import Role
from accounts.models import User
from cases import signals
from cases.choices import ContactPurpose
from cases.models import Case, Contact
from sla.choices import SatisfiedBy
from sla.services import reprioritise_clocks, satisfy_clocks, start_after_acknowledgement, stop_clocks

# A decision answers the customer only once it has been signed off; the kind of case says when that is.
ANSWERS: dict[str, SatisfiedBy] = {
    ContactPurpose.ACKNOWLEDGEMENT: SatisfiedBy.ACKNOWLEDGED,
    ContactPurpose.GENERAL: SatisfiedBy.UPDATE_SENT,
    ContactPurpose.HOLDING: SatisfiedBy.HOLDING,
    ContactPurpose.CONFIRMATION: SatisfiedBy.UPDATE_SENT,
}
MATCHED_FACTS = frozenset({"category", "category_id", "channel"})


@receiver(signals.contact_made)
def answer_clocks(sender: type[Case], case: Case, contact: Contact, actor: User, now: datetime, **kwargs: Any) -> None:
    answer = ANSWERS.get(contact.purpose)
    if answer:
        satisfy_clocks(
            case,
            satisfied_by=answer,
            at=contact.left_at,
            actor=actor,
            channel=contact.channel,
            is_automatic=contact.author is not None and contact.author.role == Role.SYSTEM,
        )
    if answer == SatisfiedBy.ACKNOWLEDGED:
        start_after_acknowledgement(case, actor=actor, at=contact.left_at)


@receiver(signals.facts_changed)
def follow_facts(
    sender: type[Case], case: Case, changes: dict[str, Any], actor: User, now: datetime, **kwargs: Any
) -> None:
    if MATCHED_FACTS & set(changes):
        reprioritise_clocks(case, actor=actor, now=now)


@receiver(signals.kind_changed)
def follow_kind(sender: type[Case], case: Case, actor: User, now: datetime, **kwargs: Any) -> None:
    """Give a case the targets of its new kind, those too that ended when it ceased to be of this kind."""
    if case.is_open:
        reprioritise_clocks(case, actor=actor, now=now, restarts_cancelled=True)
    else:
        stop_clocks(case, actor=actor, now=now)


@receiver([signals.priority_changed, signals.owner_changed, signals.support_changed])
def follow_case(sender: type[Case], case: Case, actor: User, now: datetime, **kwargs: Any) -> None:
    reprioritise_clocks(case, actor=actor, now=now)
