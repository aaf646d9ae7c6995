"""Decisions about a control chart's limits: which weeks shape them, which do not, and why."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from policies.choices import CaseKind
from reporting.querysets import ChartDecisionQuerySet

PEOPLE = settings.AUTH_USER_MODEL
IN_FORCE = Q(ended_at=None)
BASELINE, LEFT_OUT = Q(week=None), Q(week__isnull=False)
ALL_TEAMS, ONE_TEAM = Q(team=None), Q(team__isnull=False)


class ChartDecision(models.Model):
    """For one key figure, of one team or of all, and one kind of case or all. Ended, never deleted.

    With a `week` it leaves that week out of the limits: it stays on the chart. Without one it is a baseline: `points`,
    [[Monday, numerator, denominator, value], …] as they stood on the day, hold the limits until somebody decides
    otherwise.
    """

    kpi = models.CharField("key figure", max_length=40)
    team = models.ForeignKey("accounts.Team", on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=16, choices=CaseKind, blank=True)
    week = models.DateField(null=True, blank=True)
    points = models.JSONField(default=list, blank=True)
    reason = models.CharField(max_length=300)
    decided_by = models.ForeignKey(PEOPLE, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()
    ended_by = models.ForeignKey(PEOPLE, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=300, blank=True)

    objects = ChartDecisionQuerySet.as_manager()

    class Meta:
        ordering = ["-decided_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kpi", "kind"], condition=IN_FORCE & BASELINE & ALL_TEAMS, name="one_baseline_per_chart"
            ),
            models.UniqueConstraint(
                fields=["kpi", "kind", "team"], condition=IN_FORCE & BASELINE & ONE_TEAM, name="one_baseline_per_team"
            ),
            models.UniqueConstraint(
                fields=["kpi", "kind", "week"], condition=IN_FORCE & LEFT_OUT & ALL_TEAMS, name="week_is_left_out_once"
            ),
            models.UniqueConstraint(
                fields=["kpi", "kind", "team", "week"],
                condition=IN_FORCE & LEFT_OUT & ONE_TEAM,
                name="week_of_a_team_is_left_out_once",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="limits_have_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.kpi}: {self.reason}"

    @property
    def is_baseline(self) -> bool:
        return self.week is None
