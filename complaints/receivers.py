"""What a complaint does when its case file changes."""

from datetime import datetime
from typing import Any

from django.dispatch import receiver

from accounts.models import User
from cases.choices import ContactPurpose
from cases.models import Case, Contact
from cases.signals import contact_called_off, contact_made, kind_changed, owner_changed
from complaints.services.confirming import forget_asking
from complaints.services.finishing import answer_final_clocks, call_decision_back, was_sent_as_decision
from complaints.services.opening import open_complaint, remember_owner
from policies.choices import CaseKind


@receiver(contact_made)
def answer_when_the_decision_has_left(*, case: Case, contact: Contact, actor: User, **_: Any) -> None:
    if contact.purpose == ContactPurpose.DECISION and was_sent_as_decision(case, contact):
        answer_final_clocks(case, contact, actor=actor)


@receiver(contact_called_off)
def take_the_step_back(*, case: Case, contact: Contact, actor: User, now: datetime, **_: Any) -> None:
    if contact.purpose == ContactPurpose.DECISION and was_sent_as_decision(case, contact):
        call_decision_back(case, actor=actor, now=now)
    elif contact.purpose == ContactPurpose.CONFIRMATION:
        forget_asking(case)


@receiver(owner_changed)
def remember_former_owner(*, case: Case, old: User | None, now: datetime, **_: Any) -> None:
    if old:
        remember_owner(case, person=old, now=now)


@receiver(kind_changed)
def open_when_it_becomes_a_complaint(*, case: Case, new: str, actor: User, now: datetime, **_: Any) -> None:
    if new == CaseKind.COMPLAINT:
        open_complaint(case, actor=actor, now=now)
