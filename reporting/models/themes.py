"""Themes: what keeps recurring in the cases, what people have said about it, and the nights that found it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from core.models import TimeStampedModel
from reporting.choices import AlarmState, MembershipVerdict, RunState, SuggestionState, ThemeChange, ThemeState
from reporting.querysets import (
    AlarmQuerySet,
    AnalysisRunQuerySet,
    CaseThemeQuerySet,
    ThemePartQuerySet,
    ThemeQuerySet,
    ThemeSuggestionQuerySet,
)


class LearnedModel(models.Model):
    """A model as `reporting.themes.model` keeps it. Only the newest is used; `content` of old ones is emptied."""

    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    learned_from = models.PositiveIntegerField("cases there were when its words were learned")
    is_active = models.BooleanField(default=False)

    objects = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["is_active"], condition=Q(is_active=True), name="one_active_theme_model")
        ]

    def __str__(self) -> str:
        return f"Model {self.sha256[:12]}"


class Theme(TimeStampedModel):
    """Something that keeps recurring. Its identity lasts: what it holds and is called changes only by an event.

    `suggested_title` is what its cases' own words say; `title` is that, or the name that a person gave.
    `term_weights` explain why a case belongs, without the model at hand.
    """

    number = models.PositiveIntegerField(unique=True)
    title = models.CharField(max_length=120)
    suggested_title = models.CharField(max_length=120)
    definition = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=12, choices=ThemeState, default=ThemeState.SUGGESTED)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="owned_themes"
    )
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged")
    terms = models.JSONField(default=list)
    term_weights = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)

    objects = ThemeQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ThemeState.values), name="theme_state_is_known"),
            models.CheckConstraint(
                condition=Q(state=ThemeState.MERGED, merged_into__isnull=False)
                | (~Q(state=ThemeState.MERGED) & Q(merged_into=None)),
                name="merged_theme_says_into_which",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("reporting:theme", args=[self.number])

    @property
    def reference(self) -> str:
        return f"TH-{self.number:04d}"

    @property
    def is_live(self) -> bool:
        return self.state in {ThemeState.SUGGESTED, ThemeState.CONFIRMED}


class ThemeCentroid(models.Model):
    """Which theme a place in a learned model stands for. Merged themes have several places."""

    model = models.ForeignKey(LearnedModel, on_delete=models.CASCADE, related_name="centroids")
    position = models.PositiveSmallIntegerField()
    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, related_name="centroids")

    objects = ThemePartQuerySet.as_manager()

    class Meta:
        ordering = ["model", "position"]
        constraints = [models.UniqueConstraint(fields=["model", "position"], name="one_theme_at_a_place")]

    def __str__(self) -> str:
        return f"{self.theme_id} at {self.position}"


class ThemeMembership(models.Model):
    """The theme that a case was found to be about; none, when it lies between themes.

    `text_digest` says which text was read: a case is read again when its text changes or when it is emptied.
    """

    case = models.OneToOneField(
        "cases.Case", on_delete=models.CASCADE, primary_key=True, related_name="theme_membership"
    )
    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, null=True, related_name="memberships")
    received_day = models.DateField()
    similarity = models.FloatField(default=0)
    margin = models.FloatField(default=0)
    is_pinned = models.BooleanField(default=False)
    text_digest = models.CharField(max_length=16, blank=True)

    objects = CaseThemeQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["theme", "-similarity", "case"]),
            models.Index(fields=["theme", "received_day"]),
        ]

    def __str__(self) -> str:
        return f"Case {self.case_id} in theme {self.theme_id}"


class MembershipDecision(models.Model):
    """What a person said about a case and a theme. It outweighs the analysis, tonight and every night.

    `theme_before` is where the case was, so that the decision can be undone.
    """

    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="theme_decisions")
    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, related_name="decisions")
    theme_before = models.ForeignKey(Theme, on_delete=models.SET_NULL, null=True, related_name="+")
    verdict = models.CharField(max_length=16, choices=MembershipVerdict)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    objects = CaseThemeQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "theme"], name="one_decision_for_a_case_and_theme")]

    def __str__(self) -> str:
        return f"Case {self.case_id} {self.get_verdict_display().lower()} to theme {self.theme_id}"


class ThemeEvent(models.Model):
    """One line of a theme's history. `other` is the theme it was merged into, split from or split off."""

    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, related_name="events")
    change = models.CharField(max_length=16, choices=ThemeChange)
    happened_at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    other = models.ForeignKey(Theme, on_delete=models.PROTECT, null=True, related_name="+")
    case = models.ForeignKey("cases.Case", on_delete=models.SET_NULL, null=True, related_name="+")
    note = models.CharField(max_length=300, blank=True)

    objects = ThemePartQuerySet.as_manager()

    class Meta:
        ordering = ["-happened_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.theme_id} {self.change}"


class AnalysisRun(models.Model):
    """One night, or a reading that somebody asked for. A failed one says why and leaves what the last good one found.

    A run that has not said for a while that it is alive has lost its worker.
    """

    as_of = models.DateField()
    started_at = models.DateTimeField()
    alive_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=8, choices=RunState, default=RunState.RUNNING)
    failure = models.CharField(max_length=300, blank=True)
    cases_read = models.PositiveIntegerField(default=0)
    cases_moved = models.PositiveIntegerField(default=0)
    model = models.ForeignKey(LearnedModel, on_delete=models.SET_NULL, null=True, related_name="+")

    objects = AnalysisRunQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["state"], condition=Q(state=RunState.WAITING), name="one_waiting_analysis")
        ]

    def __str__(self) -> str:
        return f"Analysis of {self.as_of}"

    @property
    def is_underway(self) -> bool:
        return self.state in {RunState.WAITING, RunState.RUNNING}


class Alarm(models.Model):
    """A theme or a category that takes a larger share than it used to, from when, and what people made of it."""

    theme = models.ForeignKey(Theme, on_delete=models.CASCADE, null=True, blank=True, related_name="alarms")
    category = models.ForeignKey(
        "policies.Category", on_delete=models.CASCADE, null=True, blank=True, related_name="alarms"
    )
    state = models.CharField(max_length=12, choices=AlarmState, default=AlarmState.OPEN)
    raised_on = models.DateField()
    last_hit_on = models.DateField()
    since = models.DateField()
    observed = models.PositiveIntegerField()
    expected = models.FloatField()
    p = models.FloatField()
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True)

    objects = AlarmQuerySet.as_manager()

    class Meta:
        ordering = ["-raised_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(theme=None, category__isnull=False) | Q(theme__isnull=False, category=None),
                name="alarm_is_about_one_thing",
            ),
            models.UniqueConstraint(
                fields=["theme"], condition=Q(state=AlarmState.OPEN, theme__isnull=False), name="one_open_alarm_a_theme"
            ),
            models.UniqueConstraint(
                fields=["category"],
                condition=Q(state=AlarmState.OPEN, category__isnull=False),
                name="one_open_alarm_a_category",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.theme or self.category} higher than usual since {self.since}"

    @property
    def ratio(self) -> float:
        return self.observed / self.expected if self.expected else 0.0


class ThemeSuggestion(models.Model):
    """Words that hardly anybody used before, and the cases that use them: perhaps a new theme. A person decides."""

    terms = models.JSONField()
    key = models.CharField(max_length=80)
    cases = models.ManyToManyField("cases.Case", related_name="+")
    state = models.CharField(max_length=10, choices=SuggestionState, default=SuggestionState.PROPOSED)
    found_on = models.DateField()
    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, null=True, related_name="+")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    objects = ThemeSuggestionQuerySet.as_manager()

    class Meta:
        ordering = ["-found_on", "-pk"]
        constraints = [models.UniqueConstraint(fields=["key"], name="words_are_suggested_once")]

    def __str__(self) -> str:
        return ", ".join(self.terms)
