"""Who hears when a promise is nearly late."""

from django.db import models

from policies.querysets import PublishedQuerySet
from sla.choices import Audience, ReminderAnchor
from sla.models.targets import RuleSet, Target


class ReminderStep(models.Model):
    """A rung of the ladder: who is told at which point of a clock's time. Windows have only the rungs that name them."""

    rule_set = models.ForeignKey(RuleSet, on_delete=models.CASCADE, related_name="reminder_steps")
    code = models.SlugField(max_length=40)
    target = models.ForeignKey(Target, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    anchor = models.CharField(max_length=8, choices=ReminderAnchor)
    amount = models.PositiveIntegerField(default=0)
    audience = models.CharField(max_length=8, choices=Audience)
    sends_email = models.BooleanField(default=True)
    any_hour = models.BooleanField("outside working hours too", default=False)

    objects = PublishedQuerySet.as_manager()

    class Meta:
        ordering = ["rule_set", "pk"]
        constraints = [models.UniqueConstraint(fields=["rule_set", "code"], name="reminder_step_code_is_unique")]

    def __str__(self) -> str:
        return self.code
