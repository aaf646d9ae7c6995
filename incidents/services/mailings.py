"""One message to everybody whom an incident affected: written, checked for each customer, and sent once to each.

A message with a gap for somebody is not sent to anybody: the gap is filled, or that customer is left out by name.
"""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction

from accounts.models import User
from cases.correspondence import Outgoing
from cases.models import Case
from cases.selectors.letter_check import check_template
from cases.services.posting import UNDO
from cases.services.posting_many import Letter, write_to_many
from core.bulk import insert_rows, update_rows
from core.errors import NotReadyError, UserFacingError
from incidents import permissions
from incidents.choices import Audience, JobState, MailingPhase, Telling
from incidents.models import Incident, Mailing, MailingRow
from incidents.permissions import Right
from incidents.selectors.telling import (
    case_for_each_customer,
    cases_to_check,
    incident_values,
    problem_of,
    unusable_fields,
    values_for,
)
from incidents.services.jobs import BATCH, finish, work_off
from incidents.services.locking import lock_incident
from incidents.services.updates import post_update
from policies.choices import LetterPurpose
from policies.letters import FIELD, MERGE_FIELDS, check_fields, fields_in, merge, merge_with_gaps

FILLED: Final = "…"  # stands for a merge field while the words around it are checked


@dataclass(frozen=True, kw_only=True)
class Message:
    """What is to be said, with merge fields, and when the next word comes."""

    subject: str
    body: str
    next_update_at: datetime | None = None


@transaction.atomic
def write_mailing(
    *, case_id: int, message: Message, actor: User, now: datetime, submission: uuid.UUID | None = None
) -> Mailing:
    """Keep a message that is fit to go to many, and have every customer checked. Nothing is sent by this."""
    case, _ = lock_incident(case_id, actor=actor, right=Right.TELL_ALL)
    if submission and (known := Mailing.objects.filter(submission=submission).first()):
        return known
    _require_fit(case, message, now=now)
    return Mailing.objects.create(
        case=case,
        subject=message.subject,
        body=message.body,
        next_update_at=message.next_update_at,
        asked_by=actor,
        asked_at=now,
        submission=submission,
    )


def _require_fit(case: Case, message: Message, *, now: datetime) -> None:
    check_fields(message.subject, message.body)
    if unusable := unusable_fields(message.subject, message.body):
        label = MERGE_FIELDS[unusable[0]]
        raise UserFacingError(f"Take “{unusable[0]}” out: it is another thing in every case ({label.lower()}).")
    if message.next_update_at and message.next_update_at <= now:
        raise UserFacingError("The next update must be later than now.")
    words = Outgoing(
        subject=FIELD.sub(FILLED, message.subject),
        body=FIELD.sub(FILLED, message.body),
        purpose=LetterPurpose.INCIDENT_UPDATE,
    )
    if problems := check_template(case, words, now=now):
        raise NotReadyError(problems)


@transaction.atomic
def check_again(*, mailing_id: int, actor: User, now: datetime) -> Mailing:
    """Ask again of every customer who was not left out: something was put right, or more cases were linked."""
    mailing = _lock(mailing_id, actor)
    if not mailing.is_checked and mailing.state != JobState.FAILED:
        raise UserFacingError("It is being checked already, or has been sent.")
    mailing.rows.exclude(state=Telling.LEFT_OUT).delete()
    mailing.state, mailing.done, mailing.total = JobState.WAITING, 0, 0
    mailing.save(update_fields=["state", "done", "total", "updated_at"])
    return mailing


@transaction.atomic
def leave_out(*, mailing_id: int, rows: Collection[int], actor: User, now: datetime) -> int:
    """Leave out customers by name, of those whom the message cannot reach; return how many."""
    mailing = _lock(mailing_id, actor)
    if not mailing.is_checked:
        raise UserFacingError("Customers are left out between the check and the sending.")
    chosen = mailing.rows.in_the_way().filter(pk__in=rows)
    return int(chosen.update(state=Telling.LEFT_OUT, left_out_by=actor))


@transaction.atomic
def send_mailing(*, mailing_id: int, actor: User, now: datetime) -> Mailing:
    """Send it to everybody who is ready, once; pressed twice, it is sent once. The incident keeps it as an update."""
    mailing = _lock(mailing_id, actor)
    if mailing.phase == MailingPhase.SEND:
        return mailing
    if not mailing.is_checked:
        raise UserFacingError("Every customer is checked first. Wait until that is done.")
    if count := mailing.rows.in_the_way().count():
        who = "1 customer" if count == 1 else f"{count:,} customers"
        raise UserFacingError(
            f"It cannot be sent to {who}. Put right what is missing and check again, or leave them out."
        )
    ready = mailing.rows.filter(state=Telling.READY).count()
    if not ready:
        raise UserFacingError("There is nobody left to send it to.")
    shared = incident_values(Incident.objects.get(case=mailing.case_id), mailing)
    update = post_update(
        case_id=mailing.case_id,
        audience=Audience.CUSTOMERS,
        text=merge_with_gaps(f"{mailing.subject}\n\n{mailing.body}", shared),
        next_update_at=mailing.next_update_at,
        actor=actor,
        now=now,
    )
    mailing.phase, mailing.state, mailing.attempts = MailingPhase.SEND, JobState.WAITING, 0
    mailing.sent_by, mailing.sent_at, mailing.update = actor, now, update
    mailing.done, mailing.total = 0, ready
    mailing.save()
    return mailing


def run_due_mailings(*, now: datetime) -> int:
    return work_off(Mailing, _next, now=now)


@transaction.atomic
def _next(mailing_id: int, now: datetime) -> bool:
    """Take the next step of a mailing; return whether there may be more. Each step commits with its progress."""
    mailings = Mailing.objects.select_for_update(of=("self",)).select_related("asked_by", "sent_by")
    mailing = mailings.get(pk=mailing_id)
    actor = mailing.sent_by or mailing.asked_by
    case, incident = lock_incident(mailing.case_id, actor=actor, right=Right.TELL_ALL)
    is_sending = mailing.phase == MailingPhase.SEND
    if not is_sending and not mailing.total:
        _gather(mailing, case, now=now)
        return True
    rows = list(mailing.rows.filter(state=Telling.READY if is_sending else Telling.WAITING).order_by("pk")[:BATCH])
    if not rows:
        finish(mailing)
        return False
    letters = _check(rows, mailing, incident, actor=actor)
    if is_sending:
        _post(letters, mailing, actor=actor, now=now)
    update_rows(rows, ["state", "problem", "contact"])
    mailing.done += len(rows)
    mailing.save(update_fields=["done", "updated_at"])
    return True


def _gather(mailing: Mailing, case: Case, *, now: datetime) -> None:
    affected = case_for_each_customer(case, user=mailing.asked_by)
    left_out = set(mailing.rows.values_list("customer_id", flat=True))
    rows = [
        MailingRow(mailing=mailing, customer_id=customer_id, case_id=case_id)
        for customer_id, case_id in affected.items()
        if customer_id not in left_out
    ]
    if not rows:
        raise UserFacingError("There is nobody to tell: link the cases of the customers who were affected first.")
    insert_rows(rows, now=now)
    mailing.total = len(rows)
    mailing.save(update_fields=["total", "updated_at"])


def _check(
    rows: Sequence[MailingRow], mailing: Mailing, incident: Incident, *, actor: User
) -> list[tuple[MailingRow, Letter]]:
    """Say of each row whether its customer can be written to, and return what they would get."""
    cases = cases_to_check(rows, user=actor)
    shared, fields = incident_values(incident, mailing), fields_in(f"{mailing.subject}\n{mailing.body}")
    letters = []
    for row in rows:
        case = cases.get(row.case_id)
        values = values_for(case, author=actor, shared=shared) if case else {}
        row.problem = problem_of(case, fields, values) if case else "You can no longer see this case."
        row.state = Telling.PROBLEM if row.problem else Telling.READY
        if case and not row.problem:
            letters.append((row, _letter(case, mailing, values, row)))
    return letters


def _letter(case: Case, mailing: Mailing, values: dict[str, str], row: MailingRow) -> Letter:
    return Letter(
        case=case,
        subject=merge(mailing.subject, values)[:160],
        body=merge(mailing.body, values),
        submission=uuid.uuid5(uuid.NAMESPACE_URL, f"mailing:{mailing.pk}:{row.customer_id}"),
    )


def _post(letters: Sequence[tuple[MailingRow, Letter]], mailing: Mailing, *, actor: User, now: datetime) -> None:
    words = FIELD.sub(" ", f"{mailing.subject} {mailing.body}")
    contacts = write_to_many([letter for _, letter in letters], words=words, actor=actor, leaves_at=now + UNDO, now=now)
    for (row, _), contact in zip(letters, contacts, strict=True):
        row.state, row.contact = Telling.QUEUED, contact


def _lock(mailing_id: int, actor: User) -> Mailing:
    mailing: Mailing = Mailing.objects.select_for_update(of=("self",)).select_related("case").get(pk=mailing_id)
    permissions.require(actor, Right.TELL_ALL, mailing.case)
    return mailing
