"""A coaching note: what a leader saw, what the two agreed, and what the colleague says to it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from coaching.choices.sessions import SessionEventKind, SessionState
from coaching.querysets.sessions import SessionCaseQuerySet, SessionEventQuerySet, SessionQuerySet
from core.models import TimeStampedModel

PEOPLE = settings.AUTH_USER_MODEL


class CoachingSession(TimeStampedModel):
    """A note is private to `colleague` and `leader`. The fields are the leader's words; what the colleague says to
    them stands in the events, where nobody changes it."""

    colleague = models.ForeignKey(PEOPLE, on_delete=models.PROTECT, related_name="coaching_received")
    leader = models.ForeignKey(PEOPLE, on_delete=models.PROTECT, related_name="coaching_given")
    held_on = models.DateField("when you spoke")
    situation = models.TextField("situation", blank=True)
    behaviour = models.TextField("behaviour", blank=True)
    impact = models.TextField("impact", blank=True)
    strengths = models.TextField("what went well", blank=True)
    first_priority = models.CharField("first priority", max_length=200, blank=True)
    second_priority = models.CharField("second priority", max_length=200, blank=True)
    goal = models.TextField("goal", blank=True)
    reality = models.TextField("reality", blank=True)
    options = models.TextField("options", blank=True)
    way_forward = models.TextField("way forward", blank=True)
    action = models.CharField("agreed action", max_length=300, blank=True)
    action_due_date = models.DateField("by when", null=True, blank=True)
    support = models.CharField("support", max_length=300, blank=True)
    process_issue = models.CharField("what the process gets wrong", max_length=300, blank=True)
    result = models.TextField("what came of it", blank=True)
    state = models.CharField(max_length=12, choices=SessionState, default=SessionState.DRAFT)
    shared_at = models.DateTimeField(null=True, blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    reminded_for = models.DateField(null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1)
    cases = models.ManyToManyField("cases.Case", through="SessionCase", related_name="+")
    reviews = models.ManyToManyField("coaching.Review", blank=True, related_name="+")

    objects = SessionQuerySet.as_manager()

    class Meta:
        ordering = ["-held_on", "-pk"]
        indexes = [
            models.Index(fields=["colleague", "state"]),
            models.Index(fields=["leader", "state"]),
            models.Index(fields=["action_due_date"]),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(colleague=F("leader")), name="nobody_coaches_themselves"),
            models.CheckConstraint(
                condition=Q(state=SessionState.DRAFT, shared_at=None)
                | (~Q(state=SessionState.DRAFT) & Q(shared_at__isnull=False)),
                name="only_a_draft_is_not_shared",
            ),
        ]

    def __str__(self) -> str:
        return f"Coaching note {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("coaching:session", args=[self.pk])

    @property
    def priorities(self) -> list[str]:
        return [words for words in (self.first_priority, self.second_priority) if words]


class SessionCase(models.Model):
    """A case that the two looked at; both may see it."""

    session = models.ForeignKey(CoachingSession, on_delete=models.CASCADE, related_name="case_links")
    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="+")

    objects = SessionCaseQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "case"], name="case_is_in_a_note_once")]

    def __str__(self) -> str:
        return f"{self.case} in {self.session}"


class SessionEvent(models.Model):
    """What was done to a note, by whom, when. `changes` is {field: [old, new]}; `words` are the actor's own."""

    session = models.ForeignKey(CoachingSession, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=12, choices=SessionEventKind)
    actor = models.ForeignKey(PEOPLE, on_delete=models.PROTECT, related_name="+")
    happened_at = models.DateTimeField()
    words = models.TextField(blank=True)
    changes = models.JSONField(default=dict)

    objects = SessionEventQuerySet.as_manager()

    class Meta:
        ordering = ["happened_at", "pk"]

    def __str__(self) -> str:
        return f"{self.actor} {self.get_kind_display()}"
