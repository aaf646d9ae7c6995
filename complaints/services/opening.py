"""A complaint begins: what it is about, and the investigation of it."""

from datetime import date, datetime

from django.db import transaction

from accounts.models import User
from cases.choices import CaseStatus
from cases.models import Case
from cases.services.history import record_event
from complaints.choices import ComplaintAction, ComplaintEvent
from complaints.models import Complaint, ComplaintPoint, FormerOwner
from complaints.services.editing import record_edit
from complaints.services.steps import locked_case, move, require
from core.errors import StaleVersionError, UserFacingError


@transaction.atomic(savepoint=False)
def open_complaint(case: Case, *, actor: User, now: datetime) -> Complaint:
    """Make `case` a complaint with one point, its summary; the second call for a case changes nothing.

    Writing down the customer's words does not make the person who logged them a contributor to the decision.
    """
    if case.is_in_the_making:
        complaint, is_new = Complaint.objects.create(case=case), True
    else:
        complaint, is_new = Complaint.objects.get_or_create(case=case)
    if is_new:
        ComplaintPoint.objects.create(case=case, number=1, text=case.summary, edited_by=actor)
    return complaint


@transaction.atomic
def start_investigation(*, case_id: int, actor: User, now: datetime, note: str = "") -> Case:
    """Begin to look into it. A case that was opened again starts with a plan, and with that alone."""
    case = locked_case(case_id)
    require(case, ComplaintAction.START, actor=actor, now=now)
    if case.status == CaseStatus.REOPENED:
        _keep_plan(case.complaint, note, now=now)
    move(case, ComplaintAction.START, actor=actor, now=now, note=note)
    return case


def _keep_plan(complaint: Complaint, plan: str, *, now: datetime) -> None:
    if not plan.strip():
        raise UserFacingError("Write down what you do about what is still wrong.")
    Complaint.objects.filter(pk=complaint.pk).update(reopening_plan=plan, updated_at=now)


@transaction.atomic
def agree_definition(
    *, case_id: int, definition: str, agreed_on: date | None, actor: User, now: datetime, version: int | None = None
) -> Complaint:
    """Write down what the complaint is, as agreed with the customer; `version` is the one that was read."""
    case = locked_case(case_id)
    require(case, ComplaintAction.ANSWER_POINTS, actor=actor, now=now)
    complaint = case.complaint
    changes = {"definition": (complaint.definition, definition)}
    if version not in (None, complaint.version):
        raise StaleVersionError("Somebody else changed the definition before you saved.")
    complaint.definition, complaint.definition_agreed_on = definition, agreed_on
    complaint.version += 1
    complaint.save(update_fields=["definition", "definition_agreed_on", "version", "updated_at"])
    record_event(case, actor=actor, action=ComplaintEvent.DEFINED, now=now, changes=changes)
    record_edit(case, actor=actor, now=now)
    return complaint


def remember_owner(case: Case, *, person: User, now: datetime) -> None:
    """Keep that `person` has just stopped owning the case, so that they do not decide on it soon after."""
    FormerOwner.objects.update_or_create(case=case, person=person, defaults={"until": now})
