"""A draft becomes a case: once, whole, and exactly as the panel said."""

import logging
import re
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from cases.choices import CaseStatus, Direction, EventAction, LinkKind
from cases.models import (
    Case,
    CaseDraft,
    CaseLink,
    Customer,
    Referral,
    TriageDecision,
)
from cases.permissions import CaseAction, may
from cases.selectors.figures import count_nothing
from cases.services.checklist import create_checklist
from cases.services.contacts import log_contact
from cases.services.history import record_event
from cases.services.intake import CaseFacts, case_year, new_case, reserve_numbers, summary_of
from cases.services.wall import put_behind_the_wall
from complaints.services.opening import open_complaint
from core.errors import UserFacingError
from desk.permissions import DeskAction
from desk.permissions import may as may_at_the_desk
from desk.selectors.answers import Answers, NewCustomer
from desk.selectors.outlook import KindDecision, Outlook, outlook
from incidents.services.steps import open_incident
from policies.choices import NAMES_A_COLLEAGUE, CaseKind, TriageOutcome, TriggerEffect
from policies.selectors import clause_named
from sla.services.clocks import start_clocks

logger = logging.getLogger(__name__)


class AlreadyLoggedError(UserFacingError):
    """The draft has become a case already; `case` is that case."""

    def __init__(self, case: Case) -> None:
        super().__init__(f"This draft was already logged as {case}.")
        self.case = case


@transaction.atomic
def log_case(*, draft_id: int, answers: Answers, actor: User, now: datetime) -> Case:
    """Write the case and all that belongs to it. The second press of the button finds the first one's case."""
    draft = _lock_draft(draft_id, actor)
    ahead = outlook(answers, actor=actor, now=now)
    if ahead.kind is None or (ahead.priority is None and not ahead.kind.is_request):
        raise UserFacingError("The case cannot be logged yet: its type or its priority is not decided.")
    _check_rights(answers, ahead, actor, now)
    customer = _customer(answers)
    facts = _facts(answers, ahead, ahead.kind, customer, now)
    with new_case(facts, number=draft.number, actor=actor, now=now) as case:
        _record_intake(case, answers, ahead.kind, actor, now)
        if ahead.kind.asks_for_incident:
            _link_incident(case, answers, ahead, ahead.kind, actor, now)
        _open_kind(case, actor, now)
    draft.logged_as = case
    draft.answers = {}
    draft.save(update_fields=["logged_as", "answers", "updated_at"])
    logger.info("case_logged case=%s kind=%s actor=%s", case.pk, case.kind, actor.pk)
    return case


def _lock_draft(draft_id: int, actor: User) -> CaseDraft:
    if not may(actor, CaseAction.LOG):
        raise PermissionDenied("Agents, team leaders and managers log cases. Ask one of them to log it.")
    draft = CaseDraft.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=draft_id)
    if draft.logged_as:
        raise AlreadyLoggedError(draft.logged_as)
    if draft.discarded_at:
        raise UserFacingError("This draft was discarded. Restore it first.")
    return draft


def _check_rights(answers: Answers, ahead: Outlook, actor: User, now: datetime) -> None:
    if ahead.received_at < now and not may_at_the_desk(actor, DeskAction.BACKDATE):
        raise PermissionDenied("Only team leaders and managers log a case with an earlier date. Ask one of them.")
    is_lower = answers.priority is not None and ahead.policy is not None and answers.priority > ahead.policy.priority
    if is_lower and not may(actor, CaseAction.LOWER_PRIORITY):
        raise UserFacingError(
            "Only a team leader or a manager can lower the priority. Log the case as it is, then ask your team leader."
        )


def _customer(answers: Answers) -> Customer:
    if answers.customer:
        if answers.support_need and answers.support_need != answers.customer.support_need:
            answers.customer.support_need = answers.support_need
            answers.customer.save(update_fields=["support_need", "updated_at"])
        return answers.customer
    new = answers.new_customer or NewCustomer(is_anonymous=True)
    return Customer.objects.create(
        name=new.name.strip() or "Anonymous customer",
        email=new.email,
        phone=new.phone,
        phone_digits=re.sub(r"\D", "", new.phone)[:20],
        postcode=new.postcode,
        account_number=new.account_number,
        is_anonymous=new.is_anonymous,
        contact_preference=answers.contact_preference,
        support_need=answers.support_need,
    )


def _facts(answers: Answers, ahead: Outlook, kind: KindDecision, customer: Customer, now: datetime) -> CaseFacts:
    values: dict[str, Any] = {
        "summary": summary_of(answers.story),
        "customer": customer,
        "received_at": ahead.received_at,
        "team": ahead.route.team,
        "owner": ahead.route.owner,
        **{name: getattr(answers, name) for name in COPIED},
    }
    if ahead.priority:
        values["priority"] = ahead.priority.priority
        values["priority_reason"] = ahead.priority.reason
    if answers.impact is not None and answers.urgency is not None:
        values |= {"impact": answers.impact, "urgency": answers.urgency}
    if kind.is_request:
        values |= {"status": CaseStatus.CLOSED, "closed_at": now}
    return CaseFacts(kind=kind.kind, values=values)


COPIED = (
    "story",
    "desired_outcome",
    "desired_outcome_detail",
    "identity_check",
    "representative",
    "channel",
    "category",
    "product",
    "journey_stage",
)


def _record_intake(case: Case, answers: Answers, kind: KindDecision, actor: User, now: datetime) -> None:
    TriageDecision.objects.create(
        case=case,
        kind=kind.kind,
        outcome=kind.outcome,
        path=kind.walked.path,
        tree_id=kind.walked.tree.row_id,
        standard_code=kind.advice.standard_code if kind.advice else "",
        reason=kind.reason,
        was_overridden=kind.was_overridden,
        clause=kind.clause,
        decided_by=actor,
        decided_at=now,
    )
    if answers.main_trigger and not kind.is_request:
        referral = Referral.objects.create(
            case=case,
            main_trigger=answers.main_trigger,
            referred_by=answers.referred_by,
            already_tried=answers.already_tried,
        )
        if answers.triggers[1:]:
            referral.other_triggers.set(answers.triggers[1:])
    effects = {each.effect for each in answers.triggers}
    if not answers.colleagues:
        count_nothing(case, other_triggers=answers.triggers[1:])
    if effects & NAMES_A_COLLEAGUE:
        for colleague in answers.colleagues:
            hides_leaders = TriggerEffect.ABOUT_LEADER_TOO in effects
            put_behind_the_wall(case, colleague=colleague, hides_leaders=hides_leaders)
    if case.received_at < now and answers.received_on:
        changes = {"received_at": (now, case.received_at)}
        record_event(case, actor=actor, action="case.backdated", now=now, changes=changes, note=answers.received_reason)


def _link_incident(
    case: Case, answers: Answers, ahead: Outlook, decided: KindDecision, actor: User, now: datetime
) -> None:
    """Say which incident caused the complaint: an open one, or a new one under a number of its own."""
    incident = answers.incident
    if incident is None and answers.raises_incident:
        [number] = reserve_numbers(1, year=case_year(now))
        behind = replace(
            decided,
            kind=CaseKind.INCIDENT,
            outcome=TriageOutcome.INCIDENT,
            reason="Raised with the complaint that it caused.",
            clause=clause_named(decided.walked.tree.clause_for(CaseKind.INCIDENT)),
        )
        facts = _facts(answers, ahead, behind, case.customer, now)
        with new_case(facts, number=number, actor=actor, now=now) as incident:
            _record_intake(incident, answers, behind, actor, now)
            _open_kind(incident, actor, now)
    if incident:
        CaseLink.objects.create(source=case, target=incident, kind=LinkKind.CAUSED_BY, made_by=actor, made_at=now)
        record_event(case, actor=actor, action=EventAction.LINKED, now=now, subject=f"case:{incident.pk}")


def _open_kind(case: Case, actor: User, now: datetime) -> None:
    """Give the case what its kind needs: its own row, its clocks and its checklist."""
    match case.kind:
        case CaseKind.COMPLAINT:
            open_complaint(case, actor=actor, now=now)
        case CaseKind.INCIDENT:
            open_incident(case, actor=actor, now=now)
    if case.is_open:
        start_clocks(case, actor=actor, now=now)
    create_checklist(case, now=now, actor=actor)


@transaction.atomic
def add_to_case(*, draft_id: int, number: str, story: str, channel: str, actor: User, now: datetime) -> Case:
    """Turn the draft into one more contact on a case that we already have."""
    draft = _lock_draft(draft_id, actor)
    case = Case.objects.visible_to(actor).select_for_update(of=("self",)).get(number=number)
    if not case.is_open:
        raise UserFacingError(f"{case} is closed. Log this call as a case of its own, or reopen {case}.")
    if not story.strip():
        raise UserFacingError("Enter what the customer is telling you, then add it to the case.")
    log_contact(
        case,
        actor=actor,
        now=now,
        direction=Direction.IN,
        channel=channel,
        subject="Contacted us again about this",
        body=story,
    )
    draft.discarded_at, draft.answers = now, {}
    draft.save(update_fields=["discarded_at", "answers", "updated_at"])
    return case
