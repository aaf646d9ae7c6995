"""What somebody does well, and what they want to learn."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from coaching.choices.growth import GoalState, TeamAnswer
from coaching.querysets.growth import GoalEntryQuerySet, GoalQuerySet, RecognitionQuerySet
from core.models import TimeStampedModel

PEOPLE = settings.AUTH_USER_MODEL


class Recognition(models.Model):
    """Praise for something done on a case: to the colleague, and to their team if they agree."""

    giver = models.ForeignKey(PEOPLE, on_delete=models.PROTECT, related_name="+")
    colleague = models.ForeignKey(PEOPLE, on_delete=models.PROTECT, related_name="recognition")
    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="+")
    text = models.CharField("what was done well", max_length=600)
    given_at = models.DateTimeField()
    team_answer = models.CharField(max_length=6, choices=TeamAnswer, default=TeamAnswer.ASKED)
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = RecognitionQuerySet.as_manager()

    class Meta:
        ordering = ["-given_at", "-pk"]
        indexes = [models.Index(fields=["colleague", "team_answer"])]
        constraints = [models.CheckConstraint(condition=~Q(giver=F("colleague")), name="nobody_praises_themselves")]

    def __str__(self) -> str:
        return f"Praise {self.pk}"


class DevelopmentGoal(TimeStampedModel):
    """What a colleague wants to be able to do. It is theirs; whoever leads their team reads along and may add a word."""

    owner = models.ForeignKey(PEOPLE, on_delete=models.PROTECT, related_name="development_goals")
    title = models.CharField("what I want to be able to do", max_length=160)
    reason = models.TextField("why it matters to me", blank=True)
    measure = models.CharField("how I will know that I can", max_length=300, blank=True)
    target_date = models.DateField("by when", null=True, blank=True)
    progress = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=8, choices=GoalState, default=GoalState.OPEN)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = GoalQuerySet.as_manager()

    class Meta:
        ordering = ["state", "target_date", "pk"]
        constraints = [models.CheckConstraint(condition=Q(progress__lte=100), name="goal_progress_is_a_percentage")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("coaching:goal", args=[self.pk])


class GoalEntry(models.Model):
    """One line of the way: the owner's progress, or a word of the leader's."""

    goal = models.ForeignKey(DevelopmentGoal, on_delete=models.CASCADE, related_name="entries")
    author = models.ForeignKey(PEOPLE, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    progress = models.PositiveSmallIntegerField(null=True, blank=True)
    happened_at = models.DateTimeField()

    objects = GoalEntryQuerySet.as_manager()

    class Meta:
        ordering = ["-happened_at", "-pk"]
        verbose_name_plural = "goal entries"

    def __str__(self) -> str:
        return self.text
