"""What a colleague did in an incident, told so that others can learn from it: a page of evidence."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from coaching.choices.star import StarPart, StarState
from coaching.querysets.star import StarQuerySet
from core.models import TimeStampedModel

PEOPLE = settings.AUTH_USER_MODEL


class StarRecord(TimeStampedModel):
    """Each person writes their own, once for an incident. It is theirs until they share it with their coach."""

    author = models.ForeignKey(PEOPLE, on_delete=models.PROTECT, related_name="star_records")
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="+")
    situation = models.TextField(blank=True)
    task = models.TextField(blank=True)
    action = models.TextField(blank=True)
    result = models.TextField(blank=True)
    learning = models.TextField(blank=True)
    clause = models.ForeignKey("policies.Clause", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    outcome_measure = models.CharField("how the outcome was measured", max_length=200, blank=True)
    evidence = models.ManyToManyField("cases.Evidence", blank=True, related_name="+")
    coach = models.ForeignKey(PEOPLE, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=8, choices=StarState, default=StarState.DRAFT)
    shared_at = models.DateTimeField(null=True, blank=True)
    sent_back_at = models.DateTimeField(null=True, blank=True)
    comment = models.CharField("why the coach sent it back", max_length=1000, blank=True)
    agreed_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = StarQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["author", "case"], name="one_star_record_for_a_colleague_and_incident"),
            models.CheckConstraint(
                condition=Q(state=StarState.DRAFT) | Q(coach__isnull=False), name="shared_star_record_has_a_coach"
            ),
            models.CheckConstraint(
                condition=Q(sent_back_at=None) | ~Q(comment=""), name="star_record_is_sent_back_with_a_comment"
            ),
        ]

    def __str__(self) -> str:
        return f"STAR record {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("coaching:star_record", args=[self.pk])


class StarFact(models.Model):
    """A line of the timeline that the author chose, as it read when they chose it."""

    record = models.ForeignKey(StarRecord, on_delete=models.CASCADE, related_name="facts")
    part = models.CharField(max_length=10, choices=StarPart)
    anchor = models.CharField(max_length=40)
    text = models.CharField(max_length=300)
    happened_at = models.DateTimeField()

    objects = models.Manager()

    class Meta:
        ordering = ["happened_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["record", "part", "anchor"], name="fact_stands_once_in_a_part")]

    def __str__(self) -> str:
        return self.text
