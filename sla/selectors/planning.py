"""Which targets a case gets, when they are due, and why."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from django.db.models import Max, Prefetch, QuerySet
from django.utils import timezone

from cases.choices import Channel
from cases.models import Case, Referral
from policies.choices import CaseKind, Priority, VersionState
from sla.arithmetic import CalendarError, Deadline, add
from sla.arithmetic.words import moment_words
from sla.choices import STARTED_WITH_THE_CASE, StartEvent
from sla.models import Allowance, CalendarVersion, Rule, RuleSetVersion
from sla.models.targets import TargetTerms
from sla.selectors.calendars import calendar_of, published_calendars

NOWHERE: Mapping[int, int] = {}


@dataclass(frozen=True, kw_only=True)
class Situation:
    """What rules look at. None means that it is not known, which only a rule that does not ask for it matches."""

    kind: str
    priority: int | None = None
    category_id: int | None = None
    team_id: int | None = None
    channel: str = ""
    trigger_ids: frozenset[int] = frozenset()
    need_ids: frozenset[int] = frozenset()


@dataclass(frozen=True)
class SkippedRule:
    rule: Rule
    reason: str


@dataclass(frozen=True)
class PlannedClock:
    """A clock that would start now, with the rule that gave it and the rules before that one."""

    allowance: Allowance
    calendar_version: CalendarVersion
    deadline: Deadline
    skipped: tuple[SkippedRule, ...]

    @property
    def rule(self) -> Rule:
        return self.allowance.rule

    @property
    def starts_later(self) -> bool:
        return self.allowance.terms.starts_on not in STARTED_WITH_THE_CASE

    @property
    def due_words(self) -> str:
        """Return "Monday 24 November 2025 at 3:00pm", in the calendar's time zone."""
        return moment_words(self.deadline.due)


def situation_of(case: Case, *, with_triggers: bool = False, with_needs: bool = False) -> Situation:
    """Return what rules look at; triggers and needs cost queries, so they are read where a rule asks for them."""
    return Situation(
        kind=case.kind,
        priority=case.priority,
        category_id=case.category_id,
        team_id=case.team_id,
        channel=case.channel,
        trigger_ids=triggers_of(case) if with_triggers else frozenset(),
        need_ids=needs_of(case) if with_needs else frozenset(),
    )


def triggers_of(case: Case) -> frozenset[int]:
    """Return why the case was referred, by the ids of the triggers."""
    try:
        referral = case.referral
    except Referral.DoesNotExist:
        return frozenset()
    return frozenset({referral.main_trigger_id, *(each.pk for each in referral.other_triggers.all())})


def needs_of(case: Case) -> frozenset[int]:
    """Return what helps the customer, by the ids of the support needs."""
    return frozenset(case.customer.support_needs.values_list("pk", flat=True))


@dataclass(frozen=True)
class Match:
    """The rule of one set that a case falls under, and the rules before it."""

    rule: Rule
    skipped: tuple[SkippedRule, ...]


@dataclass(frozen=True)
class Rulebook:
    """Every published rule of the active sets, read once: planning a thousand cases costs no more queries than one."""

    rules: Sequence[Rule]
    calendars: Mapping[int, CalendarVersion]
    is_draft: bool = False  # rules that are being tried hold whatever their dates

    @property
    def asks_for_triggers(self) -> bool:
        return any(rule.trigger_id for rule in self.rules)

    @property
    def asks_for_needs(self) -> bool:
        return any(rule.need_id for rule in self.rules)

    def situation_of(self, case: Case) -> Situation:
        """Return what these rules look at."""
        return situation_of(case, with_triggers=self.asks_for_triggers, with_needs=self.asks_for_needs)

    def matches(
        self, situation: Situation, received_at: datetime, moved_to: Mapping[int, int] = NOWHERE
    ) -> Iterator[Match]:
        """Yield, for each rule set, the first rule that matches of the version in force on the local day of receipt.

        `moved_to` says, by the set's id, to which version the case has been moved since.
        """
        day = timezone.localdate(received_at, timezone.get_default_timezone())
        for rule_set_id, group in groupby(self.rules, key=lambda rule: rule.version.rule_set_id):
            rules = list(group)
            if not self.is_draft:
                rules = _holding(rules, day, moved_to.get(rule_set_id))
            skipped: list[SkippedRule] = []
            for rule in rules:
                reason = why_not(rule, situation)
                if not reason:
                    yield Match(rule, tuple(skipped))
                    break
                skipped.append(SkippedRule(rule, reason))

    def plan(
        self,
        situation: Situation,
        *,
        received_at: datetime,
        logged_at: datetime,
        moved_to: Mapping[int, int] = NOWHERE,
    ) -> list[PlannedClock]:
        """Return the clocks that start when such a case is logged, the earliest deadline first."""
        planned = [
            self.plan_one(allowance, start, match.skipped)
            for match in self.matches(situation, received_at, moved_to)
            for allowance in match.rule.allowances.all()
            if (start := begins_at(allowance.terms, received_at=received_at, logged_at=logged_at))
        ]
        return sorted(planned, key=lambda clock: (clock.deadline.due, clock.allowance.target.order))

    def plan_everything(self, situation: Situation, *, received_at: datetime) -> list[PlannedClock]:
        """Return every clock that such a case can have, each as if it started when the case was received."""
        planned = [
            self.plan_one(allowance, received_at, match.skipped)
            for match in self.matches(situation, received_at)
            for allowance in match.rule.allowances.all()
        ]
        return sorted(planned, key=lambda clock: (clock.deadline.due, clock.allowance.target.order))

    def plan_for(self, case: Case) -> list[PlannedClock]:
        """Return the clocks that begin with `case`, as it is now."""
        return self.plan(
            self.situation_of(case),
            received_at=case.received_at,
            logged_at=case.logged_at,
            moved_to=versions_moved_to(case),
        )

    def allowances_for(self, case: Case) -> list[Allowance]:
        """Return everything that the matching rules allow, whatever starts it."""
        return [allowance for match in self.matches_for(case) for allowance in match.rule.allowances.all()]

    def matches_for(self, case: Case) -> Iterator[Match]:
        """Yield the rule of each set that `case`, as it is now, falls under."""
        return self.matches(self.situation_of(case), case.received_at, versions_moved_to(case))

    def plan_one(self, allowance: Allowance, start: datetime, skipped: tuple[SkippedRule, ...] = ()) -> PlannedClock:
        """Return the clock that `allowance` gives from `start` on the calendar's version in force."""
        version = self.calendars.get(allowance.calendar_id)
        if version is None:
            raise CalendarError(
                f"The calendar {allowance.calendar} has no published version. Ask an admin to publish one."
            )
        return PlannedClock(allowance, version, add(allowance.duration, start, calendar_of(version)), skipped)


def load_rulebook() -> Rulebook:
    """Return what holds for cases: the published rules of the active sets."""
    rules = _with_allowances(
        Rule.objects.filter(version__state=VersionState.PUBLISHED, version__rule_set__is_active=True)
    )
    return Rulebook(list(rules), published_calendars())


def rulebook_of(version: RuleSetVersion) -> Rulebook:
    """Return the rules of one version alone, to try them before they hold; targets are what its draft makes of them."""
    rules = list(_with_allowances(version.rules.all()))
    if version.state == VersionState.DRAFT:
        drafts = {each.target_id: each for each in version.target_drafts.all()}
        for allowance in (each for rule in rules for each in rule.allowances.all()):
            allowance.terms = drafts.get(allowance.target_id, allowance.target)
    return Rulebook(rules, published_calendars(), is_draft=True)


def begins_at(terms: TargetTerms, *, received_at: datetime, logged_at: datetime) -> datetime | None:
    """Return from when a target counts that starts with the case; none where it waits for something else."""
    if terms.starts_on not in STARTED_WITH_THE_CASE:
        return None
    return logged_at if terms.starts_on == StartEvent.LOGGED and not terms.counts_from_receipt else received_at


def _with_allowances(rules: "QuerySet[Rule]") -> "QuerySet[Rule]":
    allowances = Allowance.objects.select_related("target__rule_set", "former_terms", "calendar").order_by(
        "target__order", "pk"
    )
    return (
        rules.select_related("version__rule_set", "category", "team", "trigger", "need")
        .prefetch_related(Prefetch("allowances", allowances))
        .order_by("version__rule_set_id", "version_id", "order", "pk")
    )


def versions_moved_to(case: Case) -> dict[int, int]:
    """Return the number of the latest version that the case's clocks run by, by the id of its set."""
    numbers = case.clocks.values_list("target__rule_set").annotate(Max("allowance__rule__version__number")).order_by()
    return dict(numbers)


def _holding(rules: Sequence[Rule], day: date, moved_to: int | None) -> list[Rule]:
    """Return the rules of the version in force on `day` or, where the case has been moved to a later one, of that.

    A version that was replaced since is not among `rules`; the next one after it stands for it.
    """
    in_force = [rule for rule in rules if _is_in_force(rule.version, day)]
    number = max((rule.version.number for rule in in_force), default=0)
    if moved_to is None or number >= moved_to:
        return in_force
    later = min((rule.version.number for rule in rules if rule.version.number >= moved_to), default=number)
    return [rule for rule in rules if rule.version.number == later]


def _is_in_force(version: RuleSetVersion, day: date) -> bool:
    return version.valid_from <= day and (version.valid_to is None or day < version.valid_to)


def why_not(rule: Rule, situation: Situation) -> str:
    """Return why `rule` does not match, as a sentence; empty when it does."""
    return next(_mismatches(rule, situation), "")


def _mismatches(rule: Rule, situation: Situation) -> Iterator[str]:
    if rule.kind and rule.kind != situation.kind:
        yield f"Only for {CaseKind(rule.kind).label.lower()} cases."
    if rule.priority and rule.priority != situation.priority:
        yield f"Only for priority {Priority(rule.priority).label}."
    if rule.category_id and rule.category_id != situation.category_id:
        yield f"Only for the category {rule.category}."
    if rule.team_id and rule.team_id != situation.team_id:
        yield f"Only for the team {rule.team}."
    if rule.channel and rule.channel != situation.channel:
        yield f"Only for the channel {Channel(rule.channel).label}."
    if rule.trigger_id and rule.trigger_id not in situation.trigger_ids:
        yield f"Only for cases with the trigger “{rule.trigger}”."
    if rule.need_id and rule.need_id not in situation.need_ids:
        yield f"Only for customers with the support need “{rule.need}”."


def unreachable_rules(rules: Iterable[Rule]) -> dict[int, Rule]:
    """Return {rule id: the earlier rule that takes every case from it}."""
    earlier: list[Rule] = []
    hidden: dict[int, Rule] = {}
    for rule in rules:
        cover = next((each for each in earlier if _covers(each, rule)), None)
        if cover:
            hidden[rule.pk] = cover
        earlier.append(rule)
    return hidden


def _covers(earlier: Rule, later: Rule) -> bool:
    fields = ("kind", "priority", "category_id", "team_id", "channel", "trigger_id", "need_id")
    return all(not getattr(earlier, field) or getattr(earlier, field) == getattr(later, field) for field in fields)
