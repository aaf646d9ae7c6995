"""The customer answers for themselves: a link of their own, a question that only they can answer, and one answer."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.urls import reverse

from accounts.models import OutboxEmail, User
from cases.choices import Channel, ContactPurpose
from cases.models import Case, Contact, Customer
from cases.selectors.merging import merge_values
from cases.services.contacts import write_to_customer
from complaints.choices import Answer, ComplaintAction
from complaints.models import Complaint, Confirmation, ConfirmationLink, Feedback
from complaints.selectors.links import digest_of
from complaints.services.finishing import CustomerAnswer, record_confirmation
from complaints.services.steps import locked_case, require
from core.dates import full_day
from core.errors import UserFacingError
from policies.choices import LetterPurpose
from policies.letters import merge
from policies.models import LetterTemplate

LINK_WORKS: Final = timedelta(days=30)
MOST_TRIES: Final = 5
LAST_DIGITS: Final = 4


@dataclass(frozen=True, kw_only=True)
class Rating:
    """How the customer found the handling; what they skipped is None."""

    satisfaction: int | None = None
    ease: int | None = None
    informed: int | None = None
    recommend: int | None = None
    comment: str = ""
    may_contact: bool | None = None


@transaction.atomic
def ask_to_confirm(*, case_id: int, actor: User, now: datetime) -> Contact:
    """Send the customer a link to say whether it has been put right. The link is in the e-mail and nowhere else."""
    case = locked_case(case_id)
    require(case, ComplaintAction.CONFIRM, actor=actor, now=now)
    template = LetterTemplate.objects.active().filter(purpose=LetterPurpose.CONFIRMATION).first()
    if template is None:
        raise UserFacingError("There is no template that asks the customer to confirm. An admin can add one.")
    values = merge_values(case, actor)
    contact = write_to_customer(
        case,
        actor=actor,
        now=now,
        subject=merge(template.subject, values)[:160],
        body=merge(template.body, values),
        purpose=ContactPurpose.CONFIRMATION,
    )
    url = f"{settings.SITE_URL}{reverse('complaints:confirm', args=[make_link(case, actor=actor, now=now)])}"
    words = f"{contact.body}\n\nTell us here. The link works until {full_day(now + LINK_WORKS)}.\n{url}\n"
    OutboxEmail.objects.filter(dedupe_key=f"contact:{contact.pk}").update(body=words)
    case.complaint.answer_asked_at = now
    case.complaint.save(update_fields=["answer_asked_at", "updated_at"])
    return contact


def forget_asking(case: Case) -> None:
    """The message that asked was called off before it left."""
    Complaint.objects.filter(case=case).update(answer_asked_at=None)


def make_link(case: Case, *, actor: User, now: datetime) -> str:
    """Return a new token for the case; only its digest is kept."""
    token = secrets.token_urlsafe(24)
    ConfirmationLink.objects.create(
        case=case, token_digest=digest_of(token), made_by=actor, made_at=now, expires_at=now + LINK_WORKS
    )
    return token


@transaction.atomic
def check_identity(*, link_id: int, said: str) -> bool:
    """Return whether what was said is the customer's postcode or the end of their number; each try counts.

    The try is spent before the answer is looked at, so that guesses at the same time cannot exceed the limit.
    """
    tries = ConfirmationLink.objects.filter(pk=link_id, failed_tries__lt=MOST_TRIES)
    if not tries.update(failed_tries=F("failed_tries") + 1):
        return False
    link = ConfirmationLink.objects.select_related("case__customer").get(pk=link_id)
    if not _is_known(link.case.customer, said):
        return False
    ConfirmationLink.objects.filter(pk=link_id).update(failed_tries=0)
    return True


def _is_known(customer: Customer, said: str) -> bool:
    typed = "".join(said.split()).upper()
    postcode = "".join(customer.postcode.split()).upper()
    last_digits = customer.phone_digits[-LAST_DIGITS:]
    is_postcode = bool(postcode) and secrets.compare_digest(typed.encode(), postcode.encode())
    is_number = len(last_digits) == LAST_DIGITS and secrets.compare_digest(typed.encode(), last_digits.encode())
    return is_postcode or is_number


@transaction.atomic
def answer_by_link(*, link_id: int, answer: Answer, words: str, rating: Rating, now: datetime) -> Confirmation:
    """Record what the customer said on their own page, in their own name."""
    link = ConfirmationLink.objects.select_related("case__customer").get(pk=link_id)
    said = CustomerAnswer(answer=answer, said_by=link.case.customer.name, channel=Channel.WEB, words=words, link=link)
    confirmation = record_confirmation(case_id=link.case_id, said=said, actor=User.objects.system(), now=now)
    Feedback.objects.create(
        confirmation=confirmation,
        satisfaction=rating.satisfaction,
        ease=rating.ease,
        informed=rating.informed,
        recommend=rating.recommend,
        comment=rating.comment,
        may_contact=rating.may_contact,
    )
    return confirmation
