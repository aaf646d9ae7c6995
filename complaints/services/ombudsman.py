"""The customer takes the complaint to the ombudsman: what they ask of us, by when, what they decide, what we learn."""

from dataclasses import asdict, dataclass
from datetime import date, datetime, time
from decimal import Decimal

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from cases import permissions
from cases.choices import PromiseKind
from cases.models import Case
from cases.permissions import CaseAction
from cases.services.history import changed_fields, record_event
from cases.services.promises import make_promise
from complaints.choices import ComplaintEvent
from complaints.models import OmbudsmanReferral
from complaints.services.steps import locked_case
from core.dates import clock_time
from core.errors import StaleVersionError, UserFacingError


@dataclass(frozen=True, kw_only=True)
class ReferralFacts:
    """What is known of the referral. A decision has its day and what we learn from it."""

    body: str
    referred_on: date
    reference: str = ""
    file_due_on: date | None = None
    file_sent_on: date | None = None
    decision: str = ""
    decided_on: date | None = None
    award: Decimal | None = None
    award_due_on: date | None = None
    award_paid_on: date | None = None
    learning: str = ""


@transaction.atomic
def save_referral(*, case_id: int, version: int, facts: ReferralFacts, actor: User, now: datetime) -> OmbudsmanReferral:
    """Write down the referral, or what became of it; `version` is 0 for the first time. An award becomes a promise."""
    case = locked_case(case_id)
    permissions.require(actor, CaseAction.CHANGE_FACTS, case)
    _check(case, facts)
    referral, is_new = OmbudsmanReferral.objects.get_or_create(
        case=case, defaults={**asdict(facts), "edited_by": actor, "version": 0}
    )
    before = None if is_new else referral.award_due_on
    changes = (
        {name: ("", value) for name, value in asdict(facts).items() if value}
        if is_new
        else changed_fields(referral, asdict(facts))
    )
    saved = OmbudsmanReferral.objects.filter(pk=referral.pk, version=version).update(
        **asdict(facts), edited_by=actor, version=F("version") + 1, updated_at=now
    )
    if not saved:
        raise StaleVersionError(
            f"{referral.edited_by} changed this at {clock_time(referral.updated_at)}, before you saved. "
            "Your text is kept below."
        )
    action = ComplaintEvent.OMBUDSMAN if is_new else ComplaintEvent.OMBUDSMAN_SAVED
    record_event(case, actor=actor, action=action, now=now, changes=changes)
    if facts.award and facts.award_due_on and before is None and not facts.award_paid_on:
        _promise_award(case, facts.award, facts.award_due_on, actor=actor, now=now)
    referral.refresh_from_db()
    return referral


def _check(case: Case, facts: ReferralFacts) -> None:
    if facts.referred_on < timezone.localdate(case.received_at):
        raise UserFacingError("They cannot have told us before the customer complained to us.")
    if bool(facts.decision) != bool(facts.decided_on):
        raise UserFacingError("Enter the decision and its day together.")
    if facts.decision and not facts.learning.strip():
        raise UserFacingError("Write down what we learn from the decision, if only that we did right, and why.")
    if facts.award and not facts.decision:
        raise UserFacingError("An award belongs to a decision. Enter the decision too.")


def _promise_award(case: Case, award: Decimal, due: date, *, actor: User, now: datetime) -> None:
    """Put the award among what we owe the customer; one that is due already is due at the end of the day."""
    day = max(due, timezone.localdate(now))
    due_at = timezone.make_aware(datetime.combine(day, time(23, 59)), timezone.get_default_timezone())
    make_promise(
        case,
        actor=actor,
        now=now,
        kind=PromiseKind.PAYMENT,
        text=f"Pay the ombudsman’s award of £{award:,.2f}",
        due_at=due_at,
    )
