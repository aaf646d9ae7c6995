"""The lists that a case is described by."""

from django.db import models

from policies.choices import (
    LetterStyle,
    Priority,
    TriggerEffect,
    WayToReach,
)
from policies.querysets import (
    PublishedQuerySet,
    RootCauseQuerySet,
)


class JourneyStage(models.Model):
    name = models.CharField(max_length=60, unique=True)
    order = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)

    objects = PublishedQuerySet.as_manager()

    class Meta:
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.name


class Product(models.Model):
    name = models.CharField(max_length=120, unique=True)
    is_active = models.BooleanField(default=True)

    objects = PublishedQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class Category(models.Model):
    """What a case is about. Cases go to `team` unless triage says otherwise."""

    name = models.CharField(max_length=120, unique=True)
    description = models.CharField(max_length=200, blank=True)
    team = models.ForeignKey("accounts.Team", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    is_active = models.BooleanField(default=True)

    objects = PublishedQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        verbose_name_plural = "categories"

    def __str__(self) -> str:
        return self.name


class SupportNeed(models.Model):
    """What helps a customer, never why they need it. It can rule out a way to reach them and change their letters."""

    code = models.SlugField(max_length=40, unique=True)
    label = models.CharField(max_length=80)
    what_we_do = models.CharField(max_length=200)
    rules_out = models.CharField("way to reach them that it rules out", max_length=10, choices=WayToReach, blank=True)
    letter_style = models.CharField(max_length=12, choices=LetterStyle, default=LetterStyle.STANDARD)
    order = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)

    objects = PublishedQuerySet.as_manager()

    class Meta:
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.label


class Trigger(models.Model):
    """A reason for escalating. It can raise the priority, lengthen the checklist and narrow who signs off."""

    code = models.SlugField(max_length=40, unique=True)
    label = models.CharField(max_length=120)
    effect = models.CharField(max_length=16, choices=TriggerEffect, default=TriggerEffect.NONE)
    priority_floor = models.PositiveSmallIntegerField(choices=Priority, null=True, blank=True)
    order = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)

    objects = PublishedQuerySet.as_manager()

    class Meta:
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.label


class RootCause(models.Model):
    """The three-level list that root causes are coded by: area, cause, detail."""

    code = models.SlugField(max_length=60, unique=True)
    label = models.CharField(max_length=100)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    order = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)

    objects = RootCauseQuerySet.as_manager()

    class Meta:
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return ": ".join(each.label for each in self.path)

    @property
    def path(self) -> list["RootCause"]:
        """Return the cause with what stands above it, the area first."""
        return [*(self.parent.path if self.parent else ()), self]
