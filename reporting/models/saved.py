"""Dashboards that somebody keeps under a name, and has sent to them."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.http import urlencode

from core.models import TimeStampedModel
from reporting.choices import ReportRhythm
from reporting.querysets import SavedDashboardQuerySet


class SavedDashboard(TimeStampedModel):
    """A question with its filters. `parameters` are those of the address; with a `rhythm` it comes by e-mail as PDF.

    Shared, it is a link for colleagues: each of them finds the figures that they may count.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_dashboards")
    name = models.CharField(max_length=60)
    question = models.SlugField(max_length=40)
    parameters = models.JSONField(default=dict, blank=True)
    rhythm = models.CharField(max_length=8, choices=ReportRhythm, blank=True)
    is_shared = models.BooleanField(default=False)

    objects = SavedDashboardQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="saved_dashboard_names_differ")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"{reverse('reporting:dashboard', args=[self.question])}?{urlencode(self.parameters)}"


class ReportIssue(models.Model):
    """That a report went out for a period. The unique key is what makes it once."""

    saved = models.ForeignKey(SavedDashboard, on_delete=models.CASCADE, related_name="issues")
    period = models.DateField()
    email = models.ForeignKey("accounts.OutboxEmail", on_delete=models.SET_NULL, null=True, related_name="+")
    issued_at = models.DateTimeField()

    objects = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["saved", "period"], name="report_goes_out_once_a_period")]

    def __str__(self) -> str:
        return f"{self.saved}, {self.period}"
