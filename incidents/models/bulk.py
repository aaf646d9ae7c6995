"""What is done to thousands of cases at once: the row is the queue, claimed by lease, and goes on where it stopped."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from cases.models import Case, Contact, Customer
from core.models import TimeStampedModel
from incidents.choices import JobState, LinkOutcome, LinkSource, MailingPhase, Telling
from incidents.models.work import IncidentUpdate
from incidents.querysets import JobQuerySet, LinkRowQuerySet, MailingRowQuerySet


class Job(TimeStampedModel):
    """Work in the background that somebody asked for. The same `submission` asks once."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="%(class)ss")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=JobState, default=JobState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    leased_until = models.DateTimeField(null=True, blank=True)
    done = models.PositiveIntegerField("rows done", default=0)
    total = models.PositiveIntegerField("rows", default=0)
    failure = models.CharField(max_length=300, blank=True)
    submission = models.UUIDField(null=True, blank=True, unique=True, editable=False)

    objects = JobQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def is_underway(self) -> bool:
        return self.state in (JobState.WAITING, JobState.RUNNING)

    @property
    def percent(self) -> int:
        return round(100 * self.done / self.total) if self.total else 0


class LinkRun(Job):
    """Cases that are linked to an incident together. `words` says what was searched for, or the name of the file."""

    source = models.CharField(max_length=6, choices=LinkSource)
    words = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-asked_at", "-pk"]
        indexes = [
            models.Index(
                fields=["asked_at"], condition=Q(state__in=["RUNNING", "WAITING"]), name="link_run_waits_for_a_worker"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_source_display()} for {self.case}"


class LinkRow(models.Model):
    """One row of a file, or one case that a search found, and what came of it. `line` is where it stands in the file."""

    run = models.ForeignKey(LinkRun, on_delete=models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField()
    reference = models.CharField(max_length=40, blank=True)
    caused = models.ForeignKey(Case, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    outcome = models.CharField(max_length=10, choices=LinkOutcome, default=LinkOutcome.WAITING)

    objects = LinkRowQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["run", "outcome", "id"])]

    def __str__(self) -> str:
        return f"Row {self.line}: {self.get_outcome_display()}"


class Mailing(Job):
    """One message to all customers whom an incident affected: checked row by row first, then sent once to each.

    `next_update_at` is what the message promises. `asked_by` wrote it and `sent_by` sent it; `update` is what the
    incident keeps of it.
    """

    phase = models.CharField(max_length=5, choices=MailingPhase, default=MailingPhase.CHECK)
    subject = models.CharField(max_length=160)
    body = models.TextField()
    next_update_at = models.DateTimeField("next update promised for", null=True, blank=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    sent_at = models.DateTimeField(null=True, blank=True)
    update = models.OneToOneField(
        IncidentUpdate, on_delete=models.PROTECT, null=True, blank=True, related_name="mailing"
    )

    class Meta:
        ordering = ["-asked_at", "-pk"]
        indexes = [
            models.Index(
                fields=["asked_at"], condition=Q(state__in=["RUNNING", "WAITING"]), name="mailing_waits_for_a_worker"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(phase=MailingPhase.CHECK) | Q(sent_by__isnull=False, sent_at__isnull=False),
                name="sent_mailing_says_who_and_when",
            ),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def is_checked(self) -> bool:
        return self.phase == MailingPhase.CHECK and self.state == JobState.DONE

    @property
    def is_sent(self) -> bool:
        return self.phase == MailingPhase.SEND and self.state == JobState.DONE


class MailingRow(models.Model):
    """One customer of a mailing, reached on one of their cases. `problem` says why the message cannot go to them."""

    mailing = models.ForeignKey(Mailing, on_delete=models.CASCADE, related_name="rows")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=8, choices=Telling, default=Telling.WAITING)
    problem = models.CharField(max_length=300, blank=True)
    contact = models.OneToOneField(Contact, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    left_out_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = MailingRowQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["mailing", "state", "id"])]
        constraints = [
            models.UniqueConstraint(fields=["mailing", "customer"], name="customer_is_told_once"),
            models.CheckConstraint(
                condition=~Q(state=Telling.QUEUED) | Q(contact__isnull=False), name="queued_row_has_its_message"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer}: {self.get_state_display()}"
