"""After the decision: telling the customer, hearing what they say, following up, closing, and opening again."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from accounts.models import User
from cases.choices import ApprovalState, CaseStatus, Channel, ContactPurpose
from cases.models import Approval, Case, Contact
from cases.services.contacts import require_fit, write_to_customer
from cases.services.letters import letter_file, record_letter
from cases.services.uploads import StoredFile
from complaints.choices import SET_ASIDE_OUTCOMES, Answer, ComplaintAction, Outcome, Stage
from complaints.errors import ContentChangedError
from complaints.models import Complaint, Confirmation, ConfirmationLink
from complaints.selectors.content import content_hash, differences, proposal_content
from complaints.selectors.letters import letter_of
from complaints.services.promising import promise_contact
from complaints.services.steps import locked_case, move, require
from core.errors import UserFacingError
from sla.choices import SECOND_STAGE, SatisfiedBy
from sla.services import enter_stage, satisfy_clocks


@dataclass(frozen=True, kw_only=True)
class CustomerAnswer:
    """What the customer said, who said it, and by which way.

    `plan` and `contact_on` are what the colleague who hears that it is not sorted promises; nobody hears it by link.
    """

    answer: Answer
    said_by: str
    channel: str = Channel.PHONE
    words: str = ""
    link: ConfirmationLink | None = None
    plan: str = ""
    contact_on: date | None = None


def send_decision(*, case_id: int, channel: Channel, actor: User, now: datetime) -> Contact:
    """Send the approved letter, word for word. On paper its pages are drawn before anything is locked."""
    if channel == Channel.EMAIL:
        return _send(case_id, None, actor=actor, now=now)
    case = Case.objects.select_related("customer", "complaint", "owner", "team").get(pk=case_id)
    require(case, ComplaintAction.SEND, actor=actor, now=now)
    letter = _approved(case).proposal.content["letter"]
    with letter_file(case, subject=_subject(case), body=letter, author=actor, now=now) as pages:
        return _send(case_id, pages, actor=actor, now=now)


@transaction.atomic
def _send(case_id: int, pages: StoredFile | None, *, actor: User, now: datetime) -> Contact:
    case = locked_case(case_id)
    require(case, ComplaintAction.SEND, actor=actor, now=now)
    approval, content = _approved(case), proposal_content(case)
    if content_hash(content) != approval.content_hash:
        raise ContentChangedError(differences(approval.proposal.content, content))
    case.complaint.decision_sent_at = now
    case.complaint.save(update_fields=["decision_sent_at", "updated_at"])
    move(case, ComplaintAction.SEND, actor=actor, now=now)
    return _deliver(case, content["letter"], pages, actor=actor, now=now)


def _approved(case: Case) -> Approval:
    """Return the last round, which is what an approved case was approved by; a reopened case has an older one as well."""
    return Approval.objects.select_related("proposal").filter(case=case, state=ApprovalState.APPROVED).latest("round")


def _subject(case: Case) -> str:
    return f"Our decision on your complaint {case.reference}"


def _deliver(case: Case, letter: str, pages: StoredFile | None, *, actor: User, now: datetime) -> Contact:
    subject, purpose = _subject(case), ContactPurpose.DECISION
    if pages is None:
        return write_to_customer(case, actor=actor, now=now, subject=subject, body=letter, purpose=purpose)
    require_fit(case, letter_of(letter), actor=actor, now=now)
    return record_letter(case, stored=pages, actor=actor, now=now, subject=subject, body=letter, purpose=purpose)


def was_sent_as_decision(case: Case, contact: Contact) -> bool:
    """Return whether this message is the signed-off decision, and not one that somebody named so."""
    return Complaint.objects.filter(case=case, decision_sent_at=contact.happened_at).exists()


def answer_final_clocks(case: Case, contact: Contact, *, actor: User) -> None:
    """Meet the clocks of the final response when the decision has left."""
    satisfy_clocks(
        case, satisfied_by=SatisfiedBy.FINAL_RESPONSE, at=contact.left_at, actor=actor, channel=contact.channel
    )


@transaction.atomic
def call_decision_back(case: Case, *, actor: User, now: datetime) -> None:
    """The decision was called off before it left: the case is approved again, and the decision not sent."""
    locked = locked_case(case.pk)
    if locked.status != CaseStatus.WITH_CUSTOMER:
        raise UserFacingError("The case has moved on since the decision was sent, so it cannot be called off.")
    locked.complaint.decision_sent_at = None
    locked.complaint.save(update_fields=["decision_sent_at", "updated_at"])
    move(locked, ComplaintAction.CALL_OFF, actor=actor, now=now)


@transaction.atomic
def record_confirmation(*, case_id: int, said: CustomerAnswer, actor: User, now: datetime) -> Confirmation:
    """Write down the customer's answer; anything but "sorted" opens the case again, with a promise to contact them.

    A colleague writes the plan with the answer; after an answer by link the owner is asked for it at the next step.
    """
    case = locked_case(case_id)
    is_sorted = said.answer == Answer.SORTED
    action = ComplaintAction.CONFIRM if is_sorted else ComplaintAction.DISPUTE
    require(case, action, actor=actor, now=now)
    if not is_sorted:
        _require_way_on(said)
    confirmation = Confirmation.objects.create(
        case=case,
        answer=said.answer,
        said_by=said.said_by,
        channel=said.channel,
        words=said.words,
        link=said.link,
        recorded_by=actor,
        recorded_at=now,
    )
    move(case, action, actor=actor, now=now, note=said.plan, changes={"answer": ("", said.answer.label)})
    if not is_sorted:
        Complaint.objects.filter(case=case).update(reopening_plan=said.plan, updated_at=now)
        promise_contact(case, actor=actor, now=now, on=said.contact_on)
    return confirmation


def _require_way_on(said: CustomerAnswer) -> None:
    if not said.words.strip():
        raise UserFacingError("Write down what the customer says is still wrong.")
    if said.link is None and not (said.plan.strip() and said.contact_on):
        raise UserFacingError("Write down what you do about it, and by when you contact the customer.")


@transaction.atomic
def start_follow_up(*, case_id: int, actor: User, now: datetime) -> Case:
    return _step(case_id, ComplaintAction.FOLLOW_UP, actor=actor, now=now)


@transaction.atomic
def close_complaint(*, case_id: int, actor: User, now: datetime) -> Case:
    return _step(case_id, ComplaintAction.CLOSE, actor=actor, now=now)


@transaction.atomic
def reopen_complaint(*, case_id: int, reason: str, actor: User, now: datetime, second_stage: bool = False) -> Case:
    """Open the case again. At the second stage nobody who approved the first decision may decide."""
    case = _step(case_id, ComplaintAction.REOPEN, actor=actor, now=now, reason=reason)
    complaint = case.complaint
    complaint.outcome = complaint.outcome_reason = complaint.reopening_plan = ""
    complaint.decision_sent_at = complaint.decided_at = complaint.answer_asked_at = None
    if second_stage:
        complaint.stage = Stage.SECOND
    complaint.save()
    if second_stage:
        enter_stage(case, stage=SECOND_STAGE, actor=actor, now=now)
    return case


@transaction.atomic
def withdraw_complaint(*, case_id: int, reason: str, actor: User, now: datetime) -> Case:
    """End the case at the customer's request. A proposal that was waiting for sign-off is taken back."""
    case = _step(case_id, ComplaintAction.WITHDRAW, actor=actor, now=now, reason=reason)
    Approval.objects.filter(case=case, state=ApprovalState.PENDING).update(state=ApprovalState.TAKEN_BACK)
    _set_outcome(case, Outcome.WITHDRAWN, reason)
    return case


@transaction.atomic
def set_aside(*, case_id: int, outcome: Outcome, reason: str, actor: User, now: datetime) -> Case:
    """Close without a finding: out of scope, forwarded, or the same complaint as another case."""
    if outcome not in SET_ASIDE_OUTCOMES:
        raise UserFacingError(f"A case with the outcome “{outcome.label}” needs findings and a sign-off.")
    case = _ready(case_id, ComplaintAction.SET_ASIDE, actor=actor, now=now, reason=reason)
    _set_outcome(case, outcome, reason)  # first: without it the database lets no complaint close that nobody signed off
    move(case, ComplaintAction.SET_ASIDE, actor=actor, now=now, note=reason)
    return case


NEED_A_REASON = frozenset({ComplaintAction.REOPEN, ComplaintAction.WITHDRAW, ComplaintAction.SET_ASIDE})


def _ready(case_id: int, action: ComplaintAction, *, actor: User, now: datetime, reason: str) -> Case:
    case = locked_case(case_id)
    require(case, action, actor=actor, now=now)
    if action in NEED_A_REASON and not reason.strip():
        raise UserFacingError("Give the reason.")
    return case


def _step(case_id: int, action: ComplaintAction, *, actor: User, now: datetime, reason: str = "") -> Case:
    case = _ready(case_id, action, actor=actor, now=now, reason=reason)
    move(case, action, actor=actor, now=now, note=reason)
    return case


def _set_outcome(case: Case, outcome: Outcome, reason: str) -> None:
    complaint = case.complaint
    complaint.outcome, complaint.outcome_reason = outcome, reason[:500]
    complaint.save(update_fields=["outcome", "outcome_reason", "updated_at"])
