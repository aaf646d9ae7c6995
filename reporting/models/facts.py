"""Counts kept up to date, so that a dashboard costs the same with a thousand cases and with a million.

A `CaseFact` is what the measures need to know of one case; a `DailyFact` is a count over them. Both can be rebuilt from
the cases at any time, and must come out the same. What a case was before is a `FormerFact`; those are never rebuilt.
Days are local dates of the organisation.
"""

from django.conf import settings
from django.db import models

from cases.choices import Channel
from policies.choices import CaseKind
from reporting.choices import Band, ClockResult, Measure, Reopening
from reporting.querysets import CaseFactQuerySet, CaseSpellQuerySet, DailyFactQuerySet, FormerFactQuerySet


class FactFields(models.Model):
    """What the measures need to know of a case. Days are null until what they name has happened."""

    team = models.ForeignKey("accounts.Team", on_delete=models.CASCADE, null=True, related_name="+")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    kind = models.CharField(max_length=16, choices=CaseKind)
    channel = models.CharField(max_length=10, choices=Channel, blank=True)
    category = models.ForeignKey("policies.Category", on_delete=models.CASCADE, null=True, related_name="+")
    product = models.ForeignKey("policies.Product", on_delete=models.CASCADE, null=True, related_name="+")
    journey_stage = models.ForeignKey("policies.JourneyStage", on_delete=models.CASCADE, null=True, related_name="+")
    root_cause = models.ForeignKey("policies.RootCause", on_delete=models.CASCADE, null=True, related_name="+")
    cause_area = models.ForeignKey("policies.RootCause", on_delete=models.CASCADE, null=True, related_name="+")
    certainty = models.CharField(max_length=10, blank=True)
    outcome = models.CharField(max_length=16, blank=True)
    stage = models.PositiveSmallIntegerField(null=True)
    needs_support = models.BooleanField(default=False)
    is_repeat = models.BooleanField(null=True)
    received_day = models.DateField()
    logged_day = models.DateField(null=True)
    closed_day = models.DateField(null=True)
    first_closed_day = models.DateField(null=True)
    reopened_day = models.DateField(null=True)
    reopening = models.CharField(max_length=6, choices=Reopening, blank=True)
    settled_day = models.DateField(null=True)
    band = models.CharField(max_length=8, choices=Band, blank=True)
    redress_pence = models.PositiveBigIntegerField(null=True)
    acknowledge_due_day = models.DateField(null=True)
    acknowledged = models.CharField(max_length=4, choices=ClockResult, blank=True)
    acknowledged_day = models.DateField(null=True)
    acknowledge_days = models.PositiveSmallIntegerField(null=True)
    answer_due_day = models.DateField(null=True)
    answered = models.CharField(max_length=4, choices=ClockResult, blank=True)
    answered_day = models.DateField(null=True)
    answer_days = models.PositiveSmallIntegerField(null=True)
    missed_day = models.DateField(null=True)
    missed_cause = models.CharField(max_length=16, blank=True)
    customer_contacts = models.PositiveSmallIntegerField(null=True)
    handled_seconds = models.PositiveIntegerField(null=True)
    confirmed_day = models.DateField(null=True)
    confirmed = models.CharField(max_length=6, blank=True)
    satisfaction = models.PositiveSmallIntegerField(null=True)
    ease = models.PositiveSmallIntegerField(null=True)
    recommend = models.PositiveSmallIntegerField(null=True)
    is_referred = models.BooleanField(null=True)
    ombudsman = models.CharField(max_length=14, blank=True)
    ombudsman_day = models.DateField(null=True)
    is_walled = models.BooleanField(default=False)

    class Meta:
        abstract = True


class CaseFact(FactFields):
    """A case as it is now."""

    case = models.OneToOneField("cases.Case", on_delete=models.CASCADE, primary_key=True, related_name="fact")
    theme = models.ForeignKey("reporting.Theme", on_delete=models.SET_NULL, null=True, related_name="+")

    objects = CaseFactQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["received_day"]),
            models.Index(fields=["closed_day"]),
            models.Index(fields=["first_closed_day"]),
            models.Index(fields=["settled_day"]),
            models.Index(fields=["confirmed_day"]),
            models.Index(fields=["ombudsman_day"]),
            models.Index(fields=["acknowledge_due_day"]),
            models.Index(fields=["acknowledged_day"]),
            models.Index(fields=["answer_due_day"]),
            models.Index(fields=["answered_day"]),
            models.Index(fields=["missed_day"]),
            models.Index(fields=["is_walled"], condition=models.Q(is_walled=True), name="case_fact_walled"),
        ]

    def __str__(self) -> str:
        return f"Facts of case {self.case_id}"


class FormerFact(FactFields):
    """A case as it was until `until`, kept so that a figure for a past date comes out as it did then."""

    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="former_facts")
    until = models.DateTimeField()

    objects = FormerFactQuerySet.as_manager()

    class Meta:
        ordering = ["case", "until"]
        indexes = [models.Index(fields=["case", "until"]), models.Index(fields=["until"])]

    def __str__(self) -> str:
        return f"Facts of case {self.case_id} until {self.until}"


class CaseSpell(models.Model):
    """A time in which a complaint waited for our answer: from receipt, or from being reopened, until it was settled.

    Read from the history, which only grows, so that what was outstanding on any day can always be counted again.
    `outcome` and `redress_pence` are what this answer found and gave.
    """

    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="spells")
    number = models.PositiveSmallIntegerField()
    opened_day = models.DateField()
    settled_day = models.DateField(null=True)
    outcome = models.CharField(max_length=16, blank=True)
    band = models.CharField(max_length=8, choices=Band, blank=True)
    redress_pence = models.PositiveBigIntegerField(default=0)

    objects = CaseSpellQuerySet.as_manager()

    class Meta:
        ordering = ["case", "number"]
        constraints = [models.UniqueConstraint(fields=["case", "number"], name="spells_are_numbered")]
        indexes = [models.Index(fields=["opened_day"]), models.Index(fields=["settled_day"])]

    def __str__(self) -> str:
        return f"Case {self.case_id}, spell {self.number}"


class DailyFact(models.Model):
    """How many cases of a team and kind had `measure` on `day`; `key` is the category, cause, outcome, result or cell.

    `amount` adds up what the measure sums: pence or seconds.
    """

    day = models.DateField()
    team = models.ForeignKey("accounts.Team", on_delete=models.CASCADE, null=True, related_name="+")
    kind = models.CharField(max_length=16, choices=CaseKind)
    needs_support = models.BooleanField(default=False)
    measure = models.CharField(max_length=16, choices=Measure)
    key = models.CharField(max_length=40, blank=True)
    count = models.PositiveIntegerField()
    amount = models.PositiveBigIntegerField(default=0)

    objects = DailyFactQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["day", "team", "kind", "needs_support", "measure", "key"],
                name="daily_fact_is_counted_once",
            )
        ]
        indexes = [models.Index(fields=["measure", "day"])]

    def __str__(self) -> str:
        return f"{self.day} {self.measure} {self.key}: {self.count}"


class FactsProgress(models.Model):
    """Up to which line of the cases' histories and of the clocks' ledgers the facts have been brought, and when."""

    last_event = models.PositiveBigIntegerField(default=0)
    last_clock_event = models.PositiveBigIntegerField(default=0)
    refreshed_at = models.DateTimeField(null=True)

    objects = models.Manager()

    def __str__(self) -> str:
        return f"Facts up to event {self.last_event}"
