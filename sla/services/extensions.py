"""An extension is asked for, approved by somebody else, and counts once the letter to the customer is recorded."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse

from accounts.models import User
from accounts.services.news import News, tell
from cases.choices import Direction
from cases.models import Case, Contact
from cases.permissions import CaseAction, permits, require
from cases.services.history import record_event
from core.errors import UserFacingError
from sla.choices import ClockAction, ClockEventKind, ClockState, ExtensionState
from sla.models import Clock, Extension
from sla.services.ledger import append, keep_next_due, lock_case, project

OPEN = (ExtensionState.ASKED, ExtensionState.APPROVED)


class ExtensionRefusedError(UserFacingError):
    """The deadline cannot be extended as asked."""


@transaction.atomic
def ask_extension(clock: Clock, *, working_days: int, reason: str, actor: User, now: datetime) -> Extension:
    """Ask for more working days, within what the target allows in all."""
    case = clock.case
    require(actor, CaseAction.INVESTIGATE, case)
    lock_case(case)
    clock = case.clocks.with_policy().get(pk=clock.pk)
    _check_running(clock, now)
    _check_cap(clock, working_days)
    if clock.extensions.filter(state__in=OPEN).exists():
        raise ExtensionRefusedError("An extension of this deadline is on its way already. Wait for its decision.")
    extension = Extension.objects.create(
        clock=clock, working_days=working_days, reason=reason, asked_by=actor, asked_at=now
    )
    _record(extension, ClockAction.EXTENSION_ASKED, note=reason, actor=actor, now=now)
    _tell_leaders(extension, case, now=now)
    return extension


@transaction.atomic
def decide_extension(extension: Extension, *, is_approved: bool, note: str, actor: User, now: datetime) -> Extension:
    """Approve or refuse; the deadline does not move yet."""
    extension = _locked(extension)
    case = extension.clock.case
    if not permits(actor, CaseAction.PAUSE, case):
        raise PermissionDenied("Your role may not approve an extension. A team leader can.")
    if extension.asked_by_id == actor.pk:
        raise ExtensionRefusedError("You asked for this extension, so another team leader or a manager must decide.")
    if extension.state != ExtensionState.ASKED:
        raise ExtensionRefusedError("This extension has been decided already.")
    if not is_approved and not note.strip():
        raise ExtensionRefusedError("Say why it is refused.")
    extension.state = ExtensionState.APPROVED if is_approved else ExtensionState.REFUSED
    extension.decided_by, extension.decided_at, extension.decision_note = actor, now, note
    extension.save(update_fields=["state", "decided_by", "decided_at", "decision_note"])
    _record(extension, ClockAction.EXTENSION_DECIDED, note=note, actor=actor, now=now)
    return extension


@transaction.atomic
def count_extension(extension: Extension, *, contact: Contact, actor: User, now: datetime) -> Clock:
    """Move the deadline, because the letter that told the customer is recorded as sent."""
    extension = _locked(extension)
    case = extension.clock.case
    require(actor, CaseAction.INVESTIGATE, case)
    if extension.state != ExtensionState.APPROVED:
        raise ExtensionRefusedError("Only an extension that has been approved can count.")
    if contact.case_id != case.pk or contact.direction != Direction.OUT:
        raise ExtensionRefusedError("Record the letter that told the customer of the extension first.")
    clock = case.clocks.with_policy().get(pk=extension.clock_id)
    _check_running(clock, contact.happened_at)
    extension.state, extension.contact = ExtensionState.COUNTED, contact
    extension.save(update_fields=["state", "contact"])
    append(
        clock,
        ClockEventKind.EXTENDED,
        at=contact.happened_at,
        actor=actor,
        now=now,
        extension_days=extension.working_days,
        note=extension.reason,
        contact=contact,
    )
    before = clock.due_at
    project([clock], now=now)
    keep_next_due(case)
    changes = {"due_at": (before.isoformat(), clock.due_at.isoformat())}
    record_event(case, actor=actor, action=ClockAction.EXTENDED, now=now, changes=changes, subject=str(clock.pk))
    return clock


def _locked(extension: Extension) -> Extension:
    case = extension.clock.case
    lock_case(case)
    return Extension.objects.select_related("clock__case", "clock__target").get(pk=extension.pk)


def _check_running(clock: Clock, at: datetime) -> None:
    if clock.state != ClockState.RUNNING or clock.due_at < at or clock.breached_at:
        raise ExtensionRefusedError("Only a running clock that is not late can be extended.")


def _check_cap(clock: Clock, working_days: int) -> None:
    limit = clock.terms.longest_extension_days
    used = sum(clock.events.filter(kind=ClockEventKind.EXTENDED).values_list("extension_days", flat=True))
    if not 1 <= working_days <= limit - used:
        raise ExtensionRefusedError(
            f"{clock.target} can be extended by {limit} working days in all, and {used} are used. "
            "Enter a smaller number, or send the response."
        )


def _record(extension: Extension, action: ClockAction, *, note: str, actor: User, now: datetime) -> None:
    clock = extension.clock
    changes = {
        f"{clock.target.code}.extension_days": ("", extension.working_days),
        "extension_state": ("", ExtensionState(extension.state).label),
    }
    subject = f"clock:{clock.pk}"
    record_event(clock.case, actor=actor, action=action, now=now, changes=changes, note=note, subject=subject)


def _tell_leaders(extension: Extension, case: Case, *, now: datetime) -> None:
    leaders = case.team.leaders.filter(is_active=True).exclude(pk=extension.asked_by_id) if case.team else []
    text = f"{extension.asked_by} asks for {extension.working_days} more working days on {case}"
    news = [
        News(
            recipient=leader,
            kind="case.extension",
            key=f"extension:{extension.pk}",
            text=text,
            url=reverse("sla:decide_extension", args=[case.reference, extension.pk]),
            reason="You lead the team that this case is with.",
        )
        for leader in leaders
    ]
    tell(news, now=now)
