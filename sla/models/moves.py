"""Open clocks on their way to what was published."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from sla.models.calendars import CalendarVersion
from sla.models.targets import RuleSetVersion
from sla.querysets import ClockMoveQuerySet


class ClockMove(models.Model):
    """That the open clocks move to a published version, one case after another; `cursor` is the last one looked at."""

    rules_version = models.ForeignKey(
        RuleSetVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="moves"
    )
    calendar_version = models.ForeignKey(
        CalendarVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="moves"
    )
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    cases = models.PositiveIntegerField()
    cursor = models.BigIntegerField(default=0)
    looked_at = models.PositiveIntegerField(default=0)
    moved = models.PositiveIntegerField(default=0)
    started = models.PositiveIntegerField(default=0)
    ended = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = ClockMoveQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(rules_version=None, calendar_version__isnull=False)
                | Q(rules_version__isnull=False, calendar_version=None),
                name="a_move_is_to_rules_or_to_a_calendar",
            ),
            models.UniqueConstraint(fields=["rules_version"], name="open_clocks_move_once_to_rules"),
            models.UniqueConstraint(fields=["calendar_version"], name="open_clocks_move_once_to_a_calendar"),
        ]

    def __str__(self) -> str:
        return f"Open deadlines to {self.version}"

    @property
    def version(self) -> RuleSetVersion | CalendarVersion:
        found = self.rules_version or self.calendar_version
        assert found  # noqa: S101 narrows the type; the database holds it
        return found

    @property
    def cases_left(self) -> int:
        return max(self.cases - self.looked_at, 0)
