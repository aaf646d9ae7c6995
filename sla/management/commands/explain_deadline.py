from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from core.errors import UserFacingError
from policies.choices import CaseKind, Priority
from sla.arithmetic import (
    Calendar,
    CalendarError,
    Deadline,
    DurationError,
    Pause,
    WorkingHours,
    add,
    parse_week,
)
from sla.selectors.explaining import Ruling, calendar_named, local_moment, rule_set_named, ruling_on
from sla.selectors.planning import Situation
from sla.selectors.targets import chain_of, check_chain


class Command(BaseCommand):
    help = "Show, line by line, how a deadline follows from a policy pack. The last line is the deadline alone."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("target", nargs="?", help="A target of the pack, such as final-response.")
        parser.add_argument("--pack", default="house", help="A loaded policy pack, such as fca-disp.")
        parser.add_argument("--calendar", default="", help="A calendar, such as scotland. Default: the rule's own.")
        parser.add_argument("--received", required=True, metavar="ISO", help="2026-04-02T16:00, local or with offset.")
        parser.add_argument("--pause", nargs="+", action="extend", default=[], metavar="FROM/TO")
        parser.add_argument("--kind", choices=CaseKind.values, help="Look for the rule of this kind of case.")
        parser.add_argument("--priority", choices=Priority.names, help="Look for the rule of this priority.")
        parser.add_argument("--hours", metavar="TEXT", help="Try these hours instead, such as 'mon-fri 08:00-17:00'.")
        parser.add_argument("--working-hours", type=float, metavar="N", help="With --hours: the working time allowed.")
        parser.add_argument("--zone", default="Europe/London", help="With --hours: the time zone.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            deadline = self._try_hours(options) if options["hours"] is not None else self._look_up(options)
        except UserFacingError as error:
            raise CommandError(str(error)) from error
        for line in deadline.account:
            self.stdout.write(f"{line.text}{f'  [{line.counted}]' if line.counted else ''}")
        self.stdout.write(f"due {deadline.due.isoformat()}")

    def _look_up(self, options: dict[str, Any]) -> Deadline:
        if not options["target"]:
            raise CommandError("Name a target, or try other hours with --hours and --working-hours.")
        rule_set, here = rule_set_named(options["pack"]), timezone.get_default_timezone()
        day = timezone.localdate(local_moment(options["received"], lambda _: here), here)
        ruling = ruling_on(rule_set, options["target"], day, _situation(options))
        target, terms = ruling.allowance.target, ruling.allowance.terms
        check_chain(chain_of(target, terms.after))
        calendar = calendar_named(options["calendar"] or ruling.allowance.calendar.slug)
        received = local_moment(options["received"], calendar.zone_on)
        self._write_ruling(ruling, calendar)
        pauses = list(_pauses(options["pause"], calendar))
        if pauses and terms.is_customer_clock:
            self.stdout.write("Pauses are left out: this is a customer clock, and those never pause.")
            pauses = []
        return add(ruling.allowance.duration, received, calendar, pauses)

    def _try_hours(self, options: dict[str, Any]) -> Deadline:
        if options["working_hours"] is None:
            raise CommandError("Say how long with --working-hours.")
        calendar = _calendar(options["hours"], options["zone"])
        received = local_moment(options["received"], calendar.zone_on)
        duration = _working_hours(options["working_hours"])
        return add(duration, received, calendar, _pauses(options["pause"], calendar))

    def _write_ruling(self, ruling: Ruling, calendar: Calendar) -> None:
        for skip in ruling.skipped:
            self.stdout.write(f"Skipped rule “{skip.rule}”: {skip.reason}")
        target = ruling.allowance.target
        self.stdout.write(f"Rule “{ruling.allowance.rule}”, {ruling.version}: {target}, {ruling.allowance.duration}")
        if target.source:
            unsure = " (not confirmed)" if target.is_unconfirmed else ""
            self.stdout.write(f"Source: {target.source}{unsure}")
        later = (f", {zone.key} from {starts.isoformat()}" for starts, zone in calendar.zone_changes)
        self.stdout.write(f"Calendar: {calendar.name}, {calendar.zone.key}{''.join(later)}")


def _calendar(hours: str, zone: str) -> Calendar:
    try:
        return Calendar("tried", ZoneInfo(zone), parse_week(hours))
    except CalendarError as error:
        raise CommandError(f"--hours: {error}") from error
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise CommandError(f"--zone: There is no time zone “{zone}”. Write one such as Europe/London.") from error


def _working_hours(number: float) -> WorkingHours:
    try:
        return WorkingHours(timedelta(hours=number))
    except DurationError as error:
        raise CommandError(f"--working-hours: {error}") from error
    except OverflowError as error:
        raise CommandError("--working-hours: The time allowed must be 10 years or less.") from error
    except ValueError as error:
        raise CommandError("--working-hours: The time allowed must be a number of hours, such as 8 or 7.5.") from error


def _situation(options: dict[str, Any]) -> Situation | None:
    if not options["kind"] and not options["priority"]:
        return None
    priority = Priority[options["priority"]] if options["priority"] else None
    return Situation(kind=options["kind"] or CaseKind.COMPLAINT, priority=priority)


def _pauses(texts: list[str], calendar: Calendar) -> Iterator[Pause]:
    for text in texts:
        starts, slash, ends = text.partition("/")
        if not slash:
            raise CommandError(f"“{text}” is not a pause. Write it as 2026-04-02T16:00/2026-04-07T09:00.")
        yield Pause(local_moment(starts, calendar.zone_on), local_moment(ends, calendar.zone_on))
