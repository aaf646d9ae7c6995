"""Complaints returns: the form a regulator asks for, what was reported on it, and the complaints behind it."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from core import dates
from core.models import TimeStampedModel
from policies.models import EffectiveModel
from reporting.choices import ReturnPeriod
from reporting.querysets import ReturnEntryQuerySet, ReturnFormQuerySet, ReturnQuerySet

PEOPLE = settings.AUTH_USER_MODEL


class ReturnForm(TimeStampedModel, EffectiveModel):
    """A form as data, from a policy pack: `content` says how it counts and which tables it has."""

    code = models.SlugField(max_length=60)
    pack = models.CharField(max_length=60)
    title = models.CharField(max_length=120)
    period = models.CharField(max_length=16, choices=ReturnPeriod)
    due_business_days = models.PositiveSmallIntegerField(default=30)
    calendar = models.SlugField("calendar whose holidays are no business days", max_length=80, blank=True)
    source = models.CharField(max_length=200, blank=True)
    is_unconfirmed = models.BooleanField("not confirmed by a source", default=False)
    content = models.JSONField(default=dict)

    objects = ReturnFormQuerySet.as_manager()

    class Meta(EffectiveModel.Meta):
        ordering = ["code", "-valid_from", "pk"]
        constraints = [
            *EffectiveModel.Meta.constraints,
            models.UniqueConstraint(fields=["code", "valid_from"], name="one_return_form_per_code_and_date"),
        ]

    def __str__(self) -> str:
        return self.title


class Return(TimeStampedModel):
    """What was reported for one period. Signed, it is frozen: `figures` are what `digest` was taken of.

    A signed return is never changed; a correction is a new one with the next `revision`. `volumes` are the accounts,
    policies or homes by row, for rates.
    """

    form = models.ForeignKey(ReturnForm, on_delete=models.PROTECT, related_name="returns")
    first = models.DateField()
    last = models.DateField()
    revision = models.PositiveSmallIntegerField(default=1)
    volumes = models.JSONField(default=dict, blank=True)
    figures = models.JSONField(default=dict, blank=True)
    content = models.JSONField("the form as it was signed", default=dict, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    prepared_by = models.ForeignKey(PEOPLE, on_delete=models.PROTECT, related_name="+")
    signed_by = models.ForeignKey(PEOPLE, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    signed_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=500, blank=True)

    objects = ReturnQuerySet.as_manager()

    class Meta:
        ordering = ["-first", "form", "-revision"]
        constraints = [
            models.UniqueConstraint(fields=["form", "first", "revision"], name="return_revisions_are_numbered"),
            models.UniqueConstraint(
                fields=["form", "first"], condition=Q(signed_at=None), name="one_open_return_per_period"
            ),
            models.CheckConstraint(
                condition=Q(signed_at=None, signed_by=None, digest="")
                | (Q(signed_at__isnull=False, signed_by__isnull=False) & ~Q(digest="")),
                name="a_signed_return_says_by_whom",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.form}, {self.period_in_words}"

    def get_absolute_url(self) -> str:
        return reverse("reporting:return", args=[self.pk])

    @property
    def period_in_words(self) -> str:
        words = f"{dates.day(self.first)} to {dates.day(self.last)}"
        return words if self.revision == 1 else f"{words}, correction {self.revision - 1}"

    @property
    def is_signed(self) -> bool:
        return self.signed_at is not None

    def covers(self, day: date) -> bool:
        return self.first <= day <= self.last


class ReturnEntry(models.Model):
    """A complaint as it stood when the return was signed: see `reporting.measures.returns.Entry`."""

    return_made = models.ForeignKey(Return, on_delete=models.CASCADE, related_name="entries")
    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="+")
    values = models.JSONField()

    objects = ReturnEntryQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"Case {self.case_id} in return {self.return_made_id}"
