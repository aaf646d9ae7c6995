"""The investigation, step by step: made from templates, settled one by one."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from cases import permissions
from cases.choices import ChecklistState, EventAction
from cases.models import Case, ChecklistItem
from cases.permissions import CaseAction
from cases.selectors.complexity import complexity_of
from cases.selectors.figures import figures_of
from cases.services.history import changed_fields, record_event
from cases.services.versions import lock_version
from core.errors import UserFacingError
from policies.choices import ChecklistGroup
from policies.models import ChecklistTemplateItem, Trigger
from policies.selectors import checklist_templates

SETTLED = frozenset({ChecklistState.COMPLETED, ChecklistState.NOT_NEEDED})
SATURDAY = 5


@transaction.atomic(savepoint=False)
def create_checklist(case: Case, *, now: datetime, actor: User | None = None) -> list[ChecklistItem]:
    """Give the case the steps of every template that matches it and was in force when it was received.

    Steps that it has already are left alone, so that this may be called again after the category or the type changed.
    """
    steps = [] if case.is_in_the_making else list(case.checklist.values_list("template_item_id", flat=True))
    have, last = {item for item in steps if item}, len(steps)
    today = timezone.localdate(now)
    items = [
        _from_template(case, item, order=order, today=today)
        for order, item in enumerate((item for item in _template_items(case) if item.pk not in have), start=last + 1)
    ]
    if items:
        ChecklistItem.objects.bulk_create(items)
        changes = {"steps": ("", f"{len(items)} step{'' if len(items) == 1 else 's'}")}
        record_event(
            case, actor=actor or case.logged_by, action=EventAction.CHECKLIST_CREATED, now=now, changes=changes
        )
    return items


@transaction.atomic
def add_item(
    case: Case,
    *,
    actor: User,
    now: datetime,
    text: str,
    group: str = ChecklistGroup.FACTS,
    assignee: User | None = None,
    due_date: date | None = None,
) -> ChecklistItem:
    """Add a step of the investigator's own."""
    permissions.require(actor, CaseAction.INVESTIGATE, case)
    item = ChecklistItem.objects.create(
        case=case, text=text, group=group, assignee=assignee, due_date=due_date, order=case.checklist.count() + 1
    )
    record_event(case, actor=actor, action=EventAction.ITEM_ADDED, now=now, changes={"step": ("", text)})
    return item


@transaction.atomic
def settle_item(
    item: ChecklistItem,
    *,
    actor: User,
    now: datetime,
    state: str,
    finding: str = "",
    reason: str = "",
    version: int | None = None,
) -> ChecklistItem:
    """Say how far a step is and what was found. A mandatory step is left out by a leader alone, with a reason."""
    locked = lock_version(item, item.version if version is None else version)
    permissions.require(actor, CaseAction.INVESTIGATE, locked.case)
    if state == ChecklistState.COMPLETED and not finding.strip():
        raise UserFacingError("Write what you found, so that the step can be completed.")
    if state == ChecklistState.NOT_NEEDED:
        _check_waiver(locked, actor=actor, reason=reason)
    values = {"state": state, "finding": finding, "reason": reason}
    changes = changed_fields(locked, values)
    if not changes:
        return locked
    for name, value in values.items():
        setattr(locked, name, value)
    settled = state in SETTLED
    locked.settled_by, locked.settled_at = (actor, now) if settled else (None, None)
    locked.save(update_fields=[*values, "settled_by", "settled_at", "version", "updated_at"])
    words = {"step": ("", f"{locked.text}: {locked.get_state_display().lower()}")}
    record_event(
        locked.case,
        actor=actor,
        action=EventAction.ITEM_SETTLED,
        now=now,
        changes=words,
        note=reason,
        subject=f"checklist:{locked.pk}",
    )
    return locked


def _check_waiver(item: ChecklistItem, *, actor: User, reason: str) -> None:
    if not reason.strip():
        raise UserFacingError("Say why the step is not needed.")
    if item.is_mandatory:
        permissions.require(actor, CaseAction.WAIVE_MANDATORY, item.case)


def _template_items(case: Case) -> Iterator[ChecklistTemplateItem]:
    received = timezone.localdate(case.received_at)
    score = complexity_of(case).score
    templates = checklist_templates(
        kind=case.kind, category=case.category, triggers=_triggers(case), day=received, complexity=score
    )
    for template in templates:
        yield from template.items.all()


def _triggers(case: Case) -> list[Trigger]:
    referral = getattr(case, "referral", None)
    if referral is None:
        return []
    return [referral.main_trigger, *(referral.other_triggers.all() if figures_of(case).other_triggers else ())]


def _from_template(case: Case, item: ChecklistTemplateItem, *, order: int, today: date) -> ChecklistItem:
    return ChecklistItem(
        case=case,
        template_item=item,
        group=item.group,
        text=item.text,
        hint=item.hint,
        is_mandatory=item.is_mandatory,
        due_date=weekdays_after(today, item.due_working_days),
        order=order,
    )


def weekdays_after(day: date, count: int) -> date:
    """Return the `count`-th weekday after `day`: a plan for colleagues, not a deadline, so holidays do not move it."""
    while count > 0:
        day += timedelta(days=1)
        count -= day.weekday() < SATURDAY
    return day
