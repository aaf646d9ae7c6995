"""When the organisation works."""

from django.db import models
from django.db.models import Q

from accounts.models import validate_time_zone
from core.models import TimeStampedModel
from policies.choices import VersionState
from policies.querysets import PublishedQuerySet
from sla.choices import ExceptionKind
from sla.models.versions import DraftableModel
from sla.querysets import DraftableQuerySet


class WorkingCalendar(TimeStampedModel):
    """When a part of the organisation works. Its hours are in its versions."""

    name = models.CharField(max_length=80, unique=True)
    slug = models.SlugField(max_length=80, unique=True)
    holidays_from = models.CharField(max_length=20, blank=True)

    objects = PublishedQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class CalendarVersion(TimeStampedModel, DraftableModel):
    """Weekly hours and exceptions as they stood: a clock that names a version can always be worked out again.

    `digest` is of everything that the arithmetic sees, set at publication.
    """

    calendar = models.ForeignKey(WorkingCalendar, on_delete=models.PROTECT, related_name="versions")
    time_zone = models.CharField(max_length=60, default="Europe/London", validators=[validate_time_zone])
    hours = models.TextField(help_text="One line for each group of days, such as mon-fri 09:00-12:30 13:15-17:00")
    digest = models.CharField(max_length=64, blank=True)

    objects = DraftableQuerySet.as_manager()

    class Meta(DraftableModel.Meta):
        ordering = ["calendar", "-number"]
        constraints = [
            *DraftableModel.Meta.constraints,
            models.UniqueConstraint(fields=["calendar", "number"], name="calendar_version_number_is_unique"),
            models.UniqueConstraint(
                fields=["calendar"], condition=Q(state=VersionState.PUBLISHED), name="one_published_calendar_version"
            ),
            models.UniqueConstraint(
                fields=["calendar"], condition=Q(state=VersionState.DRAFT), name="one_draft_calendar_version"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.calendar} v{self.number}"


class CalendarWeek(models.Model):
    """Weekly hours that take over on a day within a version; with `time_zone`, in another zone from that day on."""

    version = models.ForeignKey(CalendarVersion, on_delete=models.CASCADE, related_name="weeks")
    valid_from = models.DateField()
    hours = models.TextField()
    time_zone = models.CharField(max_length=60, blank=True, validators=[validate_time_zone])

    objects = models.Manager()

    class Meta:
        ordering = ["valid_from", "pk"]
        constraints = [models.UniqueConstraint(fields=["version", "valid_from"], name="one_week_per_first_day")]

    def __str__(self) -> str:
        return f"From {self.valid_from}: {self.hours}"


class CalendarException(models.Model):
    """A date that differs. A holiday from a list counts only once somebody has accepted it."""

    version = models.ForeignKey(CalendarVersion, on_delete=models.CASCADE, related_name="exceptions")
    day = models.DateField()
    kind = models.CharField(max_length=10, choices=ExceptionKind, default=ExceptionKind.HOLIDAY)
    name = models.CharField(max_length=120)
    hours = models.CharField(max_length=120, blank=True)
    source = models.CharField(max_length=120, blank=True)
    is_accepted = models.BooleanField(default=False)

    objects = models.Manager()

    class Meta:
        ordering = ["day", "pk"]
        constraints = [models.UniqueConstraint(fields=["version", "day"], name="one_exception_per_day")]

    def __str__(self) -> str:
        return f"{self.day}: {self.name}"
