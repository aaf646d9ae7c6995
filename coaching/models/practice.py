"""The best-practice library: what to do in a situation, in the words of somebody who has been there."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from cases.choices import Channel
from coaching.choices.practice import PracticeEventKind, PracticeState
from coaching.querysets.practice import PracticePartQuerySet, PracticeQuerySet
from core.models import TimeStampedModel

PEOPLE = settings.AUTH_USER_MODEL


class Practice(TimeStampedModel):
    """An article. `steps`, `words` and `avoid` hold one entry a line. `example` tells a case without its people;
    `example_case` is for those who may see that case."""

    situation = models.CharField("situation, in a line", max_length=120)
    when_to_use = models.TextField("when to use it", blank=True)
    steps = models.TextField("what to do", blank=True)
    words = models.TextField("words that help", blank=True)
    avoid = models.TextField("what not to say or do", blank=True)
    clause = models.ForeignKey("policies.Clause", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    example = models.TextField("example", blank=True)
    example_case = models.ForeignKey("cases.Case", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    category = models.ForeignKey("policies.Category", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    trigger = models.ForeignKey("policies.Trigger", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    channel = models.CharField(max_length=10, choices=Channel, blank=True)
    owner = models.ForeignKey(PEOPLE, on_delete=models.PROTECT, related_name="+")
    review_date = models.DateField("review by", null=True, blank=True)
    state = models.CharField(max_length=10, choices=PracticeState, default=PracticeState.DRAFT)
    written_by = models.ForeignKey(PEOPLE, on_delete=models.PROTECT, related_name="+")
    published_by = models.ForeignKey(PEOPLE, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = PracticeQuerySet.as_manager()

    class Meta:
        ordering = ["situation", "pk"]
        indexes = [models.Index(fields=["state", "category"]), models.Index(fields=["state", "trigger"])]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=PracticeState.PUBLISHED)
                | Q(published_by__isnull=False, review_date__isnull=False, clause__isnull=False),
                name="published_practice_has_a_clause_a_date_and_a_name",
            ),
            models.CheckConstraint(
                condition=Q(published_by=None) | ~Q(published_by=F("written_by")),
                name="practice_is_published_by_a_second_person",
            ),
        ]

    def __str__(self) -> str:
        return self.situation

    def get_absolute_url(self) -> str:
        return reverse("coaching:practice", args=[self.pk])

    def is_out_of_date(self, today: date) -> bool:
        return self.state == PracticeState.PUBLISHED and self.review_date is not None and self.review_date < today

    @property
    def step_lines(self) -> list[str]:
        return _lines(self.steps)

    @property
    def word_lines(self) -> list[str]:
        return _lines(self.words)

    @property
    def avoid_lines(self) -> list[str]:
        return _lines(self.avoid)


class PracticeFeedback(models.Model):
    """Whether it helped; each person says so once, and may change their mind."""

    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="feedback")
    person = models.ForeignKey(PEOPLE, on_delete=models.CASCADE, related_name="+")
    helped = models.BooleanField()
    given_at = models.DateTimeField()

    objects = PracticePartQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "practice feedback"
        constraints = [models.UniqueConstraint(fields=["practice", "person"], name="a_person_says_once_if_it_helped")]

    def __str__(self) -> str:
        return f"{self.practice}: {'helped' if self.helped else 'did not help'}"


class PracticeEvent(models.Model):
    """What was done to an article, by whom, when; `words` are the actor's own, `changes` is {field: [old, new]}."""

    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=10, choices=PracticeEventKind)
    actor = models.ForeignKey(PEOPLE, on_delete=models.PROTECT, related_name="+")
    happened_at = models.DateTimeField()
    words = models.CharField(max_length=500, blank=True)
    changes = models.JSONField(default=dict, blank=True)

    objects = PracticePartQuerySet.as_manager()

    class Meta:
        ordering = ["happened_at", "pk"]

    def __str__(self) -> str:
        return f"{self.actor} {self.get_kind_display()}"

    @property
    def words_before(self) -> list[tuple[str, str]]:
        """Return each field that changed, in words, with what it said before."""
        labels = {field.name: str(field.verbose_name) for field in Practice._meta.fields}
        return [(labels[name], old) for name, (old, _) in self.changes.items()]


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
