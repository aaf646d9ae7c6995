"""What is promised, to whom, and within which time."""

from datetime import timedelta
from functools import cached_property

from django.db import models
from django.db.models import Q

from cases.choices import CaseStatus, Channel
from core.models import TimeStampedModel
from policies.choices import CaseKind, Priority, VersionState
from policies.models import EffectiveModel
from policies.querysets import PublishedQuerySet
from sla.arithmetic import (
    CalendarPeriod,
    CloseOfWorkingDay,
    Duration,
    DurationError,
    ElapsedTime,
    FixedDate,
    PeriodUnit,
    WorkingDays,
    WorkingHours,
)
from sla.choices import (
    MAJOR_REVIEW,
    RECORDED_BY_HAND,
    SECOND_STAGE,
    Measure,
    SatisfiedBy,
    StartEvent,
)
from sla.models.calendars import WorkingCalendar
from sla.models.versions import DraftableModel
from sla.querysets import DraftableQuerySet

PERIOD_UNITS = {
    Measure.CALENDAR_DAYS: PeriodUnit.DAYS,
    Measure.WEEKS: PeriodUnit.WEEKS,
    Measure.MONTHS: PeriodUnit.MONTHS,
}
IN_HOURS = frozenset({Measure.WORKING_HOURS, Measure.ELAPSED_HOURS})
STAGES = [*CaseStatus.choices, (SECOND_STAGE, "Second stage"), (MAJOR_REVIEW, "Review of a major incident")]


class RuleSet(TimeStampedModel):
    """The targets of one policy pack. Only active sets start clocks; each that matches a case starts its own."""

    name = models.CharField(max_length=80, unique=True)
    slug = models.SlugField(max_length=60, unique=True)
    description = models.CharField(max_length=300, blank=True)
    is_active = models.BooleanField(default=False)

    objects = PublishedQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class TargetTerms(models.Model):
    """What starts a target, what meets it, and what may happen in between.

    A customer clock never pauses: it is what the customer and the regulator see. A handling clock may. A window is not a
    promise: when it passes, an opportunity ends, and nobody is late.
    """

    name = models.CharField(max_length=80)
    satisfied_by = models.CharField("met by", max_length=16, choices=SatisfiedBy)
    channels = models.JSONField("channels that count", default=list, blank=True)
    counts_automatic = models.BooleanField("an automatic message counts", default=False)
    starts_on = models.CharField("starts", max_length=16, choices=StartEvent, default=StartEvent.RECEIVED)
    after = models.ForeignKey("sla.Target", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    stage = models.CharField(max_length=20, choices=STAGES, blank=True)
    counts_from_receipt = models.BooleanField("counts from the day of receipt, whenever it starts", default=False)
    is_customer_clock = models.BooleanField("never pauses", default=True)
    is_window = models.BooleanField("passing it is not late", default=False)
    repeats = models.BooleanField("starts again each time it is met", default=False)
    restarts_on_reopening = models.BooleanField("starts again when the case is reopened", default=False)
    longest_extension_days = models.PositiveSmallIntegerField("longest extension, in working days", default=0)
    source = models.CharField("where it comes from", max_length=200, blank=True)
    is_unconfirmed = models.BooleanField("not confirmed by a source", default=False)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_on=StartEvent.AFTER_TARGET, after__isnull=False)
                | (~Q(starts_on=StartEvent.AFTER_TARGET) & Q(after=None)),
                name="a_chained_%(class)s_names_the_one_before",
            ),
            models.CheckConstraint(
                condition=Q(starts_on=StartEvent.STAGE_ENTERED) & ~Q(stage="")
                | ~Q(starts_on=StartEvent.STAGE_ENTERED) & Q(stage=""),
                name="a_%(class)s_of_a_stage_names_it",
            ),
        ]


TERMS_OF_A_TARGET = tuple(field.name for field in TargetTerms._meta.local_fields)
# What a target is called and where it comes from; clocks are judged by the others.
WORDS_OF_A_TARGET = frozenset({"name", "source", "is_unconfirmed"})


class Target(TargetTerms):
    """A promise with a deadline. How long it allows is in the versions of its rule set."""

    rule_set = models.ForeignKey(RuleSet, on_delete=models.PROTECT, related_name="targets")
    code = models.SlugField(max_length=60)
    order = models.PositiveSmallIntegerField(default=0)

    objects = PublishedQuerySet.as_manager()

    class Meta:
        ordering = ["rule_set", "order", "pk"]
        constraints = [
            *TargetTerms.Meta.constraints,
            models.UniqueConstraint(fields=["rule_set", "code"], name="target_code_is_unique_in_its_set"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_recorded_by_hand(self) -> bool:
        return self.satisfied_by in RECORDED_BY_HAND


class RuleSetVersion(TimeStampedModel, DraftableModel, EffectiveModel):
    """The rules for what was received from `valid_from` on. Published editions are never edited."""

    rule_set = models.ForeignKey(RuleSet, on_delete=models.PROTECT, related_name="versions")

    objects = DraftableQuerySet.as_manager()

    class Meta(DraftableModel.Meta):
        ordering = ["rule_set", "-number"]
        constraints = [
            *DraftableModel.Meta.constraints,
            *EffectiveModel.Meta.constraints,
            models.UniqueConstraint(fields=["rule_set", "number"], name="rule_set_version_number_is_unique"),
            models.UniqueConstraint(
                fields=["rule_set"], condition=Q(state=VersionState.DRAFT), name="one_draft_rule_set_version"
            ),
            models.UniqueConstraint(
                fields=["rule_set", "valid_from"],
                condition=Q(state=VersionState.PUBLISHED),
                name="one_published_rule_set_version_per_date",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule_set} v{self.number}"


class TargetDraft(TargetTerms):
    """What a target becomes when the draft that this belongs to is published."""

    version = models.ForeignKey(RuleSetVersion, on_delete=models.CASCADE, related_name="target_drafts")
    target = models.ForeignKey(Target, on_delete=models.CASCADE, related_name="drafts")

    objects = models.Manager()

    class Meta:
        ordering = ["version", "target__order", "pk"]
        constraints = [
            *TargetTerms.Meta.constraints,
            models.UniqueConstraint(fields=["version", "target"], name="one_draft_of_a_target_in_a_version"),
        ]

    def __str__(self) -> str:
        return f"{self.target} in {self.version}"


class FormerTerms(TargetTerms):
    """What a target was until other terms were published; the allowances of the versions before still mean this."""

    target = models.ForeignKey(Target, on_delete=models.CASCADE, related_name="former_terms")
    until = models.DateTimeField()

    objects = models.Manager()

    class Meta:
        ordering = ["target", "-until", "pk"]
        constraints = [*TargetTerms.Meta.constraints]

    def __str__(self) -> str:
        return f"{self.name} until {self.until}"


class Rule(models.Model):
    """If the case is like this, these allowances hold. The first rule that matches wins; an empty field matches all."""

    version = models.ForeignKey(RuleSetVersion, on_delete=models.CASCADE, related_name="rules")
    order = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=16, choices=CaseKind, blank=True)
    priority = models.PositiveSmallIntegerField(choices=Priority, null=True, blank=True)
    category = models.ForeignKey("policies.Category", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    team = models.ForeignKey("accounts.Team", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    channel = models.CharField(max_length=10, choices=Channel, blank=True)
    trigger = models.ForeignKey("policies.Trigger", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    need = models.ForeignKey("policies.SupportNeed", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    objects = models.Manager()

    class Meta:
        ordering = ["version", "order", "pk"]
        constraints = [models.UniqueConstraint(fields=["version", "order"], name="rule_order_is_unique")]

    def __str__(self) -> str:
        return self.name


class Allowance(models.Model):
    """How long a rule gives a target, counted on which calendar.

    `former_terms` is set once the target has become something else since: for these cases it is what it was.
    """

    rule = models.ForeignKey(Rule, on_delete=models.CASCADE, related_name="allowances")
    target = models.ForeignKey(Target, on_delete=models.PROTECT, related_name="allowances")
    measure = models.CharField(max_length=24, choices=Measure)
    amount = models.DecimalField(max_digits=8, decimal_places=2, default=0)
    calendar = models.ForeignKey(WorkingCalendar, on_delete=models.PROTECT, related_name="+")
    rolls = models.BooleanField("moves to the next working day", default=False)
    cut_off = models.TimeField(null=True, blank=True)
    counts_from_next_day = models.BooleanField(default=True)
    closes_at = models.TimeField(null=True, blank=True)
    fixed_day = models.DateField(null=True, blank=True)
    former_terms = models.ForeignKey(
        FormerTerms, on_delete=models.PROTECT, null=True, blank=True, related_name="allowances"
    )

    objects = models.Manager()

    class Meta:
        ordering = ["rule", "target__order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["rule", "target"], name="one_allowance_per_rule_and_target"),
            models.CheckConstraint(
                condition=Q(measure=Measure.FIXED_DATE, fixed_day__isnull=False)
                | (~Q(measure=Measure.FIXED_DATE) & Q(amount__gt=0)),
                name="an_allowance_is_more_than_nothing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.target}: {self.duration}"

    @cached_property
    def terms(self) -> TargetTerms:
        """Return what the target is for the cases of this rule."""
        return self.former_terms or self.target

    @property
    def duration(self) -> Duration:
        """Return the allowance as the arithmetic knows it."""
        count, hours = int(self.amount), timedelta(hours=float(self.amount))
        if count != self.amount and self.measure not in IN_HOURS:
            raise DurationError("Days, weeks and months allowed must be a whole number.")
        match Measure(self.measure):
            case Measure.WORKING_HOURS:
                return WorkingHours(hours)
            case Measure.ELAPSED_HOURS:
                return ElapsedTime(hours)
            case Measure.WORKING_DAYS:
                return WorkingDays(count, self.cut_off, self.counts_from_next_day)
            case Measure.CLOSE_OF_WORKING_DAY:
                return CloseOfWorkingDay(count, self.cut_off, self.counts_from_next_day, self.closes_at)
            case Measure.FIXED_DATE if self.fixed_day:
                return FixedDate(self.fixed_day, self.rolls)
            case measure:
                return CalendarPeriod(count, PERIOD_UNITS[measure], self.rolls)


class DeadlineExample(TimeStampedModel):
    """A worked case kept as a test: a draft whose rules give another answer cannot be published."""

    rule_set = models.ForeignKey(RuleSet, on_delete=models.CASCADE, related_name="examples")
    name = models.CharField(max_length=120)
    situation = models.JSONField()
    target = models.ForeignKey(Target, on_delete=models.PROTECT, related_name="+")
    expected_due_at = models.DateTimeField()

    objects = PublishedQuerySet.as_manager()

    class Meta:
        ordering = ["rule_set", "name", "pk"]

    def __str__(self) -> str:
        return self.name
