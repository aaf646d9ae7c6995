"""Rules that hold from a day on."""

from django.db import models
from django.db.models import F, Q


class EffectiveModel(models.Model):
    """A rule in force from `valid_from` up to, not including, `valid_to`. Chosen by the date a case was received."""

    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")), name="%(class)s_ends_after_it_starts"
            ),
        ]
