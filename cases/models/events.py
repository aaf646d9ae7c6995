"""What happened to a case, and who looked: rows that are only ever added."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from cases.models.file import Case
from cases.querysets import CaseEventQuerySet, HistoryCheckpointQuerySet, ReadQuerySet


class CaseEvent(models.Model):
    """One line of the history that cannot be changed unseen: each row carries the hash of the one before.

    No personal text: field names, ids and a salted commitment. The values are in `CaseEventDetail`, which erasure may
    delete without breaking the chain.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="events")
    seq = models.PositiveIntegerField()
    happened_at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    action = models.CharField(max_length=60)
    subject = models.CharField(max_length=60, blank=True)
    fields = models.JSONField(default=list)
    commitment = models.CharField(max_length=64)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    objects = CaseEventQuerySet.as_manager()

    class Meta:
        ordering = ["case", "seq"]
        constraints = [models.UniqueConstraint(fields=["case", "seq"], name="history_is_numbered")]
        indexes = [models.Index(fields=["case", "-seq"])]

    def __str__(self) -> str:
        return f"{self.case_id} #{self.seq} {self.action}"


class CaseEventDetail(models.Model):
    """The words behind an event: `{"changes": {field: [old, new]}, "note": text}`. Erasable."""

    event = models.OneToOneField(CaseEvent, on_delete=models.CASCADE, related_name="detail")
    salt = models.CharField(max_length=32)
    values = models.JSONField(default=dict)

    objects = models.Manager()

    def __str__(self) -> str:
        return f"Detail of {self.event_id}"


class HistoryCheckpoint(models.Model):
    """The state of all histories at one moment, chained to the checkpoint before.

    `root` is what goes outside: whoever holds it can tell when the tables were written again or an old copy restored.
    `problems` is what the check of that night found; it is not part of the root.
    """

    number = models.PositiveIntegerField(unique=True)
    made_at = models.DateTimeField()
    cases = models.PositiveIntegerField("cases that moved since the checkpoint before")
    events = models.PositiveBigIntegerField("events of all cases")
    heads_digest = models.CharField(max_length=64)
    previous_root = models.CharField(max_length=64, blank=True)
    root = models.CharField(max_length=64)
    problems = models.JSONField(default=list, blank=True)

    objects = HistoryCheckpointQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"Checkpoint {self.number}"


class HistoryHead(models.Model):
    """How many events a case had at a checkpoint, and the hash of the last. No foreign key: it outlives the case."""

    checkpoint = models.ForeignKey(HistoryCheckpoint, on_delete=models.PROTECT, related_name="heads")
    case_key = models.PositiveBigIntegerField("id of the case")
    seq = models.PositiveIntegerField()
    hash = models.CharField(max_length=64)

    objects = models.Manager()

    class Meta:
        ordering = ["checkpoint", "case_key"]
        indexes = [models.Index(fields=["checkpoint", "case_key"], name="head_by_checkpoint")]
        constraints = [models.UniqueConstraint(fields=["case_key", "seq"], name="head_is_marked_once")]

    def __str__(self) -> str:
        return f"Case {self.case_key} at {self.seq}"


class PersonalDataRead(models.Model):
    """Who looked at personal data: what, when, by which way, and as what they may.

    `period` is the half hour of an opened case, so that turning its pages counts once.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, null=True, blank=True, related_name="reads")
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    what = models.CharField(max_length=40)
    via = models.CharField(max_length=80)
    why = models.CharField("as what they may", max_length=80, blank=True)
    read_at = models.DateTimeField()
    period = models.DateTimeField(null=True, blank=True)

    objects = ReadQuerySet.as_manager()

    class Meta:
        ordering = ["-read_at", "-pk"]
        indexes = [
            models.Index(fields=["-read_at", "-id"], name="read_newest"),
            models.Index(fields=["reader", "-read_at"], name="read_by_reader"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["reader", "case", "what", "period"],
                condition=Q(period__isnull=False),
                name="case_is_opened_once_a_period",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reader} read {self.what}"
