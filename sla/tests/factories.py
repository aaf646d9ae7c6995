"""A small policy written out in rows, so that each test says what its deadlines follow from."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from accounts.choices import Role
from accounts.models import User
from accounts.tests.factories import UserFactory
from cases.models import Case
from policies.choices import VersionState
from sla.choices import Audience, Measure, ReminderAnchor, SatisfiedBy
from sla.models import (
    Allowance,
    CalendarException,
    CalendarVersion,
    Clock,
    ClockMove,
    DeadlineExample,
    Extension,
    ReminderStep,
    Rule,
    RuleSet,
    RuleSetVersion,
    Target,
    WorkingCalendar,
)
from sla.selectors.calendars import digest_of
from sla.services import start_clocks

FOREVER = date(2020, 1, 1)


def make_system_user() -> User:
    found = User.objects.get_queryset().filter(role=Role.SYSTEM).first()
    return found or UserFactory.create(role=Role.SYSTEM, team=None, full_name="Redress")


def make_calendar(name: str = "Office", hours: str = "mon-fri 09:00-17:00", **holidays: str) -> WorkingCalendar:
    """Return a published calendar; holidays as day_2026_12_25="Christmas Day"."""
    calendar = WorkingCalendar.objects.create(name=name, slug=name.lower())
    publish_calendar(calendar, hours, holidays)
    return calendar


def publish_calendar(calendar: WorkingCalendar, hours: str, holidays: dict[str, str]) -> CalendarVersion:
    calendar.versions.published().update(state=VersionState.REPLACED)
    version = CalendarVersion.objects.create(
        calendar=calendar, number=calendar.versions.count() + 1, hours=hours, state=VersionState.PUBLISHED
    )
    for key, title in holidays.items():
        day = date.fromisoformat(key.removeprefix("day_").replace("_", "-"))
        CalendarException.objects.create(version=version, day=day, name=title, is_accepted=True)
    version.digest = digest_of(version)
    version.save()
    return version


def make_rule_set(name: str = "House", *, valid_from: date = FOREVER, is_active: bool = True) -> RuleSetVersion:
    rule_set = RuleSet.objects.create(name=name, slug=name.lower(), is_active=is_active)
    return RuleSetVersion.objects.create(
        rule_set=rule_set, number=1, state=VersionState.PUBLISHED, valid_from=valid_from
    )


def make_rule(version: RuleSetVersion, name: str = "Any case", **conditions: Any) -> Rule:
    return Rule.objects.create(version=version, order=version.rules.count() + 1, name=name, **conditions)


def make_target(version: RuleSetVersion, code: str, satisfied_by: SatisfiedBy, **fields: Any) -> Target:
    order = version.rule_set.targets.count()
    return Target.objects.create(
        rule_set=version.rule_set,
        code=code,
        name=code.replace("-", " ").capitalize(),
        satisfied_by=satisfied_by,
        order=order,
        **fields,
    )


def allow(
    rule: Rule, target: Target, amount: float, measure: Measure, calendar: WorkingCalendar, **fields: Any
) -> Allowance:
    return Allowance.objects.create(
        rule=rule, target=target, amount=Decimal(str(amount)), measure=measure, calendar=calendar, **fields
    )


def make_ladder(rule_set: RuleSet) -> list[ReminderStep]:
    """Return three rungs: the owner at 75 %, owner and leader at the deadline, the manager a day later."""
    rungs = [
        ("three-quarters", ReminderAnchor.PERCENT, 75, Audience.OWNER),
        ("due", ReminderAnchor.AFTER, 0, Audience.OWNER),
        ("due-leader", ReminderAnchor.AFTER, 0, Audience.LEADER),
        ("late-manager", ReminderAnchor.AFTER, 24 * 60, Audience.MANAGER),
    ]
    return [
        ReminderStep.objects.create(rule_set=rule_set, code=code, anchor=anchor, amount=amount, audience=audience)
        for code, anchor, amount, audience in rungs
    ]


def make_house_policy() -> RuleSetVersion:
    """Return two rules on the office calendar.

    P1: acknowledge in 2 working hours, update each 4 working hours, final response in 5 working days. Others:
    acknowledge in 16 working hours, final response in 8 weeks.
    """
    calendar, version = make_calendar(), make_rule_set()
    acknowledge = make_target(version, "acknowledge", SatisfiedBy.ACKNOWLEDGED, is_customer_clock=False)
    update = make_target(version, "update", SatisfiedBy.UPDATE_SENT, repeats=True, is_customer_clock=False)
    final = make_target(version, "final-response", SatisfiedBy.FINAL_RESPONSE, restarts_on_reopening=True)
    urgent = make_rule(version, "Critical", priority=1)
    allow(urgent, acknowledge, 2, Measure.WORKING_HOURS, calendar)
    allow(urgent, update, 4, Measure.WORKING_HOURS, calendar)
    allow(urgent, final, 5, Measure.WORKING_DAYS, calendar)
    normal = make_rule(version, "Everything else")
    allow(normal, acknowledge, 16, Measure.WORKING_HOURS, calendar)
    allow(normal, final, 8, Measure.WEEKS, calendar)
    return version


def make_clock(case: Case, **fields: Any) -> Clock:
    """Return the case's final-response clock under the house policy, made where there is none yet."""
    if not RuleSet.objects.exists():
        make_house_policy()
    start_clocks(case, actor=case.logged_by, now=case.logged_at)
    clock = case.clocks.get(target__code="final-response")
    for name, value in fields.items():
        setattr(clock, name, value)
    clock.save()
    return clock


def make_extension(case: Case, **fields: Any) -> Extension:
    """Return a request for five more working days on the case's final response, by a colleague of its owner."""
    clock = make_clock(case)
    clock.target.longest_extension_days = 10
    clock.target.save()
    asker = UserFactory.create(team=case.team)
    values = {"working_days": 5, "reason": "Records arrive late.", "asked_by": asker, "asked_at": case.logged_at}
    return Extension.objects.create(clock=clock, **{**values, **fields})


def make_settings(slug: str = "sample") -> RuleSetVersion:
    """Return the draft of a rule set with one rule, beside a calendar of the same name that has a draft too."""
    draft = RuleSetVersion.objects.filter(rule_set__slug=slug, state=VersionState.DRAFT).first()
    if draft:
        return draft
    calendar = make_calendar(slug)
    CalendarVersion.objects.create(calendar=calendar, number=2, hours="mon-fri 09:00-17:00")
    published = make_rule_set(slug)
    target = make_target(published, "final-response", SatisfiedBy.FINAL_RESPONSE)
    draft = RuleSetVersion.objects.create(rule_set=published.rule_set, number=2, valid_from=FOREVER)
    for version in (published, draft):
        allow(make_rule(version), target, 8, Measure.WEEKS, calendar)
    return draft


def make_spare_target() -> Target:
    """Return a target of the set of `make_settings` that no rules allow."""
    draft = make_settings()
    found = draft.rule_set.targets.filter(code="spare").first()
    return found or make_target(draft, "spare", SatisfiedBy.HOLDING)


def make_example() -> DeadlineExample:
    """Return an example that the rules of `make_settings` answer as it says."""
    draft = make_settings()
    received = datetime(2026, 1, 5, 12, tzinfo=UTC)
    situation = {"kind": "COMPLAINT", "priority": None, "category_id": None, "team_id": None, "channel": ""}
    return DeadlineExample.objects.create(
        rule_set=draft.rule_set,
        name="A Monday in January",
        target=draft.rule_set.targets.get(code="final-response"),
        situation={**situation, "received_at": received.isoformat()},
        expected_due_at=datetime(2026, 3, 2, 23, 59, 59, tzinfo=UTC),
    )


def make_move() -> ClockMove:
    """Return the move of many open clocks to the draft of `make_settings`, half of them done; always the same one."""
    found = ClockMove.objects.first()
    return found or ClockMove.objects.create(
        rules_version=make_settings(),
        asked_by=make_system_user(),
        asked_at=datetime(2026, 1, 5, 12, tzinfo=UTC),
        cases=4000,
        looked_at=2000,
        moved=1200,
    )
