"""People, teams, and what people are told."""

import uuid
import zoneinfo

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.base_session import AbstractBaseSession
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.module_loading import import_string

from accounts.choices import ColourTheme, Delivery, Density, EmailState, Role, SettingsArea
from accounts.querysets import (
    MailStopQuerySet,
    NotificationQuerySet,
    OutboxEmailQuerySet,
    SettingsChangeQuerySet,
    TeamQuerySet,
    UserManager,
)
from core.models import TimeStampedModel


def validate_time_zone(value: str) -> None:
    if value not in zoneinfo.available_timezones():
        raise ValidationError(f"There is no time zone “{value}”. Choose one such as Europe/London.")


class Team(TimeStampedModel):
    name = models.CharField(max_length=80, unique=True)
    leaders = models.ManyToManyField("accounts.User", related_name="led_teams", blank=True)
    time_zone = models.CharField(max_length=60, default="Europe/London", validators=[validate_time_zone])
    emails_an_hour = models.PositiveSmallIntegerField(null=True, blank=True)
    is_active = models.BooleanField(default=True)

    objects = TeamQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class User(TimeStampedModel, AbstractBaseUser):
    """A colleague, or the one system user that clocks and nightly work act as."""

    email = models.EmailField("work email", unique=True)
    full_name = models.CharField("name", max_length=120)
    role = models.CharField(max_length=20, choices=Role, default=Role.AGENT)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, blank=True, related_name="members")
    is_reviewer = models.BooleanField("reviews quality", default=False)
    is_active = models.BooleanField(default=True)
    time_zone = models.CharField(max_length=60, default="Europe/London", validators=[validate_time_zone])
    theme = models.CharField(max_length=10, choices=ColourTheme, default=ColourTheme.SYSTEM)
    density = models.CharField(max_length=12, choices=Density, default=Density.COMFORTABLE)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        ordering = ["full_name", "pk"]
        indexes = [models.Index(fields=["role", "team"])]
        constraints = [
            models.CheckConstraint(condition=Q(role__in=Role.values), name="user_role_is_known"),
            models.UniqueConstraint(fields=["role"], condition=Q(role=Role.SYSTEM), name="one_system_user"),
        ]

    def __str__(self) -> str:
        return self.full_name

    def get_full_name(self) -> str:
        return self.full_name

    @property
    def initials(self) -> str:
        """Return at most two capitals for the round badge beside the name."""
        words = self.full_name.split()
        return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


class Session(AbstractBaseSession):
    """Somebody at a browser. It names the person, so that one query finds both."""

    person = models.ForeignKey(User, on_delete=models.CASCADE, null=True, blank=True, related_name="sessions")

    class Meta(AbstractBaseSession.Meta):
        verbose_name = "session"

    @classmethod
    def get_session_store_class(cls) -> type[SessionBase]:
        return import_string(f"{settings.SESSION_ENGINE}.SessionStore")  # type: ignore[no-any-return]


class NewsPreference(models.Model):
    """How a person wants to hear of one kind of news; without a row the kind's own default holds."""

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="news_preferences")
    kind = models.CharField(max_length=40)
    delivery = models.CharField(max_length=8, choices=Delivery)

    objects = models.Manager()

    class Meta:
        ordering = ["person", "kind"]
        constraints = [models.UniqueConstraint(fields=["person", "kind"], name="one_preference_per_kind_of_news")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.delivery}"


class Notification(models.Model):
    """One line in a person's inbox. `dedupe_key` makes the same news arrive once.

    A line with `digest_at` waits for the daily summary; `is_over_budget` says that it had been meant as an e-mail.
    """

    recipient = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=40)
    text = models.CharField(max_length=300)
    reason = models.CharField(max_length=200, blank=True)
    url = models.CharField(max_length=200)
    dedupe_key = models.CharField(max_length=120)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    digest_at = models.DateTimeField(null=True, blank=True)
    digest_email = models.ForeignKey(
        "accounts.OutboxEmail", on_delete=models.SET_NULL, null=True, blank=True, related_name="digest_lines"
    )
    is_over_budget = models.BooleanField(default=False)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["recipient", "read_at", "-created_at"]),
            models.Index(
                fields=["digest_at"],
                condition=Q(digest_at__isnull=False, digest_email=None),
                name="notification_waits_for_digest",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["recipient", "dedupe_key"], name="notification_arrives_once"),
        ]

    def __str__(self) -> str:
        return self.text


class OutboxEmail(models.Model):
    """An e-mail as a row: claimed by lease, sent by a worker, kept with its outcome.

    The window between the mail server's yes and our commit cannot be closed; a row that was claimed again after its
    lease ran out is marked `maybe_duplicate`, so that it is counted and never silent. `is_news` tells what a colleague
    is told from what goes to a customer: only the first can be stopped. `attachments` names stored files: path, name
    and type.
    """

    to = models.EmailField()
    recipient = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    subject = models.CharField(max_length=200)
    body = models.TextField()
    headers = models.JSONField(default=dict, blank=True)
    is_news = models.BooleanField(default=False)
    attachments = models.JSONField(default=list, blank=True)
    dedupe_key = models.CharField(max_length=160, unique=True)
    message_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    state = models.CharField(max_length=10, choices=EmailState, default=EmailState.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    maybe_duplicate = models.BooleanField(default=False)
    send_after = models.DateTimeField()
    leased_until = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()

    objects = OutboxEmailQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["state", "send_after"]),
            models.Index(fields=["sent_at"], condition=Q(sent_at__isnull=False), name="email_sent"),
        ]

    def __str__(self) -> str:
        return f"E-mail {self.pk} ({self.get_state_display().lower()})"


class MailStop(models.Model):
    """That no news is e-mailed to colleagues until somebody resumes it; letters to customers go on."""

    reason = models.CharField(max_length=200)
    stopped_at = models.DateTimeField()
    stopped_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    resumed_at = models.DateTimeField(null=True, blank=True)
    resumed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    is_in_force = models.BooleanField(default=True)

    objects = MailStopQuerySet.as_manager()

    class Meta:
        ordering = ["-stopped_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["is_in_force"], condition=Q(is_in_force=True), name="mail_is_stopped_once")
        ]

    def __str__(self) -> str:
        return self.reason


class SettingsChange(models.Model):
    """Who changed which account, team, policy or rule, and when. `changes` maps field names to [old, new] in words."""

    area = models.CharField(max_length=10, choices=SettingsArea)
    subject = models.CharField(max_length=200)
    subject_key = models.CharField(max_length=80)
    what = models.CharField(max_length=60)
    changes = models.JSONField(default=dict)
    actor = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    happened_at = models.DateTimeField()

    objects = SettingsChangeQuerySet.as_manager()

    class Meta:
        ordering = ["-happened_at", "-pk"]
        indexes = [models.Index(fields=["area", "-happened_at"]), models.Index(fields=["subject_key", "-happened_at"])]

    def __str__(self) -> str:
        return f"{self.subject}: {self.what}"
