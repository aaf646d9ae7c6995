"""The sections of a policy pack that belong to the clocks: calendars, the rule set, its targets, rules and reminders."""

from datetime import date
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cases.choices import Channel
from policies.choices import VersionState
from policies.packs.records import Record
from policies.packs.registry import PackRun, SectionLoader
from policies.services.rows import put
from sla.arithmetic import Calendar, CalendarError, parse_week
from sla.arithmetic.opening_hours import parse_periods
from sla.choices import Audience, ExceptionKind, ReminderAnchor, SatisfiedBy, StartEvent
from sla.models import CalendarException, CalendarVersion, CalendarWeek, ReminderStep, RuleSet, Target, WorkingCalendar
from sla.models.targets import STAGES
from sla.selectors.targets import CyclicChainError, chain_of, check_chain
from sla.services.calendars import put_in_force
from sla.services.holidays import DIVISIONS, bank_holidays
from sla.services.pack_rules import load_rules

SETTLED = (VersionState.PUBLISHED, VersionState.REPLACED)


def load_calendars(records: list[Record], run: PackRun) -> int:
    """Write the calendars that are not there yet. One that is may have been edited, so it stays as it is."""
    return sum(_load_calendar(record, run) for record in records)


def _load_calendar(record: Record, run: PackRun) -> int:
    slug, name = record.text("slug", longest=80), record.text("name", longest=80)
    hours, time_zone = record.text("hours"), record.text("time_zone", "Europe/London", longest=60)
    division, first, last = record.text("holidays", ""), record.whole("from_year", 0), record.whole("to_year", 0)
    exceptions = [_exception(each) for each in record.records("exceptions")]
    weeks = _later_weeks(record)
    record.finish()
    _check_holidays(record, division, first, last)
    _check_calendar(record, hours, time_zone)
    if WorkingCalendar.objects.filter(slug=slug).exists():
        return 0
    calendar = WorkingCalendar.objects.create(slug=slug, name=name, holidays_from=division)
    version = CalendarVersion.objects.create(calendar=calendar, number=1, time_zone=time_zone, hours=hours)
    rows = {row.day: row for row in _holiday_rows(division, range(first, last + 1))}
    rows |= {row.day: row for row in exceptions}
    for row in rows.values():
        row.version = version
    CalendarException.objects.bulk_create(rows.values())
    CalendarWeek.objects.bulk_create(
        CalendarWeek(version=version, valid_from=starts, hours=text, time_zone=zone)
        for starts, (text, zone) in weeks.items()
    )
    put_in_force(version, note=f"Loaded with the policy pack {run.pack}.", actor=None, now=run.now)
    return 1


def _holiday_rows(division: str, years: range) -> list[CalendarException]:
    """Return the division's bank holidays; a one-off waits until somebody has accepted it."""
    holidays = bank_holidays(division, years) if division else []
    return [
        CalendarException(day=each.day, name=each.name, source=each.source, is_accepted=not each.is_one_off)
        for each in holidays
    ]


def _check_calendar(record: Record, hours: str, time_zone: str) -> None:
    _check_hours(record, hours, record.text("name"), _zone(record, time_zone))


def _zone(record: Record, time_zone: str) -> ZoneInfo:
    try:
        return ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise record.error(f"“time_zone” must be one such as Europe/London; there is no “{time_zone}”.") from error


def _check_hours(record: Record, hours: str, calendar: str, zone: ZoneInfo) -> None:
    try:
        Calendar(calendar, zone, parse_week(hours))
    except CalendarError as error:
        raise record.error(f"“hours”: {error}") from error


def _check_holidays(record: Record, division: str, first: int, last: int) -> None:
    if division and division not in DIVISIONS:
        raise record.error(f"“holidays” must be one of {', '.join(DIVISIONS)}; it is “{division}”.")
    if division and not 2000 <= first <= last <= first + 30:
        raise record.error("“from_year” and “to_year” must be years, the first one first.")


def _later_weeks(record: Record) -> dict[date, tuple[str, str]]:
    """Return the weekly hours that take over later, each with its time zone if that is another, by their first day."""
    weeks: dict[date, tuple[str, str]] = {}
    for each in record.records("later_weeks"):
        starts, hours, time_zone = each.day("valid_from"), each.text("hours"), each.text("time_zone", "", longest=60)
        each.finish()
        if starts in weeks:
            raise each.error(f"“valid_from”: two weeks begin on {starts}. Keep one for each first day.")
        _check_hours(each, hours, record.text("name"), _zone(each, time_zone or "UTC"))
        weeks[starts] = hours, time_zone
    return weeks


def _exception(record: Record) -> CalendarException:
    hours = record.text("hours", "")
    row = CalendarException(
        day=record.day("day"),
        name=record.text("name", longest=120),
        kind=ExceptionKind.OPENING if hours else ExceptionKind.CLOSURE,
        hours=hours,
        source=record.text("source", "policy pack", longest=120),
        is_accepted=True,
    )
    record.finish()
    try:
        parse_periods(hours) if hours else ()
    except CalendarError as error:
        raise record.error(f"“hours”: {error}") from error
    return row


def load_rule_sets(records: list[Record], run: PackRun) -> int:
    """Write the set that the pack's targets belong to. Whether it is active is then the organisation's decision."""
    changed = 0
    for record in records:
        values = {"name": record.text("name", longest=80), "description": record.text("description", "", longest=300)}
        is_active = record.flag("is_active")
        record.finish()
        rule_set, is_changed = put(RuleSet, key={"slug": run.pack}, values=values)
        if is_changed and not rule_set.targets.exists():
            RuleSet.objects.filter(pk=rule_set.pk).update(is_active=is_active)
        changed += is_changed
    return changed


def load_targets(records: list[Record], run: PackRun) -> int:
    """Write the targets. One that people have changed since stays as they published it."""
    rule_set = RuleSet.objects.get(slug=run.pack)
    edited = set(rule_set.targets.filter(drafts__version__state__in=SETTLED).values_list("code", flat=True))
    changed = 0
    for order, record in enumerate(records, start=1):
        key = {"rule_set": rule_set, "code": record.text("code", longest=60)}
        values = {"order": order, **_target_values(record, rule_set)}
        record.finish()
        if key["code"] not in edited:
            changed += put(Target, key=key, values=values)[1]
    for record in records:
        _check_chain(record, rule_set)
    return changed


def _check_chain(record: Record, rule_set: RuleSet) -> None:
    target = rule_set.targets.select_related("after").get(code=record.text("code"))
    try:
        check_chain(chain_of(target, target.after))
    except CyclicChainError as error:
        raise record.error(f"“after”: {error}") from error


def _target_values(record: Record, rule_set: RuleSet) -> dict[str, Any]:
    starts_on = record.choice("starts_on", StartEvent, StartEvent.RECEIVED)
    return {
        "name": record.text("name", longest=80),
        "satisfied_by": record.choice("satisfied_by", SatisfiedBy),
        "starts_on": starts_on,
        "stage": _stage(record) if starts_on is StartEvent.STAGE_ENTERED else "",
        "counts_from_receipt": record.flag("counts_from_receipt"),
        "after": _target_before(record, rule_set) if starts_on is StartEvent.AFTER_TARGET else None,
        "is_customer_clock": record.flag("is_customer_clock", True),
        "is_window": record.flag("is_window"),
        "repeats": record.flag("repeats"),
        "restarts_on_reopening": record.flag("restarts_on_reopening"),
        "counts_automatic": record.flag("counts_automatic"),
        "channels": _channels(record),
        "longest_extension_days": record.whole("longest_extension_days", 0),
        "source": record.text("source", "", longest=200),
        "is_unconfirmed": record.flag("is_unconfirmed"),
    }


def _stage(record: Record) -> str:
    stage, known = record.text("stage"), [value for value, _ in STAGES]
    if stage not in known:
        raise record.error(f"“stage” must be one of {', '.join(known)}; it is “{stage}”.")
    return stage


def _channels(record: Record) -> list[str]:
    channels = record.take("channels", [])
    if not isinstance(channels, list) or not set(channels) <= set(Channel):
        raise record.error(f"“channels” must be a list of {', '.join(Channel)}.")
    return channels


def _target_before(record: Record, rule_set: RuleSet) -> Target:
    code = record.text("after")
    before = Target.objects.filter(rule_set=rule_set, code=code).first()
    if before is None:
        raise record.error(f"“after” must name a target above this one; there is no “{code}”.")
    return before


def load_reminders(records: list[Record], run: PackRun) -> int:
    rule_set = RuleSet.objects.get(slug=run.pack)
    changed = 0
    for record in records:
        key = {"rule_set": rule_set, "code": record.text("code", longest=40)}
        values = {
            "target": _reminded_target(record, rule_set),
            "anchor": record.choice("anchor", ReminderAnchor),
            "amount": record.whole("amount", 0),
            "audience": record.choice("audience", Audience),
            "sends_email": record.flag("sends_email", True),
            "any_hour": record.flag("any_hour"),
        }
        record.finish()
        changed += put(ReminderStep, key=key, values=values)[1]
    return changed


def _reminded_target(record: Record, rule_set: RuleSet) -> Target | None:
    """Return the one target that the step is about; a step that names none is about every promise of the set."""
    code = record.text("target", "")
    target = rule_set.targets.filter(code=code).first()
    if code and target is None:
        raise record.error(f"“target” must be a target of this pack; there is no “{code}”.")
    return target


SECTIONS: Final[dict[str, SectionLoader]] = {
    "calendars": load_calendars,
    "rule_sets": load_rule_sets,
    "targets": load_targets,
    "rules": load_rules,
    "reminders": load_reminders,
}
