"""Targets running on cases, as ledgers."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.models import TimeStampedModel
from sla.choices import OPEN_STATES, BreachCause, ClockEventKind, ClockState, PauseReason
from sla.models.calendars import CalendarVersion
from sla.models.reminders import ReminderStep
from sla.models.targets import Allowance, Target, TargetTerms
from sla.querysets import ClockQuerySet, ReminderQuerySet


class Clock(TimeStampedModel):
    """A target running on a case. Everything below `calendar_version` is a projection of its events.

    `next_reminder_at` is the index that a tick reads: its work grows with what is due, not with what is open.
    """

    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="clocks")
    target = models.ForeignKey(Target, on_delete=models.PROTECT, related_name="clocks")
    cycle = models.PositiveIntegerField(default=1)
    allowance = models.ForeignKey(Allowance, on_delete=models.PROTECT, related_name="clocks")
    calendar_version = models.ForeignKey(CalendarVersion, on_delete=models.PROTECT, related_name="clocks")
    state = models.CharField(max_length=10, choices=ClockState, default=ClockState.RUNNING)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    paused_since = models.DateTimeField(null=True, blank=True)
    pause_expires_at = models.DateTimeField(null=True, blank=True)
    satisfied_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    breached_at = models.DateTimeField(null=True, blank=True)
    breach_cause = models.CharField(max_length=16, choices=BreachCause, blank=True)
    breach_note = models.CharField(max_length=300, blank=True)
    generation = models.PositiveIntegerField(default=1)
    reminded_until = models.DateTimeField(null=True, blank=True)
    next_reminder_at = models.DateTimeField(null=True, blank=True)

    objects = ClockQuerySet.as_manager()

    class Meta:
        ordering = ["case", "due_at", "pk"]
        indexes = [
            models.Index(fields=["next_reminder_at", "id"], condition=Q(state=ClockState.RUNNING), name="clock_remind"),
            models.Index(fields=["pause_expires_at"], condition=Q(state=ClockState.PAUSED), name="clock_resume"),
            models.Index(fields=["due_at", "id"], condition=Q(state__in=sorted(OPEN_STATES)), name="clock_open_due"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["case", "target", "cycle"], name="clock_cycle_is_unique"),
            models.UniqueConstraint(
                fields=["case", "target"], condition=Q(state__in=sorted(OPEN_STATES)), name="one_open_clock_per_target"
            ),
            models.CheckConstraint(condition=Q(state__in=ClockState.values), name="clock_state_is_known"),
            models.CheckConstraint(
                condition=Q(state=ClockState.PAUSED, paused_since__isnull=False)
                | (~Q(state=ClockState.PAUSED) & Q(paused_since=None)),
                name="a_paused_clock_says_since_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case}: {self.target}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def terms(self) -> TargetTerms:
        """Return what the target is under the rules that the clock runs by."""
        return self.allowance.former_terms or self.target


class ClockEvent(models.Model):
    """A line of a clock's ledger; never changed. A start or a move names the allowance and calendar that hold from it.

    `at` is when it took effect, `recorded_at` when it was written down. `starts_at` is set where a move to another target
    lets the clock count from another moment.
    """

    clock = models.ForeignKey(Clock, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=14, choices=ClockEventKind)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    allowance = models.ForeignKey(Allowance, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    calendar_version = models.ForeignKey(
        CalendarVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(max_length=16, choices=PauseReason, blank=True)
    note = models.CharField(max_length=300, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    starts_at = models.DateTimeField(null=True, blank=True)
    extension_days = models.PositiveSmallIntegerField(default=0)
    contact = models.ForeignKey("cases.Contact", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    objects = models.Manager()

    class Meta:
        ordering = ["clock", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind=ClockEventKind.PAUSED) | (~Q(reason="") & Q(expires_at__isnull=False)),
                name="a_pause_has_a_reason_and_an_end",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.clock_id} {self.kind}"


class Reminder(models.Model):
    """That somebody was told. The unique key is what makes it once: a clock that moved counts as a new generation.

    `line` and `email` are what carried it; both are empty where the person has switched this kind of news off.
    """

    clock = models.ForeignKey(Clock, on_delete=models.CASCADE, related_name="reminders")
    step = models.ForeignKey(ReminderStep, on_delete=models.PROTECT, related_name="+")
    generation = models.PositiveIntegerField()
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    due_at = models.DateTimeField()
    told_at = models.DateTimeField()
    line = models.ForeignKey(
        "accounts.Notification", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    email = models.ForeignKey(
        "accounts.OutboxEmail", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = ReminderQuerySet.as_manager()

    class Meta:
        ordering = ["-told_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["clock", "step", "generation", "recipient"], name="reminder_is_given_once"),
        ]

    def __str__(self) -> str:
        return f"{self.clock_id} {self.step_id} to {self.recipient_id}"
