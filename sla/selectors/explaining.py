"""A deadline without a case: the target of a pack on a calendar, for the command line and the "Try it" panel."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from django.db.models import Q
from django.utils import timezone

from core.errors import UserFacingError
from sla.arithmetic import Calendar, CalendarError
from sla.models import Allowance, CalendarVersion, Rule, RuleSet, RuleSetVersion, WorkingCalendar
from sla.selectors.calendars import calendar_of
from sla.selectors.planning import Situation, SkippedRule, why_not


class UnknownNameError(UserFacingError):
    """No target, pack or calendar has this name; the text lists those that exist."""


@dataclass(frozen=True)
class Ruling:
    """The allowance that a rule set gives a target on a day, and the rules that were passed over."""

    allowance: Allowance
    version: RuleSetVersion
    skipped: tuple[SkippedRule, ...]


def calendar_named(slug: str) -> Calendar:
    """Return the calendar's version in force."""
    version = CalendarVersion.objects.published().select_related("calendar").filter(calendar__slug=slug).first()
    if version is None:
        published = CalendarVersion.objects.published().values_list("calendar__slug", flat=True)
        if calendar := WorkingCalendar.objects.filter(slug=slug).first():
            raise CalendarError(f"The calendar {calendar} has no published version. Ask an admin to publish one.")
        raise UnknownNameError(_unknown("calendar", slug, published))
    return calendar_of(version)


def rule_set_named(slug: str) -> RuleSet:
    rule_set = RuleSet.objects.filter(slug=slug).first()
    if rule_set is None:
        raise UnknownNameError(_unknown("policy pack", slug, RuleSet.objects.values_list("slug", flat=True)))
    return rule_set


def ruling_on(rule_set: RuleSet, target: str, day: date, situation: Situation | None = None) -> Ruling:
    """Return what the version in force on `day` allows `target`: by the first rule that has it and fits."""
    version = version_on(rule_set, day)
    skipped: list[SkippedRule] = []
    for rule in version.rules.select_related("category", "team", "trigger", "need").prefetch_related(
        "allowances__target__after", "allowances__former_terms"
    ):
        allowance = next((each for each in rule.allowances.all() if each.target.code == target), None)
        reason = _why_passed(rule, allowance, situation)
        if allowance and not reason:
            return Ruling(allowance, version, tuple(skipped))
        skipped.append(SkippedRule(rule, reason))
    raise UnknownNameError(_unknown(f"target in {rule_set.slug}", target, _targets_of(version)))


def version_on(rule_set: RuleSet, day: date) -> RuleSetVersion:
    in_force = rule_set.versions.published().filter(Q(valid_to=None) | Q(valid_to__gt=day), valid_from__lte=day)
    version = in_force.first()
    if version is None:
        raise UnknownNameError(f"{rule_set} had no rules in force on {day.isoformat()}. Choose a later date.")
    return version


def local_moment(text: str, zone_on: Callable[[date], tzinfo]) -> datetime:
    """Return the ISO date and time; without an offset it is in the zone of its day."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UserFacingError(f"“{text}” is not a date and time. Write it as 2026-04-02T16:00.") from None
    return moment if timezone.is_aware(moment) else moment.replace(tzinfo=zone_on(moment.date()))


def _why_passed(rule: Rule, allowance: Allowance | None, situation: Situation | None) -> str:
    if allowance is None:
        return "It has no such target."
    return why_not(rule, situation) if situation else ""


def _targets_of(version: RuleSetVersion) -> list[str]:
    return list(version.rules.order_by("order").values_list("allowances__target__code", flat=True))


def _unknown(what: str, name: str, known: Iterable[str | None]) -> str:
    names = sorted({each for each in known if each})
    listed = f"There are: {', '.join(names)}." if names else "None is loaded: run manage.py load_policy_pack NAME."
    return f"There is no {what} “{name}”. {listed}"
