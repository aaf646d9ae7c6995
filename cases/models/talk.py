"""What was said and what was promised."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q

from cases.choices import (
    Channel,
    Composer,
    ContactPurpose,
    Direction,
    PromiseKind,
    PromiseState,
)
from cases.models.file import Case
from cases.querysets import AttachmentQuerySet, CasePartQuerySet, MessageDraftQuerySet
from core.models import TimeStampedModel


class Contact(TimeStampedModel):
    """One call, message or letter with the customer, in or out. `handled_seconds` is the time it took a colleague.

    A message that can still be called off has `leaves_at`; it counts for nothing before it is released.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="contacts")
    direction = models.CharField(max_length=3, choices=Direction)
    channel = models.CharField(max_length=10, choices=Channel)
    purpose = models.CharField(max_length=16, choices=ContactPurpose, default=ContactPurpose.GENERAL)
    subject = models.CharField(max_length=160, blank=True)
    body = models.TextField()
    address = models.CharField(max_length=200, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    happened_at = models.DateTimeField()
    handled_seconds = models.PositiveIntegerField(null=True, blank=True)
    email = models.ForeignKey("accounts.OutboxEmail", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    message_id = models.CharField(max_length=255, blank=True)
    in_reply_to = models.CharField(max_length=255, blank=True)
    references = models.TextField("Message-IDs of the thread, the oldest first", blank=True)
    leaves_at = models.DateTimeField(null=True, blank=True)
    released_at = models.DateTimeField(null=True, blank=True)
    called_off_at = models.DateTimeField(null=True, blank=True)
    is_read = models.BooleanField(default=True)
    submission = models.UUIDField(
        "the form it was sent with, so that it arrives once", null=True, blank=True, unique=True
    )

    objects = CasePartQuerySet.as_manager()

    class Meta:
        ordering = ["-happened_at", "-pk"]
        indexes = [
            models.Index(fields=["case", "-happened_at", "-id"]),
            models.Index(
                fields=["leaves_at"],
                condition=Q(leaves_at__isnull=False, released_at=None, called_off_at=None),
                name="contact_waits_to_leave",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(released_at=None) | Q(called_off_at=None), name="what_left_was_not_called_off"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} {self.get_direction_display().lower()}"

    @property
    def left_at(self) -> datetime:
        """Return the moment from which it counts."""
        return self.leaves_at or self.happened_at


class Attachment(TimeStampedModel):
    """A file that went with a contact: a letter as it was printed, or a piece of evidence that was sent."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="attachments")
    evidence = models.ForeignKey(
        "cases.Evidence", on_delete=models.PROTECT, null=True, blank=True, related_name="attachments"
    )
    file = models.FileField(max_length=200)
    file_name = models.CharField(max_length=200)
    file_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.file_name


class MessageDraft(TimeStampedModel):
    """What somebody has typed so far to a customer or to colleagues: kept on the server, read by its writer alone."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="message_drafts")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    composer = models.CharField(max_length=8, choices=Composer)
    answers = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField(null=True, blank=True)

    objects = MessageDraftQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "author", "composer"], name="one_draft_per_person_and_composer"),
        ]

    def __str__(self) -> str:
        return f"Draft of {self.author} on {self.case}"


class InternalNote(TimeStampedModel):
    """What colleagues tell each other. A table of its own, so that no path to the customer can reach it."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="notes")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    body = models.TextField()
    happened_at = models.DateTimeField()
    submission = models.UUIDField(
        "the form it was sent with, so that it arrives once", null=True, blank=True, unique=True
    )

    objects = CasePartQuerySet.as_manager()

    class Meta:
        ordering = ["-happened_at", "-pk"]
        indexes = [models.Index(fields=["case", "-happened_at", "-id"])]

    def __str__(self) -> str:
        return f"Note {self.pk}"


class Promise(TimeStampedModel):
    """Something we told the customer we would do, by when, and the proof that we did.

    One that repeats, such as a weekly update, makes its next one when it is kept. One in after-care outlives the closing
    of its case: `owner` keeps it.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="promises")
    kind = models.CharField(max_length=10, choices=PromiseKind)
    text = models.CharField(max_length=200)
    due_at = models.DateTimeField()
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="promises")
    state = models.CharField(max_length=8, choices=PromiseState, default=PromiseState.OPEN)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    settled_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField("how it was kept, or why it is no longer needed", max_length=300, blank=True)
    evidence = models.ForeignKey(
        "cases.Evidence", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="proof"
    )
    contact = models.ForeignKey(
        Contact, on_delete=models.PROTECT, null=True, blank=True, related_name="promises", verbose_name="made in"
    )
    repeats_days = models.PositiveSmallIntegerField("comes again after this many days", null=True, blank=True)
    in_after_care = models.BooleanField(default=False)
    told_soon_at = models.DateTimeField(null=True, blank=True)
    told_late_at = models.DateTimeField(null=True, blank=True)

    objects = CasePartQuerySet.as_manager()

    class Meta:
        ordering = ["due_at", "pk"]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state=PromiseState.OPEN), name="promise_open_due"),
            models.Index(
                fields=["owner", "due_at"], condition=Q(state=PromiseState.OPEN), name="promise_open_owner_due"
            ),
            models.Index(fields=["case", "state"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=PromiseState.OPEN, settled_at=None) | Q(settled_at__isnull=False),
                name="settled_promise_says_when",
            ),
        ]

    def __str__(self) -> str:
        return self.text
